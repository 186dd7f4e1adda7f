// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/resource.h"

#include <algorithm>

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {

base::Result<> RequireSystemResource(Handle resource, zx_rsrc_system_base_t base) {
  const base::RefPtr<Resource> held = TRY(GetObject<Resource>(resource, 0));
  const base::Result<> checked = held->Check(ZX_RSRC_KIND_SYSTEM, base, 1);
  // A resource of another kind is still a resource: no matter for the WRONG_OBJECT policy.
  if (!checked && checked.error() == ZX_ERR_WRONG_TYPE) return base::Error(kQuietWrongType);
  return checked;
}

base::Result<> sys_resource_create(Handle parent_rsrc, uint32_t options, uint64_t base, size_t size,
                                   UserIn<char> name, size_t name_size,
                                   UserOut<zx_handle_t> resource_out) {
  const base::RefPtr<Resource> parent = TRY(GetObject<Resource>(parent_rsrc, ZX_RIGHT_WRITE));
  char text[ZX_MAX_NAME_LEN] = {};
  const size_t length = std::min<size_t>(name_size, ZX_MAX_NAME_LEN - 1);
  TRY(name.ReadBytes(text, length));
  auto slice = TRY(parent->CreateSlice(options, base, size, {text, length}));
  return Publish(std::move(slice), Resource::kDefaultRights, resource_out);
}

}  // namespace kernel
