// SPDX-License-Identifier: BSD-2-Clause
#include <arch/thread_state.h>

#include <arch/context.h>

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/segment_bases.h"

namespace arch {
namespace {

// What POPF in user mode can change, and RF (Intel SDM volume 1, 3.4.3).
constexpr uint64_t kArithmeticFlags = 0x8d5;  // CF, PF, AF, ZF, SF, OF
constexpr uint64_t kUserFlags = kArithmeticFlags | kRflagsTrap | kRflagsDirection | uint64_t{1} << 16 |
                                kRflagsAlignmentCheck | uint64_t{1} << 21;  // ID

bool IsUserAddress(uint64_t address) { return address < kUserBase + kUserSize; }

}  // namespace

UserPointers ReadUserPointers() { return {.fs_base = ReadUserFs(), .gs_base = ReadUserGs()}; }

void WriteUserPointers(const UserPointers& pointers) {
  Context& context = Context::Current();
  // Checked when they were accepted.
  (void)context.SetUserFs(pointers.fs_base);
  (void)context.SetUserGs(pointers.gs_base);
}

void ReadGeneralRegisters(const TrapFrame& frame, const UserPointers& pointers, zx_thread_state_general_regs_t& out) {
  out = {.rax = frame.rax,
         .rbx = frame.rbx,
         .rcx = frame.rcx,
         .rdx = frame.rdx,
         .rsi = frame.rsi,
         .rdi = frame.rdi,
         .rbp = frame.rbp,
         .rsp = frame.rsp,
         .r8 = frame.r8,
         .r9 = frame.r9,
         .r10 = frame.r10,
         .r11 = frame.r11,
         .r12 = frame.r12,
         .r13 = frame.r13,
         .r14 = frame.r14,
         .r15 = frame.r15,
         .rip = frame.rip,
         .rflags = frame.rflags,
         .fs_base = pointers.fs_base,
         .gs_base = pointers.gs_base};
}

void WriteGeneralRegisters(const zx_thread_state_general_regs_t& registers, TrapFrame& frame, UserPointers& pointers) {
  frame.rax = registers.rax;
  frame.rbx = registers.rbx;
  frame.rcx = registers.rcx;
  frame.rdx = registers.rdx;
  frame.rsi = registers.rsi;
  frame.rdi = registers.rdi;
  frame.rbp = registers.rbp;
  frame.rsp = registers.rsp;
  frame.r8 = registers.r8;
  frame.r9 = registers.r9;
  frame.r10 = registers.r10;
  frame.r11 = registers.r11;
  frame.r12 = registers.r12;
  frame.r13 = registers.r13;
  frame.r14 = registers.r14;
  frame.r15 = registers.r15;
  frame.rip = registers.rip;
  frame.rflags = (frame.rflags & ~kUserFlags) | (registers.rflags & kUserFlags);
  pointers = {.fs_base = registers.fs_base, .gs_base = registers.gs_base};
}

zx_status_t CheckGeneralRegisters(const zx_thread_state_general_regs_t& registers) {
  const bool valid = IsValidUserPc(registers.rip) && IsUserAddress(registers.fs_base) &&
                     IsUserAddress(registers.gs_base);
  return valid ? ZX_OK : ZX_ERR_INVALID_ARGS;
}

}  // namespace arch
