// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/resource.h>
#include <zircon/syscalls/object.h>

namespace zx {

// Memory that can be mapped, read, written and copied on write.
class vmo final : public object<vmo> {
 public:
  ZX_WRAPPER(vmo, ZX_OBJ_TYPE_VMO)

  static zx_status_t create(uint64_t size, uint32_t options, vmo* result) {
    return zx_vmo_create(size, options, result->reset_and_get_address());
  }
  zx_status_t read(void* data, uint64_t offset, size_t size) const {
    return zx_vmo_read(get(), data, offset, size);
  }
  zx_status_t write(const void* data, uint64_t offset, size_t size) const {
    return zx_vmo_write(get(), data, offset, size);
  }
  zx_status_t transfer_data(uint32_t options, uint64_t offset, uint64_t length, vmo* source,
                            uint64_t source_offset) {
    return zx_vmo_transfer_data(get(), options, offset, length, source->get(), source_offset);
  }
  zx_status_t get_size(uint64_t* size) const { return zx_vmo_get_size(get(), size); }
  zx_status_t set_size(uint64_t size) const { return zx_vmo_set_size(get(), size); }
  zx_status_t get_stream_size(uint64_t* size) const { return zx_vmo_get_stream_size(get(), size); }
  zx_status_t set_stream_size(uint64_t size) const { return zx_vmo_set_stream_size(get(), size); }
  zx_status_t get_prop_content_size(uint64_t* size) const {
    return get_property(ZX_PROP_VMO_CONTENT_SIZE, size, sizeof(*size));
  }
  zx_status_t set_prop_content_size(uint64_t size) const {
    return set_property(ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size));
  }
  zx_status_t create_child(uint32_t options, uint64_t offset, uint64_t size, vmo* result) const {
    // `result` may be this very object, so it is closed only afterwards.
    zx_handle_t child = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_vmo_create_child(get(), options, offset, size, &child);
    result->reset(child);
    return status;
  }
  zx_status_t op_range(uint32_t op, uint64_t offset, uint64_t size, void* buffer,
                       size_t buffer_size) const {
    return zx_vmo_op_range(get(), op, offset, size, buffer, buffer_size);
  }
  zx_status_t set_cache_policy(uint32_t cache_policy) const {
    return zx_vmo_set_cache_policy(get(), cache_policy);
  }
  // The present handle is gone in any case.
  zx_status_t replace_as_executable(const resource& vmex, vmo* result) {
    zx_handle_t executable = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_vmo_replace_as_executable(release(), vmex.get(), &executable);
    result->reset(executable);
    return status;
  }
};
ZX_WRAPPER_END(vmo)

}  // namespace zx
