// SPDX-License-Identifier: BSD-2-Clause
// libbranch.so: needs libleaf.so.
#pragma once

#include <zircon/compiler.h>

extern "C" {

// Of libleaf.so, as seen from here.
__EXPORT int branch_answer();
__EXPORT int branch_choice();
__EXPORT int* branch_leaf_local();
__EXPORT int (*branch_leaf_function())();

// A thread-local variable in the traditional dialect, and one beside it that starts as 0.
__EXPORT int* branch_local_address();
__EXPORT int* branch_zero_address();

// Whether a weak function that nobody defines is nowhere.
__EXPORT bool branch_weak_is_missing();

}  // extern "C"
