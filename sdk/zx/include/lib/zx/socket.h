// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>

namespace zx {

// One end of a two-way stream of bytes or datagrams.
class socket final : public object<socket> {
 public:
  ZX_WRAPPER(socket, ZX_OBJ_TYPE_SOCKET)

  static zx_status_t create(uint32_t options, socket* endpoint0, socket* endpoint1) {
    return zx_socket_create(options, endpoint0->reset_and_get_address(),
                            endpoint1->reset_and_get_address());
  }
  zx_status_t write(uint32_t options, const void* buffer, size_t size, size_t* actual) const {
    return zx_socket_write(get(), options, buffer, size, actual);
  }
  zx_status_t read(uint32_t options, void* buffer, size_t size, size_t* actual) const {
    return zx_socket_read(get(), options, buffer, size, actual);
  }
  zx_status_t set_disposition(uint32_t disposition, uint32_t disposition_peer) const {
    return zx_socket_set_disposition(get(), disposition, disposition_peer);
  }
};
ZX_WRAPPER_END(socket)

}  // namespace zx
