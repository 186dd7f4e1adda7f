// SPDX-License-Identifier: BSD-2-Clause
// Access to user memory: through the active page table, with page faults, or plain host pointers;
// see host::SetUserMemory().
#pragma once

#include <arch/layout.h>
#include <zircon/types.h>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace arch {

// Whether [address, address + size) lies in user space; any non-null range of host pointers does.
bool IsUserRange(uint64_t address, size_t size);
inline bool IsInUserSpace(uint64_t address) { return IsUserRange(address, 1); }

// Errors of all: ZX_ERR_INVALID_ARGS, ZX_ERR_NO_MEMORY while handling a fault.
zx_status_t CopyFromUser(void* to, uint64_t from, size_t size);
zx_status_t CopyToUser(uint64_t to, const void* from, size_t size);
// One word.
template <std::unsigned_integral T>
zx_status_t StoreUser(uint64_t to, T value) {
  return CopyToUser(to, &value, sizeof(value));
}
template <std::unsigned_integral T>
zx_status_t LoadUser(uint64_t from, T& out) {
  return CopyFromUser(&out, from, sizeof(out));
}

template <size_t kCount>
zx_status_t LoadUserWords(uint64_t from, uint64_t (&out)[kCount]) {
  return CopyFromUser(&out, from, sizeof(out));
}

}  // namespace arch
