// SPDX-License-Identifier: BSD-2-Clause
// What the boot stage needs from the machine. The same names exist for every architecture.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/handoff.h"
#include "lib/base/address.h"
#include "lib/elf/format.h"

namespace arch::boot {

// Memory the boot stage can write to lies below this address; kernel and tables are put there.
inline constexpr uint64_t kMemoryLimit = uint64_t{1} << 46;

// e_machine of kernels that run here.
inline constexpr elf::Machine kElfMachine = elf::Machine::kArm64;

// The boot stage itself, with its data and stack.
PhysicalRange Image();

// Which CPU this is, as the firmware's tables number CPUs.
uint64_t CpuHardwareId();

// Characters go to this UART from now on; kNone drops them.
void SetConsole(const kernel::UartFacts& uart);
void ConsolePut(std::string_view text);

// A word from the processor's random number instruction, if it has one that delivers.
std::optional<uint64_t> RandomWord();
// The counter that Handoff::entry_counter was read from.
uint64_t ReadCounter();

// Ends the machine after a failure. `exit_path` is the value of kernel.exit on the command line or
// empty; a path that reports a status reports 1.
[[noreturn]] void Stop(const kernel::Handoff& handoff, std::string_view exit_path);

// Switches to the kernel's page tables (handoff.root_page_table) and jumps to `entry` with the
// address of `handoff` in the physmap as its argument.
[[noreturn]] void Enter(const kernel::Handoff& handoff, VirtualAddress entry);

}  // namespace arch::boot
