// SPDX-License-Identifier: BSD-2-Clause
// The processor: which one this is, waiting, stopping, bring-up of its own state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <arch/context.h>

#include "kernel/handoff.h"

namespace arch {

// Where a CPU's number lies in the block that GS points to.
inline constexpr size_t kPerCpuIndex = 40;

// This CPU's number: 0 for the boot CPU, then as in Handoff::cpus.
inline uint32_t CpuIndex() {
  uint64_t index;
  asm volatile("movl %%gs:%c1, %k0" : "=r"(index) : "i"(kPerCpuIndex));
  // Says that its upper half is zero.
  __builtin_assume(index < kernel::Handoff::kMaxCpus);
  return static_cast<uint32_t>(index);
}
// The same for somebody who knows the current context.
inline uint32_t CpuIndex(const Context&) { return CpuIndex(); }

// One turn of a wait loop. Serves TLB shootdowns of other CPUs, so it may be called under locks.
void SpinPause();

// Idles until an interrupt has been handled.
void WaitForInterrupt();

// Takes the interrupts that are waiting, if any: a preemption point of a long operation.
void ServiceInterrupts();

// Stops this CPU for ever.
[[noreturn]] void Halt();

// Stops all other CPUs for ever, wherever they are. For the last words of the kernel.
void StopOtherCpus();

// A random word of the CPU, if it has an instruction for that and it answered.
std::optional<uint64_t> RandomWord();

// Zeroes one page of normal memory at a page boundary, in the processor's best way.
void ClearPage(std::byte* page);

// What zx_system_get_features(ZX_FEATURE_KIND_CPU) answers. x86-64 programs use CPUID instead.
uint32_t Features();

// Bytes per cache line, for the vDSO constants.
uint32_t DataCacheLineSize();
uint32_t InstructionCacheLineSize();

// First thing on the boot CPU: descriptor tables, control registers, console, time counter.
void EarlyInit(const kernel::Handoff& handoff);

// On the boot CPU once pages can be allocated: interrupt controllers, timer.
void LateInit(const kernel::Handoff& handoff);

// On every other CPU, first thing in kernel::SecondaryMain().
void InitSecondary();

}  // namespace arch
