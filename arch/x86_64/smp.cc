// SPDX-License-Identifier: BSD-2-Clause
// Starting other CPUs: INIT, start-up interrupts, trampoline (Intel SDM volume 3, 9.4).
#include <arch/smp.h>

#include <atomic>
#include <cstring>

#include <arch/counter.h>
#include <arch/layout.h>
#include <arch/page_table.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/kernel_table.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/offsets.h"
#include "arch/x86_64/per_cpu.h"
#include "arch/x86_64/shootdown.h"
#include "kernel/upcalls.h"
#include "lib/base/assert.h"

extern "C" const char hafnon_x64_trampoline[];
extern "C" const char hafnon_x64_trampoline_end[];

namespace arch {
namespace {

// At TRAMPOLINE_DATA of the trampoline page.
struct StartData {
  uint64_t root;
  PerCpu* cpu;
  uint64_t stack;
  void (*entry)();
};
static_assert(offsetof(StartData, root) == START_ROOT);
static_assert(offsetof(StartData, cpu) == START_PER_CPU);
static_assert(offsetof(StartData, stack) == START_STACK);
static_assert(offsetof(StartData, entry) == START_ENTRY);
static_assert(kTrampoline.value == TRAMPOLINE_PHYSICAL);

constinit std::atomic<uint64_t> started_mask = 0;

// 100 ms in all.
constexpr int kStartupTries = 1000;
constexpr uint64_t kStartupInterval = 100;  // microseconds

// First C++ of another CPU; GS points to its block already.
[[noreturn]] void SecondaryEntry() {
  PerCpu& cpu = PerCpu::Current();
  LoadProcessorState(cpu);
  WriteMsr(Msr::kIA32_KERNEL_GS_BASE, 0);
  // Leaves the trampoline's table.
  PageTable::Kernel().Activate();
  JoinOnlineCpus();
  started_mask.fetch_or(uint64_t{1} << cpu.index, std::memory_order_release);
  kernel::SecondaryMain();
}

std::byte* TrampolinePage(size_t page) { return PhysmapAddress(kTrampoline + page * kPageSize); }

// The kernel's half, and the trampoline page at its physical address.
void BuildTrampolineTables() {
  constexpr uint64_t kTable = 3, kLargePage = 0x83;
  auto* root = reinterpret_cast<uint64_t*>(TrampolinePage(1));
  auto* level2 = reinterpret_cast<uint64_t*>(TrampolinePage(2));
  auto* level1 = reinterpret_cast<uint64_t*>(TrampolinePage(3));
  memcpy(root, PhysmapAddress(KernelRoot()), kPageSize);
  memset(level2, 0, kPageSize);
  memset(level1, 0, kPageSize);
  root[0] = (kTrampoline + 2 * kPageSize).value | kTable;
  level2[0] = (kTrampoline + 3 * kPageSize).value | kTable;
  level1[0] = kLargePage;
}

void PrepareTrampoline(PerCpu& cpu, const Context& idle) {
  const auto size = static_cast<size_t>(hafnon_x64_trampoline_end - hafnon_x64_trampoline);
  ASSERT(size <= TRAMPOLINE_DATA);
  memcpy(TrampolinePage(0), hafnon_x64_trampoline, size);
  BuildTrampolineTables();
  const StartData data{(kTrampoline + kPageSize).value, &cpu, idle.stack_top, &SecondaryEntry};
  memcpy(TrampolinePage(0) + TRAMPOLINE_DATA, &data, sizeof(data));
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

base::Result<> MapPages(VirtualAddress where, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const PhysicalAddress page = TRY(kernel::AllocatePageTablePage());
    const Access access{.write = true};
    TRY(PageTable::Kernel().Map({where + i * kPageSize, kPageSize}, page, access));
  }
  return {};
}

// A block and fault stacks for the CPU, in its share of the arch window. A CPU that did not start keeps
// them for the next try.
base::Result<PerCpu*> MakePerCpu(uint32_t index) {
  if (per_cpus[index] != nullptr) return per_cpus[index];
  const uint64_t first = kFirstCpuPage + index * kCpuPages;
  TRY(MapPages(ArchWindowPage(first), 1));
  uint64_t tops[kFaultStackCount];
  uint64_t page = first + 1;
  for (size_t i = 0; i < kFaultStackCount; ++i) {
    // A page stays unmapped below each stack.
    ++page;
    TRY(MapPages(ArchWindowPage(page), kFaultStackPages[i]));
    page += kFaultStackPages[i];
    tops[i] = ArchWindowPage(page).value;
  }
  auto* cpu = reinterpret_cast<PerCpu*>(ArchWindowPage(first).value);
  PreparePerCpu(*cpu, index, machine.apic_ids[index], tops);
  cpu->stack_guard = boot_per_cpu.stack_guard;
  per_cpus[index] = cpu;
  return cpu;
}

bool WaitUntilStarted(uint32_t index, uint64_t microseconds) {
  const uint64_t end = ReadCounter() + CounterFrequency() * microseconds / 1'000'000;
  do {
    if ((started_mask.load(std::memory_order_acquire) >> index & 1) != 0) return true;
    asm volatile("pause");
  } while (ReadCounter() < end);
  return false;
}

}  // namespace

base::Result<> StartCpu(uint32_t index, Context& idle) {
  if (index == 0 || index >= machine.cpu_count || index >= kernel::Handoff::kMaxCpus) {
    return base::Error(ZX_ERR_OUT_OF_RANGE);
  }
  PerCpu& cpu = *TRY(MakePerCpu(index));
  cpu.context = &idle;
  cpu.SetKernelStack(idle.stack_top);
  PrepareTrampoline(cpu, idle);
  constexpr auto kPage = static_cast<uint8_t>(kTrampoline.value >> kPageShift);
  // Once only: it would stop a CPU that has begun to run. Old processors want 10 ms afterwards, those
  // with long mode none.
  SendInit(cpu.apic_id);
  for (int i = 0; i < kStartupTries; ++i) {
    // A start-up interrupt that comes before the CPU has digested INIT is lost, and one that comes when
    // the CPU runs is ignored, so it is repeated.
    SendStartup(cpu.apic_id, kPage);
    if (WaitUntilStarted(index, kStartupInterval)) return {};
  }
  return base::Error(ZX_ERR_TIMED_OUT);
}

}  // namespace arch
