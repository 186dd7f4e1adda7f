// SPDX-License-Identifier: BSD-2-Clause
// A thread as the processor sees it: its kernel stack, user state that is not on that stack, and the
// words entry code looks at.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

#include <arch/fpu.h>
#include <arch/layout.h>
#include <arch/trap_frame.h>

#include "lib/base/address.h"

namespace arch {

// Where and with what a thread enters user mode for the first time.
struct UserEntry {
  uint64_t pc = 0;
  uint64_t sp = 0;
  uint64_t arg1 = 0;
  uint64_t arg2 = 0;
};

// Embedded in every kernel thread. TPIDR_EL1 points kThreadPointerOffset bytes into the running one, so
// that the compiler finds the stack guard 16 bytes below. Entry code knows the fields by offset
// (offsets.h).
class Context {
 public:
  static constexpr size_t kThreadPointerOffset = 16;

  // Bits of `pending`.
  static constexpr uint32_t kPreempt = 1;
  static constexpr uint32_t kKill = 2;
  static constexpr uint32_t kSuspend = 4;
  static constexpr uint32_t kException = 8;

  // Makes the first Switch() to this context call entry(argument) on the stack of kKernelStackSize
  // bytes that ends at `stack_top` (16-byte aligned), with the shadow call stack that grows up from
  // `shadow_base`.
  void Prepare(VirtualAddress stack_top_address, VirtualAddress shadow_base_address,
               void (*entry)(void*), void* argument);

  // The context this CPU runs on. Before the first Switch() that is one of arch's own.
  static Context& Current() {
    uint64_t pointer;
    __asm__("mrs %0, tpidr_el1" : "=r"(pointer));
    return *reinterpret_cast<Context*>(pointer - kThreadPointerOffset);
  }

  // Other architectures have segment bases here.
  // Errors: ZX_ERR_NOT_SUPPORTED always.
  zx_status_t SetUserFs(uint64_t) { return ZX_ERR_NOT_SUPPORTED; }
  zx_status_t SetUserGs(uint64_t) { return ZX_ERR_NOT_SUPPORTED; }

  // The registers of the thread in user mode. Complete while the thread is in an exception or in
  // kernel::HandlePending(); in a system call only what it saves.
  TrapFrame& user_frame() const { return *reinterpret_cast<TrapFrame*>(stack_top - sizeof(TrapFrame)); }

  // Known to entry code.
  uint64_t stack_guard = 0;           // the same for all contexts; set by Prepare()
  void* process = nullptr;            // the kernel's process of the thread
  uint64_t shadow_base = 0;           // the thread pointer points here
  uint64_t vdso_code_base = 0;        // 0: no system call is legal
  std::atomic<uint32_t> pending = 0;  // checked on the way to user mode
  uint64_t stack_top = 0;
  uint32_t cpu = 0;                   // index of the CPU it runs on or ran on last
  bool fp_used = false;               // the thread has touched FP registers, so they are switched
  bool fp_live = false;               // all of them matter, because it did not come here by a system call
  const uint64_t zeroes[2] = {};      // what registers are cleared with, where entry code looks anyway
  uint64_t user_sp = 0;               // SP_EL0 while not running
  uint64_t user_thread_pointer = 0;   // TPIDR_EL0 while not running
  uint64_t saved_frame = 0;           // x29, x30, sp and x18 while not running
  uint64_t saved_pc = 0;
  uint64_t saved_sp = 0;
  uint64_t saved_shadow = 0;
  uint64_t fp_residence = 0;  // hafnon_fp_residence of the CPU that has its FP registers, if it still does
  FpState fp;

  void* owner = nullptr;  // the kernel's thread
};

// Leaves `from` and goes on in `to`; returns `from` when somebody switches back to `from`, perhaps on
// another CPU. Does not change the address space.
[[gnu::always_inline]] inline Context& Switch(Context& from, Context& to) {
  register Context* left asm("x0") = &from;
  register Context* entered asm("x1") = &to;
  // Callee-saved registers are the business of the function this is part of, which has to save them for its
  // callers anyway. hafnon_switch keeps sp, x18 and x29.
  asm volatile("bl hafnon_switch"
               : "+r"(left), "+r"(entered)
               :
               : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
                 "x15", "x16", "x17", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",
                 "x28", "x30", "cc", "memory");
  return *entered;
}

// Drops the current kernel stack and enters user mode with clean registers.
[[noreturn]] void EnterUser(const UserEntry& entry);

// Whether a thread may be sent to `pc` in user mode. What is not mapped or aligned there faults in the
// thread.
inline bool IsValidUserPc(uint64_t pc) {
  return pc < kUserBase + kUserSize;
}

}  // namespace arch
