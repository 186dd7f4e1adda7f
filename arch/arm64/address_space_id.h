// SPDX-License-Identifier: BSD-2-Clause
// ASIDs: what tells the translations of address spaces apart in the TLB.
//
// Id 0 belongs to no address space. When all others are taken, address spaces share id 1, and a CPU
// that changes between two of them forgets that id's translations.
#pragma once

#include <cstdint>

#include "lib/base/address.h"

namespace arch::address_space_id {

uint16_t Allocate();
// Its translations must have been invalidated.
void Free(uint16_t id);
// Makes all CPUs forget everything about `id`.
void Invalidate(uint16_t id);
// After the tables at `root` became this CPU's user half under `id`.
void Activated(uint16_t id, PhysicalAddress root);

}  // namespace arch::address_space_id
