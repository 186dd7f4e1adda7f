// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>
#include <zircon/syscalls/resource.h>

namespace zx {

// The right to a range of something: addresses, interrupts, system functions.
class resource final : public object<resource> {
 public:
  ZX_WRAPPER(resource, ZX_OBJ_TYPE_RESOURCE)

  static zx_status_t create(const resource& parent, uint32_t options, uint64_t base, size_t size,
                            const char* name, size_t name_size, resource* result) {
    return zx_resource_create(parent.get(), options, base, size, name, name_size,
                              result->reset_and_get_address());
  }
};
ZX_WRAPPER_END(resource)

}  // namespace zx
