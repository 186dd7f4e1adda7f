// SPDX-License-Identifier: BSD-2-Clause
// malloc: size classes with free lists, large blocks as mappings of their own.
//
// Each block has a 16-byte header in front of it that says where it belongs and, by a secret,
// whether it is a block at all; a header that does not match ends the program.
#include <stdlib.h>
#include <string.h>

#include <cstdint>
#include <new>

#include <zircon/process.h>
#include <zircon/syscalls.h>

#include "lib/base/thread_annotations.h"
#include "sdk/rt/src/mutex.h"
#include "sdk/rt/src/thread_memory.h"

extern "C" [[noreturn]] void hafnon_assert_fail(const char* what, const char* file, int line) noexcept;

namespace {

constexpr size_t kAlignment = 16;
constexpr size_t kChunkSize = 128 * 1024;
// Classes: 16 32 48 64 80 96 112 128, then four steps per power of two up to 16 KiB.
constexpr size_t kClassCount = 36;
constexpr size_t kMaxSmall = 16 * 1024;
// Instead of a class: a mapping of its own; a block moved up inside another for its alignment.
constexpr uint32_t kLarge = 0xffff'ffff;
constexpr uint32_t kMoved = 0xffff'fffe;

struct Header {
  uint64_t seal;
  uint32_t size_class;
  // kLarge: pages of the mapping, header included. kMoved: distance to the outer block, in 16 bytes.
  uint32_t extent;
};
static_assert(sizeof(Header) == kAlignment);

struct FreeBlock {
  FreeBlock* next;
};

constexpr size_t ClassOf(size_t size) {
  if (size <= 128) return size == 0 ? 0 : (size - 1) / 16;
  const auto power = static_cast<size_t>(63 - __builtin_clzl(size - 1));  // 2^power < size.
  return 8 + (power - 7) * 4 + (((size - 1) >> (power - 2)) & 3);
}

constexpr size_t ClassSize(size_t size_class) {
  if (size_class < 8) return (size_class + 1) * 16;
  const size_t power = 7 + (size_class - 8) / 4;
  return (size_t{1} << power) + ((size_class - 8) % 4 + 1) * (size_t{1} << (power - 2));
}
static_assert(ClassOf(kMaxSmall) == kClassCount - 1 && ClassSize(kClassCount - 1) == kMaxSmall);
static_assert(ClassSize(ClassOf(129)) == 160 && ClassSize(ClassOf(1024)) == 1024);

class Heap {
 public:
  void* Allocate(size_t size) {
    if (size > kMaxSmall) return AllocateLarge(size);
    const size_t size_class = ClassOf(size);
    rt::MutexGuard guard(lock_);
    if (FreeBlock* block = free_[size_class]) {
      free_[size_class] = block->next;
      return Seal(reinterpret_cast<Header*>(block) - 1, static_cast<uint32_t>(size_class), 0);
    }
    const size_t needed = sizeof(Header) + ClassSize(size_class);
    if (room_end_ - room_ < needed) {
      const uintptr_t chunk = Map(kChunkSize);
      if (chunk == 0) return nullptr;
      room_ = chunk;
      room_end_ = chunk + kChunkSize;
    }
    auto* header = reinterpret_cast<Header*>(room_);
    room_ += needed;
    return Seal(header, static_cast<uint32_t>(size_class), 0);
  }

  void* AllocateAligned(size_t alignment, size_t size) {
    if (alignment <= kAlignment) return Allocate(size);
    size_t room = 0;
    if (__builtin_add_overflow(size, alignment, &room)) return nullptr;
    void* outer = Allocate(room);
    if (outer == nullptr) return nullptr;
    const auto start = reinterpret_cast<uintptr_t>(outer);
    const uintptr_t moved = (start + alignment - 1) & ~(alignment - 1);
    if (moved == start) return outer;
    return Seal(reinterpret_cast<Header*>(moved) - 1, kMoved, static_cast<uint32_t>((moved - start) / kAlignment));
  }

  void Free(void* block) {
    if (block == nullptr) return;
    Header* header = Check(block);
    header->seal = 0;
    if (header->size_class == kMoved) {
      Free(Outer(block, header));
      return;
    }
    if (header->size_class == kLarge) {
      zx_vmar_unmap(zx_vmar_root_self(), reinterpret_cast<uintptr_t>(header),
                    size_t{header->extent} * zx_system_get_page_size());
      return;
    }
    rt::MutexGuard guard(lock_);
    auto* free = static_cast<FreeBlock*>(block);
    free->next = free_[header->size_class];
    free_[header->size_class] = free;
  }

