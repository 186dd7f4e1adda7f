// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "kernel/object/object.h"
#include "lib/base/result.h"

namespace kernel {

// Nothing but signals; ZX_EVENT_SIGNALED and the user signals are set by its users.
class Event final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kEvent;
  static constexpr zx_rights_t kDefaultRights = ZX_RIGHTS_BASIC | ZX_RIGHT_SIGNAL;

  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Event>> Create();

 private:
  Event() : Object(kType) {}
};

}  // namespace kernel
