// SPDX-License-Identifier: BSD-2-Clause
#include <arch/cpu.h>

#include "arch/arm64/gic.h"
#include "arch/arm64/state.h"

namespace arch::gic_v2 {
namespace {

constexpr uint64_t GICC_CTLR = 0x00;
constexpr uint64_t GICC_PMR = 0x04;
constexpr uint64_t GICC_IAR = 0x0c;
constexpr uint64_t GICC_EOIR = 0x10;

// The controller numbers CPU interfaces its own way; each CPU asks for its own.
constinit uint8_t g_interface_masks[kernel::Handoff::kMaxCpus] = {};

GicRegisters Distributor() { return GicRegisters(machine.interrupts.base); }
GicRegisters Interface() { return GicRegisters(machine.interrupts.second); }

uint8_t OwnInterfaceMask() {
  // The first eight bytes are this CPU's; any of them may be unimplemented.
  for (uint64_t i = 0; i < 8; ++i) {
    const uint32_t word = Distributor().Word(GICD_ITARGETSR + 4 * i);
    const auto mask = static_cast<uint8_t>(word | word >> 8 | word >> 16 | word >> 24);
    if (mask != 0) return mask;
  }
  return 1;  // a controller for one CPU has no such register
}

}  // namespace

void Init() {
  const GicRegisters distributor = Distributor();
  distributor.Word(GICD_CTLR) = 0;
  const uint32_t lines = ((distributor.Word(GICD_TYPER) & 31) + 1) * 32;
  const uint32_t target = OwnInterfaceMask() * 0x0101'0101u;
  for (uint32_t id = kFirstShared; id < lines; id += 32) {
    distributor.Word(GICD_ICENABLER + id / 8) = ~0u;
  }
  for (uint32_t id = kFirstShared; id < lines; id += 4) {
    distributor.Word(GICD_IPRIORITYR + id) = kPriority;
    distributor.Word(GICD_ITARGETSR + id) = target;
  }
  distributor.Word(GICD_CTLR) = 1;
}

void InitCpu(uint32_t timer_irq) {
  const GicRegisters distributor = Distributor();
  g_interface_masks[CpuIndex()] = OwnInterfaceMask();
  distributor.Word(GICD_ICENABLER) = 0xffff'0000;
  for (uint32_t id = 0; id < kFirstShared; id += 4) distributor.Word(GICD_IPRIORITYR + id) = kPriority;
  distributor.Word(GICD_ISENABLER) = 0xffff | 1u << timer_irq;
  Interface().Word(GICC_PMR) = 0xff;
  Interface().Word(GICC_CTLR) = 1;
}

uint32_t Acknowledge() { return Interface().Word(GICC_IAR); }

void Finish(uint32_t acknowledged) { Interface().Word(GICC_EOIR) = acknowledged; }

void SendToCpu(uint32_t cpu, uint32_t id) {
  Distributor().Word(GICD_SGIR) = uint32_t{g_interface_masks[cpu]} << 16 | id;
}

void SendToOthers(uint32_t id) {
  constexpr uint32_t kAllButSelf = 1u << 24;
  Distributor().Word(GICD_SGIR) = kAllButSelf | id;
}

}  // namespace arch::gic_v2
