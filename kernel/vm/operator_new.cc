// SPDX-License-Identifier: BSD-2-Clause
// The kernel's new and delete. There is no throwing new: code that asks for it does not link.
#include <new>

#include "kernel/vm/heap.h"

namespace vm {

HeapCounts LiveHeap() { return Heap::Global().counts(); }

namespace {

// Alignments above 16 get whole pages.
void* AllocateAligned(size_t size, std::align_val_t alignment) {
  if (static_cast<size_t>(alignment) > 16 && size <= Heap::kMaxSmall) size = Heap::kMaxSmall + 1;
  return Heap::Global().Allocate(size);
}

}  // namespace
}  // namespace vm

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return vm::Heap::Global().Allocate(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return vm::Heap::Global().Allocate(size);
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return vm::AllocateAligned(size, alignment);
}
void* operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return vm::AllocateAligned(size, alignment);
}
void operator delete(void* memory) noexcept { vm::Heap::Global().Free(memory); }
void operator delete[](void* memory) noexcept { vm::Heap::Global().Free(memory); }
void operator delete(void* memory, size_t) noexcept { vm::Heap::Global().Free(memory); }
void operator delete[](void* memory, size_t) noexcept { vm::Heap::Global().Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { vm::Heap::Global().Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { vm::Heap::Global().Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  vm::Heap::Global().Free(memory);
}
void operator delete[](void* memory, size_t, std::align_val_t) noexcept {
  vm::Heap::Global().Free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  vm::Heap::Global().Free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  vm::Heap::Global().Free(memory);
}

// The tag object libc++ declares and its library, which we do not link, defines.
const std::nothrow_t std::nothrow{};
