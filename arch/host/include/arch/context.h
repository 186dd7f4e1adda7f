// SPDX-License-Identifier: BSD-2-Clause
// A thread as the processor sees it: a fiber with a host stack of its own. A context that was not
// prepared stands for whatever the host thread was doing when it switched away.
#pragma once

#include <zircon/types.h>

#include <atomic>
#include <cstdint>

#include <arch/trap_frame.h>

#include "lib/base/address.h"

namespace arch {

namespace host {
void ContinueCpu(uint32_t index);
}

struct UserEntry {
  uint64_t pc = 0;
  uint64_t sp = 0;
  uint64_t arg1 = 0;
  uint64_t arg2 = 0;
};

class Context {
 public:
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  // Frees the host stack; must not run on it.
  ~Context();

  static constexpr uint32_t kPreempt = 1;
  static constexpr uint32_t kKill = 2;
  static constexpr uint32_t kSuspend = 4;
  static constexpr uint32_t kException = 8;

  void Prepare(VirtualAddress stack_top, VirtualAddress shadow_base, void (*entry)(void*),
               void* argument);

  // The context of the calling host thread; each has one of its own until SetCurrent().
  static Context& Current();
  // Makes `context` the one Current() returns; nullptr: the thread's own again.
  static void SetCurrent(Context* context);

  // Errors: ZX_ERR_INVALID_ARGS not a user address.
  zx_status_t SetUserFs(uint64_t base);
  zx_status_t SetUserGs(uint64_t base);

  uint64_t vdso_code_base = 0;
  std::atomic<uint32_t> pending = 0;
  uint32_t cpu = 0;
  // The registers of the thread in user mode: whatever the test says.
  TrapFrame& user_frame() const { return user_frame_; }

  void* owner = nullptr;
  void* process = nullptr;

  // What Prepare() and SetUser*() were given, for tests.
  VirtualAddress stack_top;
  void (*entry)(void*) = nullptr;
  void* argument = nullptr;
  uint64_t user_fs = 0;
  uint64_t user_gs = 0;

 private:
  friend Context& Switch(Context& from, Context& to);
  friend void host::ContinueCpu(uint32_t index);
  struct Fiber;
  Fiber& fiber();
  Fiber* fiber_ = nullptr;
  mutable TrapFrame user_frame_;
};

// Continues `to` on the calling host thread, whichever it ran on before.
Context& Switch(Context& from, Context& to);
// Calls the function at the program counter, if host::SetUserMode() allows it; it must not return.
[[noreturn]] void EnterUser(const UserEntry& entry);

bool IsValidUserPc(uint64_t pc);

}  // namespace arch
