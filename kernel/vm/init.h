// SPDX-License-Identifier: BSD-2-Clause
// Start of memory management.
#pragma once

#include <span>

#include "kernel/handoff.h"

namespace vm {

// Page allocator, heap and window, from the handoff's memory map. First thing after
// arch::EarlyInit(); `new` works afterwards. kBootData ranges stay untouched until
// PageAllocator::Release().
void Init(std::span<const kernel::MemoryRange> memory);

}  // namespace vm
