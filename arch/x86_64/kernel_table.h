// SPDX-License-Identifier: BSD-2-Clause
// Bring-up of PageTable::Kernel().
#pragma once

#include "lib/base/address.h"

namespace arch {

// Takes the root the boot stage built and makes it active, without the boot stage's identity map.
void AdoptKernelTable(PhysicalAddress root);
// Fills the root entries of both windows, so that the kernel half of every root stays the same from
// then on. Panics without memory.
void PrepareKernelTable();
// The kernel's root, for starting other CPUs.
PhysicalAddress KernelRoot();

}  // namespace arch
