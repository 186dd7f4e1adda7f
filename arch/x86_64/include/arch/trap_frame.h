// SPDX-License-Identifier: BSD-2-Clause
// What entry code saves of an interrupted program.
#pragma once

#include <cstdint>
#include <optional>

#include <zircon/syscalls/exception.h>

#include "lib/base/format.h"

namespace arch {

// Lies on the kernel stack in the order entry code and the processor push it.
struct TrapFrame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
  uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
  uint64_t vector;      // of the exception or interrupt; kSyscallVector for a system call
  uint64_t error_code;  // 0 where the processor gives none
  uint64_t rip, cs, rflags, rsp, ss;

  static constexpr uint64_t kSyscallVector = 0x100;

  uint64_t pc() const { return rip; }
  uint64_t sp() const { return rsp; }
  uint64_t frame_pointer() const { return rbp; }
  // Where a function without a frame of its own returns to; 0: the stack knows.
  uint64_t return_link() const { return 0; }
  bool from_user() const { return (cs & 3) != 0; }

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
// The frame at `frame_pointer`, or nothing at the end of the chain or outside kernel stacks.
std::optional<StackStep> Backtrace(uint64_t frame_pointer);

}  // namespace arch
