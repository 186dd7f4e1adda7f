// SPDX-License-Identifier: BSD-2-Clause
// Front end for x86-64: PVH start info, then ACPI.
#include <string.h>

#include <arch/boot/machine.h>
#include <arch/layout.h>

#include "boards/qemu-q35-x64/board.h"
#include "kernel/boot/acpi_facts.h"
#include "kernel/boot/pvh.h"
#include "kernel/boot/stage.h"

namespace boot {
namespace {

constexpr const boards::Board& kBoard = boards::qemu_q35_x64::kBoard;

// The first page has the real-mode interrupt table, which firmware may still use; the trampoline starts
// the other CPUs. False if those pages are not RAM.
bool ReserveLowMemory(MemoryMap& map) {
  const PhysicalRange trampoline{arch::kTrampoline, arch::kTrampolinePages * arch::kPageSize};
  const bool fits = map.Reserve({{0}, arch::kPageSize}, kernel::MemoryKind::kReserved) &&
                    map.Reserve(trampoline, kernel::MemoryKind::kReserved);
  return fits && map.IsRam(trampoline);
}

void TakeAcpi(const PhysicalMemory& memory, kernel::Handoff& handoff) {
  const std::string_view problem = ReadAcpi(memory, arch::boot::OwnApicId(), handoff);
  if (!problem.empty()) Log(problem);
}

void DescribeMachine(kernel::Handoff& handoff) {
  const bool reduced = handoff.sleep_address != 0;
  base::Format(handoff.machine, "{}{}", arch::boot::HypervisorName(), reduced ? "microvm" : "PC");
  if (handoff.rsdp != 0) {
    base::Format(handoff.boot_path, "PVH, ACPI at {x}", handoff.rsdp);
  } else {
    base::Format(handoff.boot_path, "PVH, no ACPI");
  }
}

}  // namespace
}  // namespace boot

// Called by arch/x86_64/boot/start.S.
extern "C" [[noreturn]] void hafnon_boot_main(uint64_t start_info, uint64_t entry_counter) {
  using namespace boot;
  kernel::Handoff& handoff = TheHandoff();
  static_assert(kBoard.uart.driver == boards::Uart::kNs16550Port);
  SetConsole({.kind = kernel::UartKind::kNs16550Port, .irq = kBoard.uart.irq, .base = kBoard.uart.base,
              .stride = 1});
  SetFailureReport({}, kBoard.exit);
  arch::boot::CatchExceptions();
  handoff.entry_counter = entry_counter;

  const PhysicalMemory memory(0, arch::boot::kMemoryLimit);
  MemoryMap map(handoff);
  if (const auto problem = pvh::ReadStartInfo(memory, start_info, map, handoff)) {
    FailWith(problem->stage, problem->found, problem->remedy);
  }
  SetFailureReport({}, {});
  const bool can_start_cpus = ReserveLowMemory(map);
  TakeAcpi(memory, handoff);
  if (handoff.cpu_count > 1 && !can_start_cpus) {
    Log("no RAM at 0x8000 to start other processors from; going on with one");
    handoff.cpu_count = 1;
  }
  DescribeMachine(handoff);
  Run(handoff);
}
