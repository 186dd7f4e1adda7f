// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/resource.h>

namespace zx {

// The kernel's log.
class debuglog final : public object<debuglog> {
 public:
  ZX_WRAPPER(debuglog, ZX_OBJ_TYPE_DEBUGLOG)

  // A write-only log needs no resource.
  static zx_status_t create(const resource& parent, uint32_t options, debuglog* result) {
    return zx_debuglog_create(parent.get(), options, result->reset_and_get_address());
  }
  zx_status_t write(uint32_t options, const void* buffer, size_t buffer_size) const {
    return zx_debuglog_write(get(), options, buffer, buffer_size);
  }
  zx_status_t read(uint32_t options, void* buffer, size_t buffer_size) const {
    return zx_debuglog_read(get(), options, buffer, buffer_size);
  }
};
ZX_WRAPPER_END(debuglog)

}  // namespace zx
