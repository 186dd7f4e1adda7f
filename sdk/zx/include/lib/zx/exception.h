// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/process.h>
#include <zircon/syscalls/exception.h>

namespace zx {

// A thread in trouble; it goes on when this handle is closed.
class exception final : public object<exception> {
 public:
  ZX_WRAPPER(exception, ZX_OBJ_TYPE_EXCEPTION)

  zx_status_t get_thread(thread* result) const {
    return zx_exception_get_thread(get(), result->reset_and_get_address());
  }
  zx_status_t get_process(process* result) const {
    return zx_exception_get_process(get(), result->reset_and_get_address());
  }
};
ZX_WRAPPER_END(exception)

}  // namespace zx
