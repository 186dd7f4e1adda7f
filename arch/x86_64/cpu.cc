// SPDX-License-Identifier: BSD-2-Clause
#include <arch/cpu.h>

#include <arch/layout.h>

#include <atomic>
#include <bit>

#include <arch/counter.h>
#include <arch/page_table.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/calibration.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/io_apic.h"
#include "arch/x86_64/kernel_table.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/per_cpu.h"
#include "arch/x86_64/power_registers.h"
#include "arch/x86_64/shootdown.h"
#include "arch/x86_64/stop.h"
#include "arch/x86_64/uart.h"
#include "kernel/upcalls.h"

namespace arch {
namespace {

// The two 8259 interrupt controllers are never used.
constexpr uint16_t kPic1Data = 0x21, kPic2Data = 0xa1;

void MaskLegacyInterruptControllers() {
  Out8(kPic1Data, 0xff);
  Out8(kPic2Data, 0xff);
}

void CopyFacts(const kernel::Handoff& handoff) {
  machine.uart = handoff.uart;
  machine.interrupts = handoff.interrupts;
  machine.cpu_count = handoff.cpu_count;
  for (uint32_t i = 0; i < handoff.cpu_count && i < kernel::Handoff::kMaxCpus; ++i) {
    machine.apic_ids[i] = static_cast<uint32_t>(handoff.cpus[i].hardware_id);
  }
  machine.pm_timer_port = handoff.pm_timer_port;
  machine.reset_port = handoff.reset_port;
  machine.reset_value = handoff.reset_value;
  machine.sleep_port = handoff.sleep_port;
  machine.sleep_address = handoff.sleep_address;
  machine.sleep_value = handoff.sleep_value;
}

}  // namespace

void SpinPause() {
  asm volatile("pause");
  ServeShootdowns();
}

void WaitForInterrupt() {
  // STI delays interrupts by one instruction, so none can slip in between and leave the CPU halted.
  asm volatile("sti\n hlt\n cli" ::: "memory");
}

void ServiceInterrupts() { asm volatile("sti\n nop\n cli" ::: "memory"); }

void Halt() {
  for (;;) asm volatile("cli\n hlt" ::: "memory");
}

namespace {
constinit std::atomic<bool> stopping = false;
}  // namespace

bool IsStopping() { return stopping.load(std::memory_order_relaxed); }

void StopOtherCpus() {
  if (stopping.exchange(true)) return;
  // Only to those that run the kernel: one that still waits to be started would wake up in nowhere.
  const uint64_t others = OnlineCpus() & ~(uint64_t{1} << CpuIndex());
  for (uint64_t left = others; left != 0; left &= left - 1) {
    SendNmi(per_cpus[std::countr_zero(left)]->apic_id);
  }
}

std::optional<uint64_t> RandomWord() {
  if (!features.rdrand) return std::nullopt;
  // Ten tries, as the manual recommends (Intel DRNG guide, 5.2.1).
  for (int i = 0; i < 10; ++i) {
    uint64_t word;
    bool valid;
    asm volatile("rdrand %0" : "=r"(word), "=@ccc"(valid));
    if (valid) return word;
  }
  return std::nullopt;
}

// Plain stores, many per turn: without vector registers a library call would be slower.
void ClearPage(std::byte* page) {
  constexpr size_t kWordsPerTurn = 64;
  auto* words = reinterpret_cast<uint64_t*>(page);
  for (uint64_t* end = words + kPageSize / sizeof(uint64_t); words != end; words += kWordsPerTurn) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < kWordsPerTurn; ++i) words[i] = 0;
  }
}

uint32_t Features() { return 0; }

// CPUID leaf 1 tells the line in units of 8 bytes.
uint32_t DataCacheLineSize() { return (Cpuid(1).ebx >> 8 & 0xff) * 8; }
uint32_t InstructionCacheLineSize() { return DataCacheLineSize(); }

void EarlyInit(const kernel::Handoff& handoff) {
  CopyFacts(handoff);
  InitUart();
  MaskLegacyInterruptControllers();
  AdoptKernelTable(handoff.root_page_table);
  CalibrateCounter();
}

void LateInit(const kernel::Handoff&) {
  PrepareKernelTable();
  InitLocalApic();
  CalibrateTimer();
  InitIoApic();
  MapPowerRegisters();
}

void InitSecondary() { InitLocalApic(); }

}  // namespace arch
