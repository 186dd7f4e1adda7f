// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/handle.h>
#include <zircon/syscalls/port.h>

namespace zx {

// A queue of packets about many objects.
class port final : public object<port> {
 public:
  ZX_WRAPPER(port, ZX_OBJ_TYPE_PORT)

  static zx_status_t create(uint32_t options, port* result) {
    return zx_port_create(options, result->reset_and_get_address());
  }
  zx_status_t queue(const zx_port_packet_t* packet) const { return zx_port_queue(get(), packet); }
  zx_status_t wait(zx::time deadline, zx_port_packet_t* packet) const {
    return zx_port_wait(get(), deadline.get(), packet);
  }
  zx_status_t cancel(const object_base& source, uint64_t key) const {
    return zx_port_cancel(get(), source.get(), key);
  }
  zx_status_t cancel_key(uint32_t options, uint64_t key) const {
    return zx_port_cancel_key(get(), options, key);
  }
};
ZX_WRAPPER_END(port)

}  // namespace zx
