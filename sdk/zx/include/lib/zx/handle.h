// SPDX-License-Identifier: BSD-2-Clause
// A handle of any type.
#pragma once

#include <lib/zx/object.h>

namespace zx {

class handle final : public object<handle> {
 public:
  static constexpr zx_obj_type_t TYPE = ZX_OBJ_TYPE_NONE;
  constexpr handle() = default;
  explicit constexpr handle(zx_handle_t value) : object(value) {}
  handle(handle&& other) noexcept : object(other.release()) {}
  template <class T>
  handle(object<T>&& other) noexcept : object(other.release()) {}
  handle& operator=(handle&& other) noexcept {
    reset(other.release());
    return *this;
  }
};
using unowned_handle = unowned<handle>;

}  // namespace zx
