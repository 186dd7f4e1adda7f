// SPDX-License-Identifier: BSD-2-Clause
// The processor: which one this is, waiting, stopping, bring-up of its own state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <arch/context.h>

#include "kernel/handoff.h"

namespace arch {

// This CPU's number: 0 for the boot CPU, then as in Handoff::cpus.
inline uint32_t CpuIndex() { return Context::Current().cpu; }
// The same for somebody who knows the current context.
inline uint32_t CpuIndex(const Context& current) { return current.cpu; }

// One turn of a wait loop; may be called under locks. Translations are invalidated by broadcast, so
// there is nothing to serve here.
inline void SpinPause() { __asm__ volatile("yield" ::: "memory"); }

// Idles until an interrupt has been handled.
void WaitForInterrupt();

// Takes the interrupts that are waiting, if any: a preemption point of a long operation.
void ServiceInterrupts();

// Stops this CPU for ever.
[[noreturn]] void Halt();

// Stops all other CPUs, wherever they are in user mode or idle; those spinning in the kernel go on
// until they leave it. For the last words of the kernel.
void StopOtherCpus();

// A random word of the CPU, if it has an instruction for that and it answered.
std::optional<uint64_t> RandomWord();

// Zeroes one page of normal memory at a page boundary, in the processor's best way.
void ClearPage(std::byte* page);

// What zx_system_get_features(ZX_FEATURE_KIND_CPU) answers.
uint32_t Features();

// Bytes that one cache maintenance instruction covers, for the vDSO constants.
uint32_t DataCacheLineSize();
uint32_t InstructionCacheLineSize();

// First thing on the boot CPU: control registers, console, time counter.
void EarlyInit(const kernel::Handoff& handoff);

// On the boot CPU once pages can be allocated: interrupt controller, timer.
void LateInit(const kernel::Handoff& handoff);

// On every other CPU, first thing in kernel::SecondaryMain().
void InitSecondary();

}  // namespace arch
