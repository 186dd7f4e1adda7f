// SPDX-License-Identifier: BSD-2-Clause
// zx_futex_*.
#include "kernel/object/futex_table.h"

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

base::Result<> CheckAddress(uint64_t address) {
  // Aligned, so that its last byte is in user space if the first is.
  if (address % sizeof(zx_futex_t) != 0 || !arch::IsInUserSpace(address)) [[unlikely]] {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  return {};
}

// The owner only matters to priority inheritance, which the one scheduling profile has no use for;
// a wrong one is an error all the same.
[[gnu::noinline, clang::preserve_most]] zx_status_t CheckOwner(zx_handle_t owner) {
  return Process::Current().handles().With<Thread>(owner, 0, [](Thread& thread) {
    // A thread of another process, or one that waits here itself, cannot hold the lock.
    const bool possible = &thread.process() == &Process::Current() && &thread != &Thread::Current();
    return possible ? ZX_OK : ZX_ERR_INVALID_ARGS;
  });
}

// Apart from the wait without end, which needs nothing on the stack.
[[gnu::noinline]] base::Result<> WaitUntil(uint64_t address, uint32_t expected, zx_instant_mono_t deadline) {
  return Process::Current().futexes().Wait(address, expected, CallerDeadline(deadline));
}

}  // namespace

base::Result<> sys_futex_wait(UserIn<zx_futex_t> value_ptr, zx_futex_t current_value,
                              Handle new_futex_owner, zx_instant_mono_t deadline) {
  TRY(CheckAddress(value_ptr.address()));
  if (new_futex_owner.value != ZX_HANDLE_INVALID) {
    TRY(base::FromStatus(CheckOwner(new_futex_owner.value)));
  }
  const auto expected = static_cast<uint32_t>(current_value);
  if (deadline != ZX_TIME_INFINITE) return WaitUntil(value_ptr.address(), expected, deadline);
  return Process::Current().futexes().Wait(value_ptr.address(), expected, kNever);
}

base::Result<> sys_futex_wake(UserIn<zx_futex_t> value_ptr, uint32_t wake_count) {
  TRY(CheckAddress(value_ptr.address()));
  Process::Current().futexes().Wake(value_ptr.address(), wake_count);
  return {};
}

}  // namespace kernel
