// SPDX-License-Identifier: BSD-2-Clause
// Bring-up of a CPU's own state.
#include <arch/cpu.h>
#include <arch/page_table.h>

#include "arch/arm64/interrupts.h"
#include "arch/arm64/offsets.h"
#include "arch/arm64/pl011.h"
#include "arch/arm64/state.h"
#include "arch/arm64/sysreg.h"
#include "kernel/upcalls.h"

static_assert(offsetof(kernel::Handoff, stack_guard) == HANDOFF_STACK_GUARD);

namespace arch {

constinit Machine machine = {};

void InitControlRegisters() {
  constexpr uint64_t kTrapUserFp = uint64_t{1} << 20;
  constexpr uint64_t kTrapUserDebugChannel = uint64_t{1} << 12;
  constexpr uint64_t kUserVirtualCounter = uint64_t{1} << 1;
  SYSREG_WRITE(cpacr_el1, kTrapUserFp);
  SYSREG_WRITE(mdscr_el1, kTrapUserDebugChannel);
  // Performance counters, where there are any, are the kernel's.
  const uint64_t pmu = (SYSREG_READ(id_aa64dfr0_el1) >> 8) & 15;
  if (pmu != 0 && pmu != 15) SYSREG_WRITE(pmuserenr_el0, 0);
  SYSREG_WRITE(cntkctl_el1, kUserVirtualCounter);
  SYSREG_WRITE(cntv_ctl_el0, 2);  // no deadline, masked
  SYSREG_WRITE(tpidr_el0, 0);
  SYSREG_WRITE(tpidrro_el0, 0);
  // Not before ARMv8.1: user memory is out of reach except for user_copy.S.
  hafnon_has_pan = ((SYSREG_READ(id_aa64mmfr1_el1) >> 20) & 15) != 0;
  if (hafnon_has_pan) __asm__ volatile(".arch_extension pan\n msr pan, #1");
  // Leaves the identity map of the way in, and forgets its translations.
  PageTable::Kernel().Activate();
  __asm__ volatile("tlbi vmalle1\n dsb nsh\n isb" ::: "memory");
}

void EarlyInit(const kernel::Handoff& handoff) {
  machine = {.kernel_base = handoff.kernel_base,
             .kernel_physical = handoff.kernel_image.base,
             .uart = handoff.uart,
             .interrupts = handoff.interrupts,
             .psci = handoff.psci,
             .timer_irq = handoff.timer_irq,
             .cpu_count = handoff.cpu_count,
             .cpus = {}};
  for (uint32_t i = 0; i < handoff.cpu_count; ++i) machine.cpus[i] = handoff.cpus[i];
  PageTable::AdoptKernelTable(handoff.root_page_table);
  InitControlRegisters();
}

void LateInit(const kernel::Handoff&) {
  interrupts::Init();
  interrupts::InitCpu();
}

void InitSecondary() {
  InitControlRegisters();
  interrupts::InitCpu();
  ReportArrival();
}

}  // namespace arch

constinit arch::Context hafnon_boot_context;
constinit uint32_t hafnon_has_pan = 0;

extern "C" {

[[noreturn]] void hafnon_kernel_start(const kernel::Handoff& handoff) { kernel::KernelMain(handoff); }

}  // extern "C"
