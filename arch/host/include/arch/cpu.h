// SPDX-License-Identifier: BSD-2-Clause
// The processor: each host thread is a CPU.
#pragma once

#include <arch/context.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/handoff.h"

namespace arch {

uint32_t CpuIndex();
inline uint32_t CpuIndex(const Context&) { return CpuIndex(); }
void SpinPause();
// Calls what host::SetIdle() was given; without it nothing would ever happen, and the test is
// stopped.
void WaitForInterrupt();
void ServiceInterrupts();
[[noreturn]] void Halt();
void StopOtherCpus();
// Never: tests are repeatable.
std::optional<uint64_t> RandomWord();

// Zeroes one page of normal memory at a page boundary, in the processor's best way.
void ClearPage(std::byte* page);
uint32_t Features();
void EarlyInit(const kernel::Handoff& handoff);
void LateInit(const kernel::Handoff& handoff);
void InitSecondary();

}  // namespace arch
