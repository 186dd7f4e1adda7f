// SPDX-License-Identifier: BSD-2-Clause
#include "tests/dynamic/branch.h"

#include "tests/dynamic/leaf.h"

extern "C" [[gnu::weak]] void branch_nobody_has_this();

namespace {

thread_local int t_local = 9;
thread_local int t_zero;

[[gnu::constructor]] void Construct() { leaf_note('B'); }
[[gnu::destructor]] void Destroy() { leaf_note_end('B'); }

}  // namespace

extern "C" {

int branch_answer() { return leaf_answer(); }
int branch_choice() { return leaf_choice(); }
int* branch_leaf_local() { return &leaf_local; }
int (*branch_leaf_function())() { return &leaf_answer; }
int* branch_local_address() { return &t_local; }
int* branch_zero_address() { return &t_zero; }
bool branch_weak_is_missing() { return &branch_nobody_has_this == nullptr; }

}  // extern "C"
