// SPDX-License-Identifier: BSD-2-Clause
// The kernel's new and delete. There is no throwing new, and none for alignments above 16: code that asks for
// them does not link.
#include <new>

#include "kernel/vm/heap.h"

namespace vm {

HeapCounts LiveHeap() { return Heap::Global().counts(); }

}  // namespace vm

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return vm::Heap::Global().Allocate(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return vm::Heap::Global().Allocate(size);
}
void operator delete(void* memory) noexcept { vm::Heap::Global().Free(memory); }
void operator delete[](void* memory) noexcept { vm::Heap::Global().Free(memory); }
void operator delete(void* memory, size_t) noexcept { vm::Heap::Global().Free(memory); }
void operator delete[](void* memory, size_t) noexcept { vm::Heap::Global().Free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  vm::Heap::Global().Free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  vm::Heap::Global().Free(memory);
}

// The tag object libc++ declares and its library, which we do not link, defines.
const std::nothrow_t std::nothrow{};
