// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/thread_memory.h"

namespace rt {

void SetThreadPointer(zx_handle_t, uintptr_t thread_pointer) {
  asm volatile("msr tpidr_el0, %0" ::"r"(thread_pointer) : "memory");
}

}  // namespace rt
