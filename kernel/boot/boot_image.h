// SPDX-License-Identifier: BSD-2-Clause
// The ZBI: is it there and whole, and what does it say to the boot stage?
#pragma once

#include "kernel/boot/entropy.h"
#include "kernel/boot/memory_map.h"
#include "kernel/handoff.h"

namespace boot {

// Checks the container at handoff.zbi, trims handoff.zbi to its true size, reserves it, and takes
// over its command line and entropy items. Fails the boot with what is wrong.
void CheckBootImage(kernel::Handoff& handoff, MemoryMap& memory, Entropy& entropy);

}  // namespace boot
