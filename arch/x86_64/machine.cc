// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/machine.h"

#include <arch/layout.h>
#include <arch/page_table.h>

#include "kernel/upcalls.h"

namespace arch {

constinit Machine machine = {};

VirtualAddress ArchWindowPage(uint64_t page) { return {kArchWindowBase + page * kPageSize}; }

volatile std::byte* MapRegisters(uint64_t page, uint64_t registers) {
  const VirtualAddress where = ArchWindowPage(page);
  const uint64_t offset = registers % kPageSize;
  const Access access{.write = true, .type = MemoryType::kDevice};
  const auto mapped = PageTable::Kernel().Map({where, kPageSize}, {registers - offset}, access);
  if (!mapped) kernel::Panic("no memory to map device registers");
  return reinterpret_cast<volatile std::byte*>(where.value + offset);
}

}  // namespace arch
