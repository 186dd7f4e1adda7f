// SPDX-License-Identifier: BSD-2-Clause
// Access to user memory. May fault in pages, so never under a lock.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

#include <arch/layout.h>

#include "arch/user_landing.h"

namespace arch {

// The same as IsUserRange(address, 1). The borders are such that the upper bits decide, which are small
// numbers.
inline bool IsInUserSpace(uint64_t address) {
  constexpr unsigned kShift = 24;
  static_assert(kUserBase % (1u << kShift) == 0 && kUserSize % (1u << kShift) == 0);
  return (address >> kShift) - (kUserBase >> kShift) < kUserSize >> kShift;
}

// Whether [address, address + size) lies in user space.
inline bool IsUserRange(uint64_t address, size_t size) {
  return size <= kUserSize && address - kUserBase <= kUserSize - size;
}

// Errors of all: ZX_ERR_INVALID_ARGS when a byte is outside user space or cannot be accessed; part
// of the copy may have been made then.
zx_status_t CopyFromUser(void* to, uint64_t from, size_t size);
zx_status_t CopyToUser(uint64_t to, const void* from, size_t size);

// One access to a word, atomic if it is aligned. The unprivileged instructions have the user's
// permissions whatever the state of PAN is, so the processor checks the address.
template <std::unsigned_integral T>
[[gnu::always_inline]] inline zx_status_t StoreUser(uint64_t to, T value) {
  if constexpr (sizeof(T) == 8) {
    __asm__ goto("1: sttr %x0, [%1]" HAFNON_USER_LANDING("failed") : : "rZ"(value), "r"(to) : "memory" : failed);
  } else if constexpr (sizeof(T) == 4) {
    __asm__ goto("1: sttr %w0, [%1]" HAFNON_USER_LANDING("failed") : : "rZ"(value), "r"(to) : "memory" : failed);
  } else if constexpr (sizeof(T) == 2) {
    __asm__ goto("1: sttrh %w0, [%1]" HAFNON_USER_LANDING("failed") : : "rZ"(value), "r"(to) : "memory" : failed);
  } else {
    __asm__ goto("1: sttrb %w0, [%1]" HAFNON_USER_LANDING("failed") : : "rZ"(value), "r"(to) : "memory" : failed);
  }
  return ZX_OK;
failed:
  return ZX_ERR_INVALID_ARGS;
}

template <std::unsigned_integral T>
[[gnu::always_inline]] inline zx_status_t LoadUser(uint64_t from, T& out) {
  uint64_t value;
  if constexpr (sizeof(T) == 8) {
    __asm__ goto("1: ldtr %x0, [%1]" HAFNON_USER_LANDING("failed") : "=r"(value) : "r"(from) : "memory" : failed);
  } else if constexpr (sizeof(T) == 4) {
    __asm__ goto("1: ldtr %w0, [%1]" HAFNON_USER_LANDING("failed") : "=r"(value) : "r"(from) : "memory" : failed);
  } else if constexpr (sizeof(T) == 2) {
    __asm__ goto("1: ldtrh %w0, [%1]" HAFNON_USER_LANDING("failed") : "=r"(value) : "r"(from) : "memory" : failed);
  } else {
    __asm__ goto("1: ldtrb %w0, [%1]" HAFNON_USER_LANDING("failed") : "=r"(value) : "r"(from) : "memory" : failed);
  }
  out = static_cast<T>(value);
  return ZX_OK;
failed:
  return ZX_ERR_INVALID_ARGS;
}

// Several words that need not be aligned, one after the other.
template <size_t kCount>
[[gnu::always_inline]] inline zx_status_t LoadUserWords(uint64_t from, uint64_t (&out)[kCount]) {
  for (size_t i = 0; i < kCount; ++i) {
    if (LoadUser(from + i * sizeof(out[i]), out[i]) != ZX_OK) [[unlikely]] return ZX_ERR_INVALID_ARGS;
  }
  return ZX_OK;
}

}  // namespace arch
