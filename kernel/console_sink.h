// SPDX-License-Identifier: BSD-2-Clause
// The console without locks, for when everybody else has been stopped.
#pragma once

#include "kernel/log.h"
#include "lib/base/format.h"

namespace kernel {

class ConsoleSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { ConsoleWriteUnlocked(text); }
};

}  // namespace kernel
