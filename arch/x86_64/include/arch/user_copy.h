// SPDX-License-Identifier: BSD-2-Clause
// Access to user memory. May fault in pages, so never under a lock.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

#include <arch/layout.h>

#include "arch/user_landing.h"
#include "arch/x86_64/features.h"

namespace arch {

// Whether [address, address + size) lies in user space.
inline bool IsUserRange(uint64_t address, size_t size) {
  return size <= kUserSize && address - kUserBase <= kUserSize - size;
}

inline bool IsInUserSpace(uint64_t address) { return IsUserRange(address, 1); }

// Errors of all: ZX_ERR_INVALID_ARGS when a byte is outside user space or cannot be accessed; part
// of the copy may have been made then.
zx_status_t CopyFromUser(void* to, uint64_t from, size_t size);
zx_status_t CopyToUser(uint64_t to, const void* from, size_t size);

// One access to a word, atomic if it is aligned. After a fault the AC flag is clear again (trap.cc).
template <std::unsigned_integral T>
[[gnu::always_inline]] inline zx_status_t StoreUser(uint64_t to, T value) {
  auto& word = *reinterpret_cast<T*>(to);
  if (to - kUserBase > kUserSize - sizeof(T)) [[unlikely]] return ZX_ERR_INVALID_ARGS;
  if (features.smap) [[likely]] {
    asm goto("stac\n1: mov %1, %0\nclac" HAFNON_USER_LANDING("failed")
             : "=m"(word) : "r"(value) : "memory" : failed);
  } else {
    asm goto("1: mov %1, %0" HAFNON_USER_LANDING("failed") : "=m"(word) : "r"(value) : "memory" : failed);
  }
  return ZX_OK;
failed:
  return ZX_ERR_INVALID_ARGS;
}

template <std::unsigned_integral T>
[[gnu::always_inline]] inline zx_status_t LoadUser(uint64_t from, T& out) {
  const auto& word = *reinterpret_cast<const T*>(from);
  T value;
  if (from - kUserBase > kUserSize - sizeof(T)) [[unlikely]] return ZX_ERR_INVALID_ARGS;
  if (features.smap) [[likely]] {
    asm goto("stac\n1: mov %1, %0\nclac" HAFNON_USER_LANDING("failed")
             : "=r"(value) : "m"(word) : "memory" : failed);
  } else {
    asm goto("1: mov %1, %0" HAFNON_USER_LANDING("failed") : "=r"(value) : "m"(word) : "memory" : failed);
  }
  out = value;
  return ZX_OK;
failed:
  return ZX_ERR_INVALID_ARGS;
}

// Several words that need not be aligned, one after the other.
template <size_t kCount>
[[gnu::always_inline]] inline zx_status_t LoadUserWords(uint64_t from, uint64_t (&out)[kCount]) {
  if (from - kUserBase > kUserSize - sizeof(out)) [[unlikely]] return ZX_ERR_INVALID_ARGS;
  const auto* words = reinterpret_cast<const uint64_t*>(from);
  const bool smap = features.smap;
  if (smap) asm volatile("stac" ::: "memory");
  for (size_t i = 0; i < kCount; ++i) {
    uint64_t value;
    asm goto("1: mov %1, %0" HAFNON_USER_LANDING("failed") : "=r"(value) : "m"(words[i]) : "memory" : failed);
    out[i] = value;
  }
  if (smap) asm volatile("clac" ::: "memory");
  return ZX_OK;
failed:
  return ZX_ERR_INVALID_ARGS;
}

}  // namespace arch
