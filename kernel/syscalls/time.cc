// SPDX-License-Identifier: BSD-2-Clause
// Sleeping, and clock reads for programs that may not read the counter themselves.
#include "kernel/time/clock.h"

#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

base::Result<> sys_nanosleep(zx_instant_mono_t deadline) {
  if (deadline <= Now()) {
    sched::Task::Yield();
    return {};
  }
  const Deadline wake_up = CallerDeadline(deadline);
  BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_SLEEPING);
  while (true) {
    const zx_status_t status = sched::Task::Park(wake_up);
    if (status == ZX_ERR_TIMED_OUT) return {};
    if (status != ZX_OK) return base::Error(status);
  }
}

zx_instant_mono_t sys_clock_get_monotonic_via_kernel() { return Now(); }

zx_instant_boot_t sys_clock_get_boot_via_kernel() { return Now(); }

zx_ticks_t sys_ticks_get_via_kernel() { return NowTicks(); }

zx_ticks_t sys_ticks_get_boot_via_kernel() { return NowTicks(); }

}  // namespace kernel
