// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/vmo.h>
#include <zircon/process.h>

namespace zx {

// A region of an address space.
class vmar final : public object<vmar> {
 public:
  ZX_WRAPPER(vmar, ZX_OBJ_TYPE_VMAR)

  zx_status_t map(zx_vm_option_t options, size_t vmar_offset, const vmo& vmo, uint64_t vmo_offset,
                  size_t len, zx_vaddr_t* address) const {
    return zx_vmar_map(get(), options, vmar_offset, vmo.get(), vmo_offset, len, address);
  }
  zx_status_t unmap(zx_vaddr_t address, size_t len) const { return zx_vmar_unmap(get(), address, len); }
  zx_status_t protect(zx_vm_option_t prot, zx_vaddr_t address, size_t len) const {
    return zx_vmar_protect(get(), prot, address, len);
  }
  zx_status_t op_range(uint32_t op, zx_vaddr_t address, size_t size, void* buffer,
                       size_t buffer_size) const {
    return zx_vmar_op_range(get(), op, address, size, buffer, buffer_size);
  }
  zx_status_t destroy() const { return zx_vmar_destroy(get()); }
  zx_status_t allocate(zx_vm_option_t options, size_t offset, size_t size, vmar* child,
                       zx_vaddr_t* child_address) const {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_vmar_allocate(get(), options, offset, size, &handle, child_address);
    child->reset(handle);
    return status;
  }

  static unowned<vmar> root_self() { return unowned<vmar>(zx_vmar_root_self()); }
};
ZX_WRAPPER_END(vmar)

}  // namespace zx
