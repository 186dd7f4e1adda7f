// SPDX-License-Identifier: BSD-2-Clause
// What entry code would save of an interrupted program.
#pragma once

#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>

#include <cstdint>
#include <optional>

#include "lib/base/format.h"

namespace arch {

struct TrapFrame {
  uint64_t program_counter = 0;
  uint64_t stack_pointer = 0;
  uint64_t frame = 0;
  // For whoever looks at them from outside; unrelated to the above.
  zx_thread_state_general_regs_t registers = {};

  uint64_t pc() const { return program_counter; }
  uint64_t sp() const { return stack_pointer; }
  uint64_t frame_pointer() const { return frame; }
  uint64_t return_link() const { return 0; }
  bool from_user() const { return true; }
  void Describe(base::FormatSink& sink) const;
};

struct UserException {
  zx_exception_report_t report;

  // For a page fault what was tried, otherwise nothing.
  void DescribeAccess(base::FormatSink& sink) const;
};

struct StackStep {
  uint64_t return_address;
  uint64_t frame_pointer;
};
// Always nothing.
std::optional<StackStep> Backtrace(uint64_t frame_pointer);

}  // namespace arch
