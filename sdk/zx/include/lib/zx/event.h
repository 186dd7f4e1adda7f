// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>

namespace zx {

// A set of signals to wait on.
class event final : public object<event> {
 public:
  ZX_WRAPPER(event, ZX_OBJ_TYPE_EVENT)

  static zx_status_t create(uint32_t options, event* result) {
    return zx_event_create(options, result->reset_and_get_address());
  }
};
ZX_WRAPPER_END(event)

}  // namespace zx
