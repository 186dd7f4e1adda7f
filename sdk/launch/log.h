// SPDX-License-Identifier: BSD-2-Clause
// One formatted line to the kernel log.
#pragma once

#include <lib/zx/debuglog.h>
#include <zircon/syscalls/log.h>

#include <cstdint>
#include <string_view>

#include "lib/base/format.h"

namespace launch {

// Writes lines of at most one log record (216 bytes; longer text is cut) with a severity.
class Log {
 public:
  explicit Log(const zx::debuglog& log) : log_(log) {}

  template <class... Arguments>
  void Info(std::string_view format, const Arguments&... arguments) const {
    Write(DEBUGLOG_INFO, format, arguments...);
  }
  template <class... Arguments>
  void Warning(std::string_view format, const Arguments&... arguments) const {
    Write(DEBUGLOG_WARNING, format, arguments...);
  }
  template <class... Arguments>
  void Error(std::string_view format, const Arguments&... arguments) const {
    Write(DEBUGLOG_ERROR, format, arguments...);
  }

 private:
  template <class... Arguments>
  void Write(uint32_t severity, std::string_view format, const Arguments&... arguments) const {
    char text[ZX_LOG_RECORD_DATA_MAX];
    const std::string_view line = base::Format(text, format, arguments...);
    // Nobody is left to tell when the log itself fails.
    (void)log_.write(severity, line.data(), line.size());
  }

  const zx::debuglog& log_;
};

}  // namespace launch
