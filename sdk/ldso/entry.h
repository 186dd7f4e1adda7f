// SPDX-License-Identifier: BSD-2-Clause
// The contract between start_<arch>.S and main.cc.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>

#include "sdk/ldso/linked_program.h"

#pragma GCC visibility push(hidden)

namespace ldso {

// Where and with what the program starts. Layout known to start_<arch>.S.
struct ProgramStart {
  uintptr_t stack = 0;
  uintptr_t entry = 0;
  uint64_t bootstrap = 0;
  uintptr_t vdso_base = 0;
  const LinkedProgram* linked = nullptr;
};
static_assert(offsetof(ProgramStart, linked) == 32);

// In this order. The first relocates the linker itself, so nothing runs before it, and returns the
// top of the stack for the second; the third runs on the program's stack. They end the process when
// the program cannot start.
extern "C" uintptr_t ldso_receive(zx_handle_t bootstrap, uintptr_t vdso_base);
extern "C" const ProgramStart* ldso_link(zx_handle_t bootstrap, uintptr_t vdso_base);
extern "C" void ldso_leave_stack();

// What TLS descriptors call, by a convention of its own: returns the descriptor's second word.
extern "C" const char ldso_tls_descriptor[];

}  // namespace ldso

#pragma GCC visibility pop
