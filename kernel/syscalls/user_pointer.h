// SPDX-License-Identifier: BSD-2-Clause
// Arguments of system calls that are addresses in the caller's memory. They can be copied through
// and asked whether they are null, nothing else. Never copy while holding a lock: a copy may fault,
// wait for memory, or be slow.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <arch/user_copy.h>

#include "lib/base/result.h"

namespace kernel {

// A handle argument; the value is only a number until a HandleTable has looked it up.
struct Handle {
  zx_handle_t value = ZX_HANDLE_INVALID;
};

namespace user {

// Nothing is copied from or to anywhere, not even null.
// What a failed copy means to the caller: a bad pointer, unless there was no page to resolve it with.
[[gnu::cold]] inline zx_status_t CopyError(zx_status_t status) {
  return status == ZX_ERR_NO_MEMORY ? ZX_ERR_NO_MEMORY : ZX_ERR_INVALID_ARGS;
}
inline base::Result<> CopyIn(void* to, uint64_t from, size_t size) {
  if (size == 0) return {};
  const zx_status_t status = arch::CopyFromUser(to, from, size);
  if (status != ZX_OK) [[unlikely]] return base::Error(CopyError(status));
  return {};
}
inline base::Result<> CopyOut(uint64_t to, const void* from, size_t size) {
  if (size == 0) return {};
  const zx_status_t status = arch::CopyToUser(to, from, size);
  if (status != ZX_OK) [[unlikely]] return base::Error(CopyError(status));
  return {};
}

// Values that one instruction can move.
template <class T>
concept Word = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T> &&
               (sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8);
template <size_t kSize>
using RawWord = std::conditional_t<
    kSize == 1, uint8_t,
    std::conditional_t<kSize == 2, uint16_t, std::conditional_t<kSize == 4, uint32_t, uint64_t>>>;

// Values that are quicker moved word by word than by a function that copies bytes.
template <class T>
concept FewWords = std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(uint64_t) == 0 &&
                   sizeof(T) <= 6 * sizeof(uint64_t);

template <class T>
struct SizeOf {
  static constexpr size_t value = sizeof(T);
};
template <>
struct SizeOf<void> {
  static constexpr size_t value = 1;
};

}  // namespace user

// An address of T's; common to the directions.
template <class T>
class UserPointer {
 public:
  static constexpr size_t kItemSize = user::SizeOf<T>::value;
  using Bytes = std::conditional_t<std::is_void_v<T>, std::byte, T>;

  constexpr UserPointer() = default;
  explicit constexpr UserPointer(uint64_t address) : address_(address) {}

  constexpr bool is_null() const { return address_ == 0; }
  constexpr uint64_t address() const { return address_; }

 protected:
  uint64_t address_ = 0;
};

// Memory the call reads. UserIn<void> is raw bytes.
// Errors of all copies: ZX_ERR_INVALID_ARGS not readable, ZX_ERR_NO_MEMORY.
template <class T>
class UserIn : public UserPointer<T> {
 public:
  using UserPointer<T>::UserPointer;
  using typename UserPointer<T>::Bytes;

  base::Result<Bytes> Read() const {
    if constexpr (user::Word<Bytes>) {
      user::RawWord<sizeof(Bytes)> raw;
      const zx_status_t status = arch::LoadUser(this->address_, raw);
      if (status != ZX_OK) [[unlikely]] return base::Error(user::CopyError(status));
      return std::bit_cast<Bytes>(raw);
    } else if constexpr (user::FewWords<Bytes>) {
      struct Words {
        uint64_t words[sizeof(Bytes) / sizeof(uint64_t)];
      };
      [[clang::uninitialized]] Words raw;
      const zx_status_t status = arch::LoadUserWords(this->address_, raw.words);
      if (status != ZX_OK) [[unlikely]] return base::Error(user::CopyError(status));
      return std::bit_cast<Bytes>(raw);
    } else {
      [[clang::uninitialized]] Bytes value;
      TRY(user::CopyIn(&value, this->address_, sizeof(value)));
      return value;
    }
  }
  base::Result<> ReadAll(std::span<Bytes> out) const {
    return user::CopyIn(out.data(), this->address_, out.size_bytes());
  }
  // Raw bytes from `offset` on, whatever T is.
  base::Result<> ReadBytes(void* to, size_t size, uint64_t offset = 0) const {
    return user::CopyIn(to, this->address_ + offset, size);
  }
  // The pointer to element `index`.
  constexpr UserIn At(size_t index) const {
    return UserIn(this->address_ + index * UserPointer<T>::kItemSize);
  }
  template <class U>
  constexpr UserIn<U> As() const {
    return UserIn<U>(this->address_);
  }
};

// Memory the call writes. UserOut<void> is raw bytes.
// Errors of all copies: ZX_ERR_INVALID_ARGS not writable, ZX_ERR_NO_MEMORY.
template <class T>
class UserOut : public UserPointer<T> {
 public:
  using UserPointer<T>::UserPointer;
  using typename UserPointer<T>::Bytes;

  base::Result<> Write(const Bytes& value) const {
    if constexpr (user::Word<Bytes>) {
      const auto raw = std::bit_cast<user::RawWord<sizeof(Bytes)>>(value);
      const zx_status_t status = arch::StoreUser(this->address_, raw);
      if (status != ZX_OK) [[unlikely]] return base::Error(user::CopyError(status));
      return {};
    } else {
      return user::CopyOut(this->address_, &value, sizeof(value));
    }
  }
  // Nothing if the caller passed null.
  base::Result<> WriteOptional(const Bytes& value) const {
    if (this->is_null()) return {};
    return Write(value);
  }
  base::Result<> WriteAll(std::span<const Bytes> values) const {
    return user::CopyOut(this->address_, values.data(), values.size_bytes());
  }
  base::Result<> WriteBytes(const void* from, size_t size, uint64_t offset = 0) const {
    return user::CopyOut(this->address_ + offset, from, size);
  }
  constexpr UserOut At(size_t index) const {
    return UserOut(this->address_ + index * UserPointer<T>::kItemSize);
  }
  template <class U>
  constexpr UserOut<U> As() const {
    return UserOut<U>(this->address_);
  }
};

// Memory the call reads and writes.
template <class T>
class UserInOut : public UserPointer<T> {
 public:
  using UserPointer<T>::UserPointer;

  constexpr UserIn<T> in() const { return UserIn<T>(this->address_); }
  constexpr UserOut<T> out() const { return UserOut<T>(this->address_); }
};

}  // namespace kernel
