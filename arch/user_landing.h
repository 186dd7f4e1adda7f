// SPDX-License-Identifier: BSD-2-Clause
// Single instructions that access user memory: where the kernel goes on when one of them faults for good.
#pragma once

#include <cstdint>

// Goes into the assembler statement behind the instruction, which has the label 1. `landing` is the
// operand that names a label of the function (asm goto).
#define HAFNON_USER_LANDING(landing)               \
  "\n.pushsection .user_landings, \"a\", %%progbits\n" \
  ".balign 4\n"                                    \
  ".long 1b - ., %l[" landing "] - .\n"            \
  ".popsection\n"

namespace arch {

// Distances of the instruction and of its landing from the fields themselves.
struct UserLanding {
  int32_t access;
  int32_t landing;
};

}  // namespace arch

// The linker script collects them.
extern "C" const arch::UserLanding hafnon_user_landings_begin[];
extern "C" const arch::UserLanding hafnon_user_landings_end[];

namespace arch {

// Where to go on after a fault of the instruction at `pc`; 0 if it is none that may fault.
inline uint64_t FindUserLanding(uint64_t pc) {
  const auto at = [](const int32_t& field) {
    return reinterpret_cast<uintptr_t>(&field) + static_cast<uint64_t>(int64_t{field});
  };
  for (const UserLanding* entry = hafnon_user_landings_begin; entry != hafnon_user_landings_end; ++entry) {
    if (at(entry->access) == pc) return at(entry->landing);
  }
  return 0;
}

}  // namespace arch
