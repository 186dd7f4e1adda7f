// SPDX-License-Identifier: BSD-2-Clause
// Access to user memory. May fault in pages, so never under a lock.
#pragma once

#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

#include <arch/layout.h>

namespace arch {

// Whether [address, address + size) lies in user space.
inline bool IsUserRange(uint64_t address, size_t size) {
  constexpr uint64_t kEnd = kUserBase + kUserSize;
  return address >= kUserBase && address <= kEnd && size <= kEnd - address;
}

// Errors of all: ZX_ERR_INVALID_ARGS when a byte is outside user space or cannot be accessed; part
// of the copy may have been made then.
zx_status_t CopyFromUser(void* to, uint64_t from, size_t size);
zx_status_t CopyToUser(uint64_t to, const void* from, size_t size);
// One atomic load of an aligned word.
zx_status_t LoadUser32(uint64_t address, uint32_t& out);

}  // namespace arch
