// SPDX-License-Identifier: BSD-2-Clause
// Tells the thread-safety analysis what it cannot see: inside a lambda, or through a second name.
#pragma once

#include "kernel/sync/spinlock.h"
#include "lib/base/assert.h"

namespace kernel {

// The caller holds `lock` already.
inline void AssertHeld(const Spinlock& lock) ASSERT_HELD(lock) { DEBUG_ASSERT(lock.is_held()); }

}  // namespace kernel
