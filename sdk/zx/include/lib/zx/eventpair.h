// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>

namespace zx {

// One of two linked events; each can signal the other and sees it close.
class eventpair final : public object<eventpair> {
 public:
  ZX_WRAPPER(eventpair, ZX_OBJ_TYPE_EVENTPAIR)

  static zx_status_t create(uint32_t options, eventpair* endpoint0, eventpair* endpoint1) {
    return zx_eventpair_create(options, endpoint0->reset_and_get_address(),
                               endpoint1->reset_and_get_address());
  }
};
ZX_WRAPPER_END(eventpair)

}  // namespace zx
