// SPDX-License-Identifier: BSD-2-Clause
// libleaf.so: needs nobody. What it offers has an effect that only a right linker produces.
#pragma once

#include <zircon/compiler.h>
#include <zircon/types.h>

#include <cstddef>

extern "C" {

// 42.
__EXPORT int leaf_answer();

// Who was constructed, in order: L(eaf), B(ranch), P(rogram).
__EXPORT extern char leaf_constructed[8];
__EXPORT void leaf_note(char who);

// When the last destructor has run, writes who was destroyed to this channel. Keeps it.
__EXPORT void leaf_report_end_to(zx_handle_t channel);
__EXPORT void leaf_note_end(char who);

// Weak here and strong in the program: 1 there, 2 here.
__EXPORT int leaf_choice();

// A thread-local variable: starts as 7 in each thread, aligned to 64 bytes.
__EXPORT extern thread_local int leaf_local;
__EXPORT int* leaf_local_address();

// Allocated by the program's malloc.
__EXPORT char* leaf_copy(const char* text);

// Points to the name "leaf": a relocated word in data that becomes read-only.
__EXPORT extern const char* const leaf_name;

}  // extern "C"
