// SPDX-License-Identifier: BSD-2-Clause
// zx_timer_*.
#include "kernel/object/timer.h"

#include <algorithm>

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

base::Result<> sys_timer_create(uint32_t options, zx_clock_t clock_id, UserOut<zx_handle_t> out) {
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_TIMER));

  return Publish(TRY(Timer::Create(options, clock_id)), Timer::kDefaultRights, out);
}

base::Result<> sys_timer_set(Handle handle, zx_time_t deadline, zx_duration_t slack) {
  if (slack < 0) return base::Error(ZX_ERR_OUT_OF_RANGE);
  const zx_duration_t wanted = std::max(slack, Process::Current().policy().timer_slack().amount);
  return base::FromStatus(CallerHandles().With<Timer>(handle.value, ZX_RIGHT_WRITE, [&](Timer& timer) {
    timer.Set(deadline, wanted);
    return ZX_OK;
  }));
}

base::Result<> sys_timer_cancel(Handle handle) {
  return base::FromStatus(CallerHandles().With<Timer>(handle.value, ZX_RIGHT_WRITE, [](Timer& timer) {
    timer.Cancel();
    return ZX_OK;
  }));
}

}  // namespace kernel
