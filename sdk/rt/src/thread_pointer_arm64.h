// SPDX-License-Identifier: BSD-2-Clause
// arm64: [record | guard, unsafe stack | thread pointer -> two words | thread-local storage]
#pragma once

#include <cstddef>
#include <cstdint>

#include "sdk/rt/src/thread_pointer.h"

namespace rt {

inline constexpr bool kSecondStackGrowsUp = true;  // The shadow call stack.
inline constexpr bool kThreadPointerHoldsItself = false;
inline constexpr size_t kRecordDistance = 64;

// Thread-local storage starts behind two words, aligned as it asks.
constexpr size_t TlsOffset(size_t alignment) { return alignment > 16 ? alignment : 16; }

constexpr size_t BlockSize(size_t tls_size, size_t alignment) {
  return kRecordDistance + alignment + TlsOffset(alignment) + tls_size;
}

constexpr BlockLayout PlaceBlock(uintptr_t block, size_t, size_t alignment) {
  const size_t unit = alignment > 16 ? alignment : 16;
  const uintptr_t pointer = (block + kRecordDistance + unit - 1) & ~(unit - 1);
  return {pointer + TlsOffset(alignment), pointer, pointer - kRecordDistance};
}

constexpr uintptr_t RecordOf(uintptr_t thread_pointer) { return thread_pointer - kRecordDistance; }

inline uintptr_t ReadThreadPointer() {
  uintptr_t value;
  asm("mrs %0, tpidr_el0" : "=r"(value));
  return value;
}

}  // namespace rt
