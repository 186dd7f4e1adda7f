// SPDX-License-Identifier: BSD-2-Clause
// What arch remembers of the handoff, and the steps of bring-up that several files share.
#pragma once

#include <cstdint>

#include <arch/context.h>

#include "kernel/handoff.h"
#include "lib/base/address.h"

namespace arch {

// Copied from the handoff by EarlyInit(), constant afterwards.
struct Machine {
  VirtualAddress kernel_base;
  PhysicalAddress kernel_physical;
  kernel::UartFacts uart;
  kernel::InterruptControllerFacts interrupts;
  kernel::PsciConduit psci;
  uint32_t timer_irq;
  uint32_t cpu_count;
  kernel::CpuFacts cpus[kernel::Handoff::kMaxCpus];
};
extern Machine machine;

// The physical address of something in the kernel image.
inline PhysicalAddress ImageToPhysical(const void* address) {
  return machine.kernel_physical +
         (reinterpret_cast<uintptr_t>(address) - machine.kernel_base.value);
}

// Tells StartCpu() that this CPU runs and has read what it was given.
void ReportArrival();

// Control registers of this CPU as user mode and the kernel expect them.
void InitControlRegisters();

}  // namespace arch

extern "C" {
// The thread the boot CPU starts as, before the kernel has made one.
extern arch::Context hafnon_boot_context;
extern const char hafnon_vectors[];
// Whether the processor has PAN; read by user_copy.S.
extern uint32_t hafnon_has_pan;
}