  // How many bytes a block can hold.
  static size_t Capacity(void* block) {
    const Header* header = Check(block);
    if (header->size_class == kMoved) return Capacity(Outer(block, header)) - header->extent * kAlignment;
    if (header->size_class != kLarge) return ClassSize(header->size_class);
    return size_t{header->extent} * zx_system_get_page_size() - sizeof(Header);
  }

 private:
  // The secret is the stack guard's, so that a forged header is as hard as a forged canary.
  static uint64_t SealOf(const Header* header) {
    return reinterpret_cast<uintptr_t>(header) ^ rt::g_stack_guard ^ 0x6865'6170'6865'6170;
  }
  static void* Seal(Header* header, uint32_t size_class, uint32_t extent) {
    *header = {SealOf(header), size_class, extent};
    return header + 1;
  }
  static Header* Check(void* block) {
    Header* header = static_cast<Header*>(block) - 1;
    if (header->seal != SealOf(header)) {
      hafnon_assert_fail("the pointer is a block of the heap and was not freed before", __FILE__, __LINE__);
    }
    return header;
  }

  static void* Outer(void* block, const Header* header) {
    return static_cast<char*>(block) - size_t{header->extent} * kAlignment;
  }

  static void* AllocateLarge(size_t size) {
    const size_t page = zx_system_get_page_size();
    if (size > size_t{1} << 40) return nullptr;
    const size_t bytes = (size + sizeof(Header) + page - 1) & ~(page - 1);
    const uintptr_t base = Map(bytes);
    if (base == 0) return nullptr;
    return Seal(reinterpret_cast<Header*>(base), kLarge, static_cast<uint32_t>(bytes / page));
  }

  // Fresh zeroed memory, or 0.
  static uintptr_t Map(size_t size) {
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    if (zx_vmo_create(size, 0, &vmo) != ZX_OK) return 0;
    zx_vaddr_t address = 0;
    const zx_status_t status = zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0,
                                           vmo, 0, size, &address);
    zx_handle_close(vmo);
    return status == ZX_OK ? address : 0;
  }

  rt::Mutex lock_;
  FreeBlock* free_[kClassCount] GUARDED_BY(lock_) = {};
  uintptr_t room_ GUARDED_BY(lock_) = 0;
  uintptr_t room_end_ GUARDED_BY(lock_) = 0;
};

constinit Heap g_heap;

void* AllocateOrEnd(size_t size, std::align_val_t alignment = std::align_val_t{kAlignment}) {
  void* block = g_heap.AllocateAligned(static_cast<size_t>(alignment), size);
  if (block == nullptr) hafnon_assert_fail("memory for operator new", __FILE__, __LINE__);
  return block;
}

}  // namespace

extern "C" {

void* malloc(size_t size) { return g_heap.Allocate(size); }
void free(void* block) { g_heap.Free(block); }

void* calloc(size_t count, size_t size) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* block = g_heap.Allocate(bytes);
  if (block != nullptr) memset(block, 0, bytes);
  return block;
}

void* realloc(void* block, size_t size) {
  if (block == nullptr) return g_heap.Allocate(size);
  const size_t capacity = Heap::Capacity(block);
  if (size <= capacity && size >= capacity / 2) return block;
  void* moved = g_heap.Allocate(size);
  if (moved == nullptr) return nullptr;
  memcpy(moved, block, size < capacity ? size : capacity);
  g_heap.Free(block);
  return moved;
}

void* aligned_alloc(size_t alignment, size_t size) {
  const bool power_of_two = alignment != 0 && (alignment & (alignment - 1)) == 0;
  return power_of_two ? g_heap.AllocateAligned(alignment, size) : nullptr;
}

}  // extern "C"

namespace std {
const nothrow_t nothrow{};
}

void* operator new(size_t size) { return AllocateOrEnd(size); }
void* operator new[](size_t size) { return AllocateOrEnd(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return g_heap.Allocate(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return g_heap.Allocate(size); }
void operator delete(void* block) noexcept { g_heap.Free(block); }
void operator delete[](void* block) noexcept { g_heap.Free(block); }
void operator delete(void* block, size_t) noexcept { g_heap.Free(block); }
void operator delete[](void* block, size_t) noexcept { g_heap.Free(block); }
void* operator new(size_t size, std::align_val_t alignment) { return AllocateOrEnd(size, alignment); }
void* operator new[](size_t size, std::align_val_t alignment) { return AllocateOrEnd(size, alignment); }
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return g_heap.AllocateAligned(static_cast<size_t>(alignment), size);
}
void* operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return g_heap.AllocateAligned(static_cast<size_t>(alignment), size);
}
void operator delete(void* block, std::align_val_t) noexcept { g_heap.Free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { g_heap.Free(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept { g_heap.Free(block); }
void operator delete[](void* block, size_t, std::align_val_t) noexcept { g_heap.Free(block); }
