// SPDX-License-Identifier: BSD-2-Clause
// What entry code saves of an interrupted program.
#pragma once

#include <cstdint>
#include <optional>

#include <zircon/syscalls/exception.h>

#include "lib/base/format.h"

namespace arch {

// Lies on the kernel stack. The order of the registers lets a system call save x18 and x30, and pc and
// psr, as pairs, the first while it makes room; use x().
struct TrapFrame {
  uint64_t platform;  // x18
  uint64_t link;      // x30
  uint64_t low[18];   // x0-x17
  uint64_t high[11];  // x19-x29
  uint64_t stack_pointer;
  uint64_t program_counter;
  uint64_t psr;
  uint64_t esr;
  uint64_t far;

  uint64_t& x(unsigned number) {
    return number < 18 ? low[number]
           : number == 18 ? platform
           : number == 30 ? link
                          : high[number - 19];
  }
  uint64_t x(unsigned number) const { return const_cast<TrapFrame*>(this)->x(number); }

  uint64_t pc() const { return program_counter; }
  uint64_t sp() const { return stack_pointer; }
  uint64_t frame_pointer() const { return high[10]; }
  // Where a function without a frame of its own returns to; 0: the stack knows.
  uint64_t return_link() const { return link; }
  bool from_user() const { return (psr & 0xf) == 0; }

  // All registers, several lines.
  void Describe(base::FormatSink& sink) const;
};

// What the kernel reports about a fault in user mode.
struct UserException {
  zx_exception_report_t report;

  // For a page fault " (write to 0x0, not mapped)", otherwise nothing.
  void DescribeAccess(base::FormatSink& sink) const;
};

// One step of a walk along frame pointers.
struct StackStep {
  uint64_t return_address;
  uint64_t frame_pointer;  // of the caller
};
// The frame at `frame_pointer`, or nothing at the end of the chain or outside the current thread's
// kernel stack.
std::optional<StackStep> Backtrace(uint64_t frame_pointer);

}  // namespace arch
