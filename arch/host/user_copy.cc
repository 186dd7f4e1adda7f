// SPDX-License-Identifier: BSD-2-Clause
#include <arch/host_machine.h>
#include <arch/page_table.h>
#include <arch/user_copy.h>

#include <algorithm>
#include <cstring>

#include "kernel/upcalls.h"

namespace arch {
namespace {

host::UserMemory user_memory = host::UserMemory::kTranslated;

enum class Direction { kRead, kWrite };

// The RAM behind a user address, after the page faults a processor would have taken, or why the
// kernel does not resolve them.
base::Result<std::byte*> Translate(uint64_t address, Direction direction) {
  PageTable* table = PageTable::Active();
  if (!table) return base::Error(ZX_ERR_INVALID_ARGS);
  // A resolved fault may have to be followed by another one, a copy after a first touch.
  for (int attempt = 0; attempt < 4; ++attempt) {
    const auto translation = table->Query(VirtualAddress{address});
    const bool write = direction == Direction::kWrite;
    if (translation && translation->access.user &&
        (write ? translation->access.write : translation->access.read)) {
      return PhysmapAddress(translation->address);
    }
    const kernel::PageFault fault{
        .address = VirtualAddress{address}, .write = write, .present = translation.has_value()};
    const zx_status_t status = kernel::HandlePageFault(fault);
    if (status != ZX_OK)
      return base::Error(status == ZX_ERR_NO_MEMORY ? status : ZX_ERR_INVALID_ARGS);
  }
  return base::Error(ZX_ERR_INVALID_ARGS);
}

template <class Copy>
zx_status_t ForEachPiece(uint64_t address, size_t size, Direction direction, Copy copy) {
  if (!IsUserRange(address, size)) return ZX_ERR_INVALID_ARGS;
  if (user_memory == host::UserMemory::kHostPointers) {
    if (size != 0) copy(reinterpret_cast<std::byte*>(address), size_t{0}, size);
    return ZX_OK;
  }
  for (size_t done = 0; done < size;) {
    const size_t piece = std::min(size - done, kPageSize - (address + done) % kPageSize);
    const auto memory = Translate(address + done, direction);
    if (!memory) return memory.error();
    copy(*memory, done, piece);
    done += piece;
  }
  return ZX_OK;
}

}  // namespace

namespace host {
void SetUserMemory(UserMemory memory) { user_memory = memory; }
}  // namespace host

bool IsUserRange(uint64_t address, size_t size) {
  if (user_memory == host::UserMemory::kHostPointers) return address != 0 && size <= ~address;
  constexpr uint64_t kEnd = kUserBase + kUserSize;
  return address >= kUserBase && address <= kEnd && size <= kEnd - address;
}

zx_status_t CopyFromUser(void* to, uint64_t from, size_t size) {
  return ForEachPiece(from, size, Direction::kRead,
                      [&](std::byte* memory, size_t done, size_t piece) {
                        memcpy(static_cast<std::byte*>(to) + done, memory, piece);
                      });
}

zx_status_t CopyToUser(uint64_t to, const void* from, size_t size) {
  return ForEachPiece(to, size, Direction::kWrite,
                      [&](std::byte* memory, size_t done, size_t piece) {
                        memcpy(memory, static_cast<const std::byte*>(from) + done, piece);
                      });
}

}  // namespace arch
