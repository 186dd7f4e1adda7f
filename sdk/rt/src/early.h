// SPDX-License-Identifier: BSD-2-Clause
// The first steps of a program, before compiled code may rely on its conventions. Everything here
// is built without stack guard, SafeStack and shadow call stack.
#pragma once

#include <cstdint>

#include <zircon/types.h>

#include "sdk/ldso/linked_program.h"
#include "sdk/rt/src/elf64.h"

#pragma GCC visibility push(hidden)

extern "C" const rt::elf::FileHeader __ehdr_start;
extern "C" const rt::elf::Dynamic _DYNAMIC[];

namespace rt {

// Applies the image's own relocations; symbols come from the vDSO at `vdso_base`. Must run before
// anything that uses a relocated word, so it calls nothing outside its file.
void RelocateSelf(uintptr_t vdso_base);

// What the dynamic linker has prepared; nullptr in a program that was started without one.
extern const ldso::LinkedProgram* g_linked;

// The address of a vDSO function, or 0.
uintptr_t FindVdsoSymbol(uintptr_t vdso_base, const char* name);

// Reads the bootstrap message and keeps handles and strings. Ends the process if there is none.
void ReceiveBootstrap(zx_handle_t bootstrap);

// Takes write access from what relocation was the last to write.
void ProtectRelocated();

}  // namespace rt

#pragma GCC visibility pop
