// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/event.h"

#include <new>

namespace kernel {

base::Result<base::RefPtr<Event>> Event::Create() {
  auto event = base::RefPtr<Event>::Adopt(new (std::nothrow) Event);
  if (!event) return base::Error(ZX_ERR_NO_MEMORY);
  return event;
}

}  // namespace kernel
