// SPDX-License-Identifier: BSD-2-Clause
// On the host, new and delete stay with the C library, so that AddressSanitizer sees every object.
// What the kernel allocates, `new (std::nothrow)`, is counted and can be made to fail; what the
// tests themselves allocate is not.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "kernel/vm/fault_injection.h"
#include "kernel/vm/heap.h"
#include "lib/base/assert.h"

namespace {

constinit std::atomic<uint64_t> live_bytes = 0;
constinit std::atomic<uint64_t> live_objects = 0;

enum class Owner : uint64_t { kTest = 0x7465'7374, kKernel = 0x6b65'726e };

// In front of every object.
struct Header {
  Owner owner;
  uint32_t size;
  uint32_t distance;  // from the block's start to the object
};
static_assert(sizeof(Header) == 16);

void* Allocate(size_t size, size_t alignment, Owner owner) {
  if (alignment < sizeof(Header)) alignment = sizeof(Header);
  auto* block = static_cast<std::byte*>(
      aligned_alloc(alignment, (alignment + size + alignment - 1) & ~(alignment - 1)));
  if (!block) abort();
  auto* header = reinterpret_cast<Header*>(block + alignment) - 1;
  *header = {owner, static_cast<uint32_t>(size), static_cast<uint32_t>(alignment)};
  if (owner == Owner::kKernel) {
    live_bytes += size;
    ++live_objects;
  }
  return block + alignment;
}

void* AllocateKernel(size_t size, size_t alignment) {
  if (vm::FaultInjection::Fails() || size > vm::Heap::kMaxSize) return nullptr;
  return Allocate(size, alignment, Owner::kKernel);
}

void Free(void* memory) {
  if (!memory) return;
  Header* header = static_cast<Header*>(memory) - 1;
  ASSERT(header->owner == Owner::kKernel || header->owner == Owner::kTest);
  if (header->owner == Owner::kKernel) {
    live_bytes -= header->size;
    --live_objects;
  }
  free(static_cast<std::byte*>(memory) - header->distance);
}

}  // namespace

namespace vm {

HeapCounts LiveHeap() { return {.live_bytes = live_bytes, .live_objects = live_objects}; }

}  // namespace vm

void* operator new(size_t size) { return Allocate(size, 1, Owner::kTest); }
void* operator new[](size_t size) { return Allocate(size, 1, Owner::kTest); }
void* operator new(size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment), Owner::kTest);
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment), Owner::kTest);
}
void* operator new(size_t size, const std::nothrow_t&) noexcept { return AllocateKernel(size, 1); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return AllocateKernel(size, 1);
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return AllocateKernel(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return AllocateKernel(size, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { Free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { Free(memory); }
