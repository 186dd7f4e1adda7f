// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/init.h"

#include "kernel/vm/heap.h"
#include "kernel/vm/kernel_window.h"
#include "kernel/vm/page_allocator.h"
#include "kernel/vm/zero_page.h"
#include "lib/base/assert.h"

namespace vm {
namespace {

constinit PhysicalAddress zero_page;

}  // namespace

void Init(std::span<const kernel::MemoryRange> memory) {
  PageAllocator::Global().Init(memory);
  Heap::Global().Reset();
  KernelWindow::Reset();
  const auto page = PageAllocator::Global().AllocatePage(Fill::kZero, PageUse::kOther);
  ASSERT(page);
  zero_page = *page;
}

PhysicalAddress ZeroPage() { return zero_page; }

}  // namespace vm
