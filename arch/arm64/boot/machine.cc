// SPDX-License-Identifier: BSD-2-Clause
#include <arch/boot/machine.h>

#include <arch/boot/tables.h>
#include <arch/layout.h>

#include "arch/arm64/firmware.h"
#include "arch/arm64/pl011.h"
#include "arch/arm64/random.h"
#include "arch/arm64/sysreg.h"

extern "C" {
extern std::byte hafnon_boot_head[];
extern std::byte hafnon_boot_data[];
extern std::byte hafnon_boot_end[];
[[noreturn]] void hafnon_boot_enter(uint64_t kernel_tables, uint64_t identity_tables, uint64_t entry,
                                    uint64_t argument, uint64_t mair, uint64_t tcr, uint64_t sctlr);
}

namespace arch::boot {
namespace {

constinit uint64_t g_uart = 0;

// Maps the boot stage one to one for the instructions around the switch. Read-only: nothing writes
// between the switch and the kernel.
alignas(kPageSize) constinit uint64_t g_identity_root[512] = {};
alignas(kPageSize) constinit uint64_t g_identity_blocks[512] = {};

// Forgets what the cache holds of memory that was written past it.
void Invalidate(uint64_t base, uint64_t end) {
  const uint64_t line = uint64_t{4} << ((SYSREG_READ(ctr_el0) >> 16) & 15);
  for (uint64_t at = base & ~(line - 1); at < end; at += line) {
    __asm__ volatile("dc ivac, %0" : : "r"(at) : "memory");
  }
}

uint64_t BuildIdentityMap() {
  constexpr uint64_t kBlock = uint64_t{1} << 30;
  const PhysicalRange image = Image();
  const uint64_t first = image.base.value & ~(kBlock - 1);
  g_identity_root[first >> 39] = TableEntry(reinterpret_cast<uintptr_t>(g_identity_blocks));
  // The code is at the start of the image, which is smaller than a block; one entry is enough.
  g_identity_blocks[(first >> 30) & 511] = LeafEntry(first, Protection::kReadExecute, 2);
  return reinterpret_cast<uintptr_t>(g_identity_root);
}

}  // namespace

PhysicalRange Image() {
  const auto base = reinterpret_cast<uintptr_t>(hafnon_boot_head);
  return {{base}, reinterpret_cast<uintptr_t>(hafnon_boot_end) - base};
}

uint64_t CpuHardwareId() { return SYSREG_READ(mpidr_el1) & 0xff'00ff'ffff; }

void SetConsole(const kernel::UartFacts& uart) {
  g_uart = uart.kind == kernel::UartKind::kPl011 ? uart.base : 0;
  if (g_uart != 0) Pl011(mmio::MemoryBus(g_uart)).Enable();
}

void ConsolePut(std::string_view text) {
  if (g_uart == 0) return;
  const Pl011 uart{mmio::MemoryBus(g_uart)};
  for (const char c : text) {
    if (c == '\n') uart.Put('\r');
    uart.Put(c);
  }
}

std::optional<uint64_t> RandomWord() { return ReadRandomRegister(); }

uint64_t ReadCounter() { return SYSREG_READ(cntvct_el0); }

void Stop(const kernel::Handoff& handoff, std::string_view exit_path) {
  if (exit_path == "semihosting") firmware::SemihostingExit(1);
  firmware::Psci(handoff.psci, firmware::kPsciSystemOff);
  for (;;) __asm__ volatile("wfe");
}

void Enter(const kernel::Handoff& handoff, VirtualAddress entry) {
  const uint64_t identity = BuildIdentityMap();
  Invalidate(reinterpret_cast<uintptr_t>(hafnon_boot_data),
             reinterpret_cast<uintptr_t>(hafnon_boot_end));
  for (const kernel::MemoryRange& memory : handoff.memory_ranges()) {
    if (memory.kind != kernel::MemoryKind::kKernel) continue;
    Invalidate(memory.range.base.value, memory.range.end().value);
  }
  hafnon_boot_enter(handoff.root_page_table.value, identity, entry.value,
                    kPhysmapBase + reinterpret_cast<uintptr_t>(&handoff), sysreg::kMair,
                    sysreg::TcrValue(), sysreg::SCTLR_EL1::kKernel);
}

}  // namespace arch::boot
