// SPDX-License-Identifier: BSD-2-Clause
// A thread as the processor sees it: its kernel stack, user state that is not on that stack, and the
// words entry code looks at.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

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

// Embedded in every kernel thread. Entry code knows the first fields by offset (offsets.h).
class Context {
 public:
  // Where the pointer to the running context lies in the block of the CPU that GS points to.
  static constexpr size_t kPerCpuContext = 32;

  // Bits of `pending`.
  static constexpr uint32_t kPreempt = 1;
  static constexpr uint32_t kKill = 2;
  static constexpr uint32_t kSuspend = 4;
  static constexpr uint32_t kException = 8;

  // Makes the first Switch() to this context call entry(argument) on the stack that ends at
  // `stack_top` (16-byte aligned). x86-64 has no shadow stack; `shadow_base` is ignored.
  void Prepare(VirtualAddress stack_top, VirtualAddress shadow_base, void (*entry)(void*),
               void* argument);

  // The context this CPU runs on. Before the first Switch() that is one of arch's own.
  static Context& Current() {
    // Not volatile: a thread finds the same answer however often it is switched or moved.
    Context* context;
    asm("movq %%gs:%c1, %0" : "=r"(context) : "i"(kPerCpuContext));
    return *context;
  }

  // Sets the user's segment base. On the current context it takes effect at once.
  // Errors: ZX_ERR_INVALID_ARGS not a canonical user address.
  zx_status_t SetUserFs(uint64_t base);
  zx_status_t SetUserGs(uint64_t base);

  // The registers of the thread in user mode. Complete while the thread is in an exception or in
  // kernel::HandlePending(); meaningless in the rest of a system call.
  TrapFrame& user_frame() const {
    return *reinterpret_cast<TrapFrame*>(stack_top - sizeof(TrapFrame));
  }

  // Known to entry code.
  uint64_t saved_sp = 0;              // while not running
  uint64_t vdso_code_base = 0;        // 0: no system call is legal
  std::atomic<uint32_t> pending = 0;  // checked on the way to user mode
  uint64_t stack_top = 0;

  uint64_t fs_base = 0;           // user's segment bases while not running
  uint64_t gs_base = 0;
  std::byte* fp_state = nullptr;  // in `fp_room`, aligned; set by Prepare()
  // What Switch() keeps of FP registers and segment bases, and whether with the instructions for that.
  enum class UserState : uint8_t { kNone, kSlow, kFast };
  UserState user = UserState::kNone;  // set by EnterUser()

  void* owner = nullptr;    // the kernel's thread
  void* process = nullptr;  // and its process

  // Room for x87, SSE and AVX state in the processor's standard format, plus alignment.
  static constexpr size_t kFpSize = 832;
  static constexpr size_t kFpAlignment = 64;
  std::byte fp_room[kFpSize + kFpAlignment] = {};
};

// Leaves `from` and goes on in `to`; returns `from` when somebody switches back to `from`, perhaps on
// another CPU. Does not change the address space.
[[gnu::always_inline]] inline Context& Switch(Context& from, Context& to) {
  Context* left = &from;
  Context* entered = &to;
  // Callee-saved registers are the business of the function this is part of, which has to save them for its
  // callers anyway. hafnon_x64_switch keeps rsp and rbp.
  asm volatile("callq hafnon_x64_switch"
               : "+D"(left), "+S"(entered)
               :
               : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc",
                 "memory");
  return *entered;
}

// Drops the current kernel stack and enters user mode with clean registers.
[[noreturn]] void EnterUser(const UserEntry& entry);

// Whether a thread may be sent to `pc` in user mode.
inline bool IsValidUserPc(uint64_t pc) { return pc < kUserBase + kUserSize; }

}  // namespace arch
