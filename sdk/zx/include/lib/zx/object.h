// SPDX-License-Identifier: BSD-2-Clause
// The owner of a handle, and a reference to one that somebody else owns.
#pragma once

#include <compare>
#include <type_traits>
#include <utility>

#include <lib/zx/object_traits.h>
#include <lib/zx/time.h>
#include <zircon/syscalls.h>
#include <zircon/types.h>

namespace zx {

template <class T>
class object;

// Owns one handle and closes it. What every wrapper has, whatever its type.
class object_base {
 public:
  // Closes the present handle and takes over `value`.
  void reset(zx_handle_t value = ZX_HANDLE_INVALID) {
    close();
    value_ = value;
  }
  bool is_valid() const { return value_ != ZX_HANDLE_INVALID; }
  explicit operator bool() const { return is_valid(); }
  zx_handle_t get() const { return value_; }
  // Where a system call may store a new handle; the present one is closed first.
  zx_handle_t* reset_and_get_address() {
    reset();
    return &value_;
  }
  // Gives the handle to the caller.
  [[nodiscard]] zx_handle_t release() { return std::exchange(value_, ZX_HANDLE_INVALID); }

  zx_status_t get_info(uint32_t topic, void* buffer, size_t buffer_size, size_t* actual_count,
                       size_t* avail_count) const {
    return zx_object_get_info(value_, topic, buffer, buffer_size, actual_count, avail_count);
  }
  zx_status_t get_property(uint32_t property, void* value, size_t size) const {
    return zx_object_get_property(value_, property, value, size);
  }
  zx_status_t set_property(uint32_t property, const void* value, size_t size) const {
    return zx_object_set_property(value_, property, value, size);
  }

 protected:
  constexpr object_base() = default;
  explicit constexpr object_base(zx_handle_t value) : value_(value) {}
  ~object_base() { close(); }
  object_base(const object_base&) = delete;
  object_base& operator=(const object_base&) = delete;

  void close() {
    if (value_ == ZX_HANDLE_INVALID) return;
    zx_handle_close(value_);
    value_ = ZX_HANDLE_INVALID;
  }

  zx_handle_t value_ = ZX_HANDLE_INVALID;
};

// Refers to a handle without owning it; behaves like a pointer to the wrapper.
template <class T>
class unowned final {
 public:
  constexpr unowned() = default;
  explicit unowned(zx_handle_t handle) : value_(handle) {}
  explicit unowned(const T& owner) : unowned(owner.get()) {}
  unowned(const unowned& other) : unowned(other->get()) {}
  unowned(unowned&& other) noexcept : value_(other.value_.release()) {}
  ~unowned() { clear(); }
  unowned& operator=(const unowned& other) {
    if (&other != this) *this = unowned(other);
    return *this;
  }
  unowned& operator=(unowned&& other) noexcept {
    clear();
    value_.reset(other.value_.release());
    return *this;
  }
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  bool is_valid() const { return value_.is_valid(); }
  explicit operator bool() const { return is_valid(); }

 private:
  void clear() { [[maybe_unused]] const zx_handle_t forgotten = value_.release(); }

  T value_;
};

// A typed owner.
template <class T>
class object : public object_base {
 public:
  constexpr object() = default;
  explicit constexpr object(zx_handle_t value) : object_base(value) {}
  template <class U>
    requires std::is_same_v<T, class handle> || std::is_same_v<T, U>
  object(object<U>&& other) noexcept : object_base(other.release()) {}
  template <class U>
    requires std::is_same_v<T, class handle> || std::is_same_v<T, U>
  object& operator=(object<U>&& other) noexcept {
    reset(other.release());
    return *this;
  }

  void swap(object& other) noexcept { std::swap(value_, other.value_); }
  unowned<T> borrow() const { return unowned<T>(value_); }

  zx_status_t duplicate(zx_rights_t rights, object<T>* result) const
    requires(object_traits<T>::supports_duplication)
  {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_handle_duplicate(value_, rights, &handle);
    result->reset(handle);
    return status;
  }
  // The present handle is gone in any case.
  zx_status_t replace(zx_rights_t rights, object<T>* result) {
    zx_handle_t handle = ZX_HANDLE_INVALID;
    const zx_status_t status = zx_handle_replace(release(), rights, &handle);
    result->reset(handle);
    return status;
  }

  zx_status_t wait_one(zx_signals_t signals, zx::time deadline, zx_signals_t* pending) const
    requires(object_traits<T>::supports_wait)
  {
    return zx_object_wait_one(value_, signals, deadline.get(), pending);
  }
  zx_status_t wait_async(const object<port>& port, uint64_t key, zx_signals_t signals,
                         uint32_t options) const
    requires(object_traits<T>::supports_wait)
  {
    return zx_object_wait_async(value_, port.get(), key, signals, options);
  }
  static zx_status_t wait_many(zx_wait_item_t* items, uint32_t count, zx::time deadline) {
    return zx_object_wait_many(items, count, deadline.get());
  }
  zx_status_t signal(uint32_t clear_mask, uint32_t set_mask) const
    requires(object_traits<T>::supports_user_signal)
  {
    return zx_object_signal(value_, clear_mask, set_mask);
  }
  zx_status_t signal_peer(uint32_t clear_mask, uint32_t set_mask) const
    requires(object_traits<T>::has_peer_handle)
  {
    return zx_object_signal_peer(value_, clear_mask, set_mask);
  }
  zx_status_t get_child(uint64_t koid, zx_rights_t rights, object<handle>* result) const
    requires(object_traits<T>::supports_get_child);
};

template <class T>
  requires std::is_base_of_v<object_base, T>
bool operator==(const T& a, const T& b) {
  return a.get() == b.get();
}
template <class T>
  requires std::is_base_of_v<object_base, T>
bool operator<(const T& a, const T& b) {
  return a.get() < b.get();
}

template <class T>
zx_status_t object<T>::get_child(uint64_t koid, zx_rights_t rights, object<handle>* result) const
  requires(object_traits<T>::supports_get_child)
{
  zx_handle_t child = ZX_HANDLE_INVALID;
  const zx_status_t status = zx_object_get_child(value_, koid, rights, &child);
  result->reset(child);
  return status;
}

}  // namespace zx

// The constructors and assignments every wrapper has.
#define ZX_WRAPPER(name, type)                                                   \
  static constexpr zx_obj_type_t TYPE = type;                                    \
  constexpr name() = default;                                                    \
  explicit constexpr name(zx_handle_t value) : object(value) {}                  \
  explicit name(::zx::handle&& other);                                           \
  name(name&& other) noexcept : object(other.release()) {}                       \
  name& operator=(name&& other) noexcept {                                       \
    reset(other.release());                                                      \
    return *this;                                                                \
  }
#define ZX_WRAPPER_END(name)                                                     \
  using unowned_##name = unowned<name>;                                          \
  inline name::name(::zx::handle&& other) : object(other.release()) {}
