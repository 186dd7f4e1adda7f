// SPDX-License-Identifier: BSD-2-Clause
// What the boot stage tells the kernel: the one interface between the two programs.
//
// The boot stage fills it from firmware tables (FDT, ACPI, memory map); the kernel never parses
// those. It lies in memory that is mapped in the physmap and marked kBootData, so the kernel copies
// what it keeps. All addresses are physical unless they say otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/address.h"

namespace kernel {

enum class MemoryKind : uint32_t {
  kFree = 1,       // RAM nobody uses
  kKernel = 2,     // the kernel image and its page tables; stays
  kBootData = 3,   // boot stage, handoff, firmware tables: free once the kernel has copied what it needs
  kZbi = 4,        // the boot image
  kReserved = 5,   // RAM that firmware keeps
};

struct MemoryRange {
  PhysicalRange range;  // page aligned
  MemoryKind kind;
};

struct CpuFacts {
  uint64_t hardware_id;   // arm64: MPIDR affinity bits; x86-64: APIC id
  uint64_t release_address;  // arm64 spin table; 0: PSCI
};

enum class UartKind : uint32_t { kNone, kPl011, kNs16550Mmio, kNs16550Port };
struct UartFacts {
  UartKind kind;
  uint32_t irq;
  uint64_t base;          // physical address or I/O port
  uint32_t stride;        // bytes between registers, 16550 only
};

enum class InterruptControllerKind : uint32_t { kNone, kGicV2, kGicV3, kApic };
struct InterruptControllerFacts {
  InterruptControllerKind kind;
  // GICv2: distributor, CPU interface. GICv3: distributor, redistributors (first region, its size,
  // stride). APIC: base = local APIC, second = first IOAPIC.
  uint64_t base;
  uint64_t second;
  uint64_t second_size;
  uint64_t stride;
};

enum class PsciConduit : uint32_t { kNone, kHvc, kSmc };

struct Handoff {
  static constexpr uint64_t kMagic = 0x666f'6e66'6148'3130;
  static constexpr size_t kMaxMemoryRanges = 128;
  static constexpr size_t kMaxCpus = 64;
  static constexpr size_t kMaxCommandLine = 4096;
  static constexpr size_t kMaxMachineName = 64;

  uint64_t magic = kMagic;
  uint64_t size = sizeof(Handoff);

  // Set by the boot stage proper.
  VirtualAddress kernel_base;       // where the kernel image runs
  PhysicalRange kernel_image;       // where it lies
  PhysicalAddress root_page_table;  // the kernel's half; the boot stage's identity map is elsewhere
  uint64_t entry_counter = 0;       // time counter at the boot stage's first instruction
  uint8_t entropy[64] = {};         // mixed from every source the machine offers
  uint32_t entropy_sources = 0;     // bit 0 FDT rng-seed, 1 kaslr-seed, 2 CPU instruction, 3 ZBI item, 4 jitter
  uint64_t stack_guard = 0;         // random, for the kernel's stack protector

  // Facts about the machine.
  uint32_t memory_range_count = 0;
  uint32_t cpu_count = 0;           // cpus[0] is the boot CPU
  MemoryRange memory[kMaxMemoryRanges] = {};  // ascending, not overlapping, all RAM known
  CpuFacts cpus[kMaxCpus] = {};
  PhysicalRange zbi;
  UartFacts uart = {};
  InterruptControllerFacts interrupts = {};
  uint32_t timer_irq = 0;           // arm64: interrupt id (PPI) of the timer the kernel uses
  PsciConduit psci = PsciConduit::kNone;
  uint64_t rsdp = 0;                // x86-64: ACPI root pointer, for user space
  uint64_t hpet = 0;                // x86-64: HPET registers or 0
  uint32_t pm_timer_port = 0;       // x86-64: ACPI PM timer or 0
  uint32_t reset_port = 0;          // x86-64: FADT reset register when it is a port, with its value
  uint32_t reset_value = 0;
  uint32_t sleep_port = 0;          // x86-64: PM1a control (or sleep control register) port, 0 if none
  uint64_t sleep_address = 0;       // x86-64: sleep control register in memory (reduced hardware)
  uint32_t sleep_value = 0;         // what to write there to power off
  uint32_t entry_level = 0;         // arm64: exception level at entry
  char machine[kMaxMachineName] = {};
  char boot_path[kMaxMachineName] = {};  // e.g. "direct, EL1, device tree 7812 B at 0x48000000"
  uint32_t command_line_size = 0;
  char command_line[kMaxCommandLine] = {};  // firmware's, then the ZBI's, one space between

  std::span<const MemoryRange> memory_ranges() const { return {memory, memory_range_count}; }
  std::string_view command() const { return {command_line, command_line_size}; }
};

}  // namespace kernel
