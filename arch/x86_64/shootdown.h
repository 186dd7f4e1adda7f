// SPDX-License-Identifier: BSD-2-Clause
// Removing stale translations from the TLBs of this and other CPUs.
#pragma once

#include <cstdint>

#include "lib/base/address.h"

namespace arch {

// Bit per CPU that serves shootdowns.
uint64_t OnlineCpus();
// Adds the current CPU.
void JoinOnlineCpus();

// Returns when no CPU of the mask uses a translation of `range` any more. The page tables have been
// changed already. While waiting for its turn this CPU serves the others.
void InvalidateTranslations(uint64_t cpus, VirtualRange range);

// Does what other CPUs are waiting for this one to do.
void ServeShootdowns();

}  // namespace arch
