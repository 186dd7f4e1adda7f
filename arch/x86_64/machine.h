// SPDX-License-Identifier: BSD-2-Clause
// What arch keeps of the handoff, and the few pages of device registers it maps for itself.
#pragma once

#include <cstdint>

#include "kernel/handoff.h"
#include "lib/base/address.h"

namespace arch {

// Copied by EarlyInit(); the handoff itself goes away.
struct Machine {
  kernel::UartFacts uart;
  kernel::InterruptControllerFacts interrupts;
  uint32_t cpu_count;
  uint32_t apic_ids[kernel::Handoff::kMaxCpus];
  uint32_t pm_timer_port;
  uint32_t reset_port;
  uint32_t reset_value;
  uint32_t sleep_port;
  uint64_t sleep_address;
  uint32_t sleep_value;
};
extern Machine machine;

// Where the parts of the arch window lie, in pages from its base.
inline constexpr uint64_t kSleepRegisterPage = 0;
// Each other CPU: its block and its fault stacks, an unmapped page below each stack.
inline constexpr uint64_t kCpuPages = 16;
inline constexpr uint64_t kFirstCpuPage = 256;

// The address of a page of the arch window.
VirtualAddress ArchWindowPage(uint64_t page);

// Maps the page of device registers around `registers`, which the boot stage did not map; returns the
// virtual address of `registers`. Panics without memory.
volatile std::byte* MapRegisters(uint64_t page, uint64_t registers);

}  // namespace arch
