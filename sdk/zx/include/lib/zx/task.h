// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <lib/zx/channel.h>
#include <zircon/syscalls/exception.h>

namespace zx {

// What jobs, processes and threads have in common.
template <class T>
class task : public object<T> {
 public:
  constexpr task() = default;
  explicit constexpr task(zx_handle_t value) : object<T>(value) {}

  zx_status_t kill() const { return zx_task_kill(this->get()); }
  zx_status_t suspend(handle* token) const {
    return zx_task_suspend_token(this->get(), token->reset_and_get_address());
  }
  zx_status_t create_exception_channel(uint32_t options, channel* result) const {
    return zx_task_create_exception_channel(this->get(), options, result->reset_and_get_address());
  }
};

}  // namespace zx

// ZX_WRAPPER for classes derived from task.
#define ZX_TASK_WRAPPER(name, type)                                              \
  static constexpr zx_obj_type_t TYPE = type;                                    \
  constexpr name() = default;                                                    \
  explicit constexpr name(zx_handle_t value) : task(value) {}                    \
  explicit name(::zx::handle&& other) : task(other.release()) {}                 \
  name(name&& other) noexcept : task(other.release()) {}                         \
  name& operator=(name&& other) noexcept {                                       \
    reset(other.release());                                                      \
    return *this;                                                                \
  }
