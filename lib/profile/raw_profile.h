// SPDX-License-Identifier: BSD-2-Clause
// The counts of a program that was compiled for coverage (preset `coverage`), in the form that
// llvm-profdata reads. Programs with a C library have the compiler's runtime for this; kernel and
// boot stage have this file, in coverage builds only.
#pragma once

#include <cstdint>

namespace profile {

// Hands out the bytes of a raw profile of this program, in order and in few pieces. Counts go on
// while it works, so it is for the end of the program.
void WriteRawProfile(void (*put)(const void* bytes, uint64_t size));

}  // namespace profile
