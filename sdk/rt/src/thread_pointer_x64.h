// SPDX-License-Identifier: BSD-2-Clause
// x86-64: [thread-local storage | thread pointer -> itself, 8 bytes, guard, unsafe stack | record]
#pragma once

#include <cstddef>
#include <cstdint>

#include "sdk/rt/src/thread_pointer.h"

namespace rt {

inline constexpr bool kSecondStackGrowsUp = false;  // SafeStack's unsafe stack.
inline constexpr bool kThreadPointerHoldsItself = true;
inline constexpr size_t kRecordDistance = 0x20;

constexpr size_t BlockSize(size_t tls_size, size_t alignment) {
  return tls_size + 2 * alignment + kRecordDistance + 64;
}

// The thread pointer is aligned as the storage asks, and the storage ends at it.
constexpr BlockLayout PlaceBlock(uintptr_t block, size_t tls_size, size_t alignment) {
  const size_t unit = alignment > 16 ? alignment : 16;
  const size_t span = (tls_size + alignment - 1) & ~(alignment - 1);
  const uintptr_t pointer = (block + span + unit - 1) & ~(unit - 1);
  return {pointer - span, pointer, pointer + kRecordDistance};
}

constexpr uintptr_t RecordOf(uintptr_t thread_pointer) { return thread_pointer + kRecordDistance; }

inline uintptr_t ReadThreadPointer() {
  uintptr_t value;
  asm("mov %%fs:0, %0" : "=r"(value));
  return value;
}

}  // namespace rt
