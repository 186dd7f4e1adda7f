// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>

namespace zx {

// Becomes signaled at a point in time.
class timer final : public object<timer> {
 public:
  ZX_WRAPPER(timer, ZX_OBJ_TYPE_TIMER)

  static zx_status_t create(uint32_t options, zx_clock_t clock_id, timer* result) {
    return zx_timer_create(options, clock_id, result->reset_and_get_address());
  }
  zx_status_t set(zx::time deadline, zx::duration slack) const {
    return zx_timer_set(get(), deadline.get(), slack.get());
  }
  zx_status_t cancel() const { return zx_timer_cancel(get()); }
};
ZX_WRAPPER_END(timer)

}  // namespace zx
