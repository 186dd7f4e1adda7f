// SPDX-License-Identifier: BSD-2-Clause
// What a PVH loader leaves in memory: Xen's public/arch-x86/hvm/start_info.h, version 1.
//
//   start info --> command line (text)
//              --> module list --> boot image
//              --> memory map
//              --> ACPI root pointer
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/boot/memory_map.h"
#include "kernel/boot/physical_memory.h"
#include "kernel/boot/stage.h"
#include "kernel/handoff.h"

namespace boot::pvh {

inline constexpr uint32_t kMagic = 0x336e'c578;

struct StartInfo {
  uint32_t magic;
  uint32_t version;
  uint32_t flags;
  uint32_t module_count;
  uint64_t modules;
  uint64_t command_line;
  uint64_t rsdp;
  uint64_t memory_map;  // from version 1 on
  uint32_t memory_map_count;
  uint32_t reserved;
};
static_assert(sizeof(StartInfo) == 56);

struct Module {
  uint64_t address;
  uint64_t size;
  uint64_t command_line;
  uint64_t reserved;
};
static_assert(sizeof(Module) == 32);

struct MemoryMapEntry {
  uint64_t address;
  uint64_t size;
  uint32_t type;
  uint32_t reserved;

  static constexpr uint32_t kRam = 1;
};
static_assert(sizeof(MemoryMapEntry) == 24);

// Why the machine cannot be booted, in the words of Fail().
struct Problem {
  Stage stage;
  std::string_view remedy;
  char found[128];
};

// Takes over command line, memory map, boot image (handoff.zbi, kZbi in the map) and ACPI root pointer. The command line
// comes first, so that a problem with the rest can be reported the way it asks for.
std::optional<Problem> ReadStartInfo(const PhysicalMemory& memory, uint64_t address, MemoryMap& map,
                                     kernel::Handoff& handoff);

}  // namespace boot::pvh
