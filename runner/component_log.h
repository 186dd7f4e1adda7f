// SPDX-License-Identifier: BSD-2-Clause
// What a component writes, as lines of the log with its name in front: "[hello] hello, world".
#pragma once

#include <lib/zx/debuglog.h>

#include <cstdint>
#include <string_view>

#include "runner/token_bucket.h"

namespace runner {

// One for both streams of a component: they share its rate.
class ComponentLog {
 public:
  // `log` and the text of `name` outlive it.
  ComponentLog(const zx::debuglog& log, std::string_view name, const Rate& rate)
      : log_(log), name_(name), bucket_(rate) {}

  // Writes a line (DEBUGLOG_INFO and so on) as one or more records, or drops it and keeps account.
  void WriteLine(uint8_t severity, std::string_view line);
  // Says how many lines were dropped since the last report, if any.
  void ReportDropped();

 private:
  void WriteRecord(uint8_t severity, std::string_view text);

  const zx::debuglog& log_;
  const std::string_view name_;
  TokenBucket bucket_;
};

}  // namespace runner
