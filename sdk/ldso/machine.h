// SPDX-License-Identifier: BSD-2-Clause
// What linking knows of a machine: numbers of relocations, and on which side of the thread pointer
// thread-local storage lies. Source: the ELF supplements for AArch64 and x86-64.
#pragma once

#include <cstdint>

#include "lib/elf/format.h"

namespace ldso {

struct MachineFacts {
  uint32_t absolute;
  uint32_t global_data;
  uint32_t jump_slot;
  uint32_t relative;
  uint32_t copy;
  uint32_t tls_module;         // DTPMOD
  uint32_t tls_module_offset;  // DTPREL, DTPOFF
  uint32_t tls_offset;         // TPREL, TPOFF
  uint32_t tls_descriptor;     // TLSDESC
  // Bytes between the thread pointer and the first module's storage, which is above it; or below
  // it.
  uint64_t tls_reserved;
  bool tls_below;
};

inline constexpr MachineFacts kArm64Facts = {
    .absolute = 257,
    .global_data = 1025,
    .jump_slot = 1026,
    .relative = 1027,
    .copy = 1024,
    .tls_module = 1028,
    .tls_module_offset = 1029,
    .tls_offset = 1030,
    .tls_descriptor = 1031,
    .tls_reserved = 16,
    .tls_below = false,
};

inline constexpr MachineFacts kX64Facts = {
    .absolute = 1,
    .global_data = 6,
    .jump_slot = 7,
    .relative = 8,
    .copy = 5,
    .tls_module = 16,
    .tls_module_offset = 17,
    .tls_offset = 18,
    .tls_descriptor = 36,
    .tls_reserved = 0,
    .tls_below = true,
};

constexpr const MachineFacts& FactsOf(elf::Machine machine) {
  return machine == elf::Machine::kArm64 ? kArm64Facts : kX64Facts;
}

}  // namespace ldso
