// SPDX-License-Identifier: BSD-2-Clause
// Where things stand around the thread pointer; one answer per architecture.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rt {

// Addresses inside a thread block.
struct BlockLayout {
  uintptr_t tls;
  uintptr_t thread_pointer;
  uintptr_t record;
};

}  // namespace rt

#if defined(__aarch64__)
#include "sdk/rt/src/thread_pointer_arm64.h"
#else
#include "sdk/rt/src/thread_pointer_x64.h"
#endif
