// SPDX-License-Identifier: BSD-2-Clause
// Starting the other CPUs, by PSCI or through a spin table.
#include <arch/smp.h>

#include <arch/barrier.h>
#include <arch/boot/tables.h>
#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/layout.h>

#include <atomic>

#include "arch/arm64/firmware.h"
#include "arch/arm64/offsets.h"
#include "arch/arm64/state.h"
#include "arch/arm64/sysreg.h"

namespace arch {

// What start.S reads with the MMU off; see offsets.h.
struct SecondaryStart {
  uint64_t ttbr1;
  uint64_t ttbr0;
  uint64_t mair;
  uint64_t tcr;
  uint64_t sctlr;
  uint64_t context;
  uint64_t continue_at;
};
static_assert(offsetof(SecondaryStart, ttbr1) == START_TTBR1);
static_assert(offsetof(SecondaryStart, ttbr0) == START_TTBR0);
static_assert(offsetof(SecondaryStart, mair) == START_MAIR);
static_assert(offsetof(SecondaryStart, tcr) == START_TCR);
static_assert(offsetof(SecondaryStart, sctlr) == START_SCTLR);
static_assert(offsetof(SecondaryStart, context) == START_CONTEXT);
static_assert(offsetof(SecondaryStart, continue_at) == START_CONTINUE);

}  // namespace arch

extern "C" {
alignas(64) constinit arch::SecondaryStart hafnon_secondary_start = {};
void hafnon_secondary_entry();
void hafnon_secondary_continue();
}

namespace arch {
namespace {

// The kernel's code one to one, for the instructions around switching the MMU on.
alignas(kPageSize) constinit uint64_t g_identity_root[512] = {};
alignas(kPageSize) constinit uint64_t g_identity_blocks[512] = {};

// Set by each CPU when it has arrived in the kernel.
constinit std::atomic<bool> g_arrived[kernel::Handoff::kMaxCpus] = {};

constexpr uint64_t kPatiencePerSecond = 10;  // 100 ms

// Writes back what a CPU without caches is going to read.
void CleanToMemory(const void* base, size_t size) {
  const uint64_t line = DataCacheLineSize();
  const auto start = reinterpret_cast<uintptr_t>(base);
  for (uint64_t at = start & ~(line - 1); at < start + size; at += line) {
    __asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
  }
  __asm__ volatile("dsb sy" ::: "memory");
}

void PrepareIdentityMap(uint64_t code) {
  constexpr uint64_t kBlock = uint64_t{1} << 30;
  const uint64_t block = code & ~(kBlock - 1);
  g_identity_root[block >> 39] = boot::TableEntry(ImageToPhysical(g_identity_blocks).value);
  g_identity_blocks[(block >> 30) & 511] =
      boot::LeafEntry(block, boot::Protection::kReadExecute, 2);
}

void Wake(const kernel::CpuFacts& cpu, uint64_t entry) {
  auto* release = reinterpret_cast<volatile uint64_t*>(PhysmapAddress({cpu.release_address}));
  *release = entry;
  CleanToMemory(const_cast<const uint64_t*>(release), sizeof(*release));
  __asm__ volatile("sev");
}

zx_status_t TurnOn(const kernel::CpuFacts& cpu, uint64_t entry) {
  if (cpu.release_address != 0) {
    Wake(cpu, entry);
    return ZX_OK;
  }
  const int64_t result = firmware::Psci(machine.psci, firmware::kPsciCpuOn, cpu.hardware_id, entry);
  return result == 0 ? ZX_OK : ZX_ERR_NOT_SUPPORTED;
}

}  // namespace

base::Result<> StartCpu(uint32_t index, Context& idle) {
  if (index >= machine.cpu_count) return base::Error(ZX_ERR_OUT_OF_RANGE);
  const auto* code = reinterpret_cast<const void*>(&hafnon_secondary_entry);
  const uint64_t entry = ImageToPhysical(code).value;
  PrepareIdentityMap(entry);
  idle.cpu = index;
  hafnon_secondary_start = {
      .ttbr1 = SYSREG_READ(ttbr1_el1),
      .ttbr0 = ImageToPhysical(g_identity_root).value,
      .mair = SYSREG_READ(mair_el1),
      .tcr = SYSREG_READ(tcr_el1),
      .sctlr = SYSREG_READ(sctlr_el1),
      .context = reinterpret_cast<uintptr_t>(&idle),
      .continue_at = reinterpret_cast<uintptr_t>(&hafnon_secondary_continue),
  };
  CleanToMemory(&hafnon_secondary_start, sizeof(hafnon_secondary_start));
  CleanToMemory(g_identity_root, sizeof(g_identity_root));
  CleanToMemory(g_identity_blocks, sizeof(g_identity_blocks));

  const zx_status_t status = TurnOn(machine.cpus[index], entry);
  if (status != ZX_OK) return base::Error(status);
  const uint64_t give_up = ReadCounter() + CounterFrequency() / kPatiencePerSecond;
  while (!g_arrived[index].load(std::memory_order_acquire)) {
    if (ReadCounter() > give_up) return base::Error(ZX_ERR_TIMED_OUT);
    SpinPause();
  }
  return {};
}

void ReportArrival() { g_arrived[CpuIndex()].store(true, std::memory_order_release); }

}  // namespace arch
