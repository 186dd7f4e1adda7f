// SPDX-License-Identifier: BSD-2-Clause
// ASSERT stays on in every build; DEBUG_ASSERT costs nothing in release.
#pragma once

// Reports a broken invariant and stops. Each domain defines it: the kernel panics, the boot stage
// prints and halts, a user program ends itself, a host test aborts.
extern "C" [[noreturn]] void hafnon_assert_fail(const char* what, const char* file, int line) noexcept;

#define ASSERT(condition) \
  ((condition) ? (void)0 : ::hafnon_assert_fail(#condition, __FILE__, __LINE__))

#ifdef HAFNON_DEBUG
#define DEBUG_ASSERT(condition) ASSERT(condition)
#else
#define DEBUG_ASSERT(condition) ((void)sizeof((condition) ? 1 : 0))
#endif
