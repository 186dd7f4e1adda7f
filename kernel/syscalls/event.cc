// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/event.h"

#include "kernel/object/event_pair.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

base::Result<> sys_event_create(uint32_t options, UserOut<zx_handle_t> out) {
  if (options != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_EVENT));

  return Publish(TRY(Event::Create()), Event::kDefaultRights, out);
}

base::Result<> sys_eventpair_create(uint32_t options, UserOut<zx_handle_t> out0,
                                    UserOut<zx_handle_t> out1) {
  if (options != 0) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(Process::Current().EnforcePolicy(ZX_POL_NEW_EVENTPAIR));

  EventPair::Pair pair = TRY(EventPair::Create());
  return PublishPair(std::move(pair.first), std::move(pair.second), EventPair::kDefaultRights, out0, out1);
}

}  // namespace kernel
