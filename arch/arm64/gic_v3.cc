// SPDX-License-Identifier: BSD-2-Clause
#include <arch/cpu.h>

#include "arch/arm64/gic.h"
#include "arch/arm64/state.h"
#include "arch/arm64/sysreg.h"
#include "kernel/upcalls.h"

namespace arch::gic_v3 {
namespace {

constexpr uint64_t GICR_TYPER = 0x0008;
constexpr uint64_t GICR_WAKER = 0x0014;
// Second 64 KiB frame: same layout as the first words of the distributor.
constexpr uint64_t kPrivateFrame = 0x10000;
constexpr uint64_t kDefaultStride = 0x20000;
constexpr uint64_t kVirtualStride = 0x40000;

constexpr uint32_t kWritePending = 1u << 31;
constexpr uint32_t kAffinityRouting = 1u << 4;
constexpr uint32_t kEnableGroup1 = 1u << 1;

GicRegisters Distributor() { return GicRegisters(machine.interrupts.base); }

void WaitForWrites(GicRegisters distributor) {
  while (distributor.Word(GICD_CTLR) & kWritePending) SpinPause();
}

// Affinity bits of MPIDR_EL1 as one 32-bit number, as GICR_TYPER has them.
uint32_t OwnAffinity() {
  const uint64_t mpidr = SYSREG_READ(mpidr_el1);
  return static_cast<uint32_t>((mpidr & 0x00ff'ffff) | ((mpidr >> 32) & 0xff) << 24);
}

GicRegisters FindRedistributor() {
  uint64_t at = machine.interrupts.second;
  const uint64_t end = at + machine.interrupts.second_size;
  while (at < end) {
    const GicRegisters candidate(at);
    const uint64_t type = candidate.Long(GICR_TYPER);
    if (type >> 32 == OwnAffinity()) return candidate;
    constexpr uint64_t kVirtual = 2;
    constexpr uint64_t kLast = 16;
    if (type & kLast) break;
    at += machine.interrupts.stride != 0 ? machine.interrupts.stride
          : (type & kVirtual)            ? kVirtualStride
                                         : kDefaultStride;
  }
  kernel::Panic("GICv3: no redistributor for this CPU; the firmware's tables are wrong");
}

}  // namespace

void Init() {
  const GicRegisters distributor = Distributor();
  distributor.Word(GICD_CTLR) = 0;
  WaitForWrites(distributor);
  const uint32_t lines = ((distributor.Word(GICD_TYPER) & 31) + 1) * 32;
  for (uint32_t id = kFirstShared; id < lines; id += 32) {
    distributor.Word(GICD_ICENABLER + id / 8) = ~0u;
    distributor.Word(GICD_IGROUPR + id / 8) = ~0u;
  }
  for (uint32_t id = kFirstShared; id < lines; id += 4) distributor.Word(GICD_IPRIORITYR + id) = kPriority;
  WaitForWrites(distributor);
  distributor.Word(GICD_CTLR) = kAffinityRouting | kEnableGroup1;
  WaitForWrites(distributor);
  // Everything goes to the boot CPU.
  const uint64_t mpidr = SYSREG_READ(mpidr_el1);
  const uint64_t route = mpidr & 0xff'00ff'ffff;
  for (uint32_t id = kFirstShared; id < lines && id < kSpecialIds; ++id) {
    distributor.Long(GICD_IROUTER + 8 * uint64_t{id}) = route;
  }
}

void InitCpu(uint32_t timer_irq) {
  const GicRegisters redistributor = FindRedistributor();
  constexpr uint32_t kProcessorSleep = 2;
  constexpr uint32_t kChildrenAsleep = 4;
  redistributor.Word(GICR_WAKER) = redistributor.Word(GICR_WAKER) & ~kProcessorSleep;
  while (redistributor.Word(GICR_WAKER) & kChildrenAsleep) SpinPause();
  redistributor.Word(kPrivateFrame + GICD_IGROUPR) = ~0u;
  redistributor.Word(kPrivateFrame + GICD_ICENABLER) = 0xffff'0000;
  for (uint32_t id = 0; id < kFirstShared; id += 4) {
    redistributor.Word(kPrivateFrame + GICD_IPRIORITYR + id) = kPriority;
  }
  redistributor.Word(kPrivateFrame + GICD_ISENABLER) = 0xffff | 1u << timer_irq;

  SYSREG_WRITE(S3_0_C12_C12_5, SYSREG_READ(S3_0_C12_C12_5) | 1);  // ICC_SRE_EL1: system registers
  __asm__ volatile("isb");
  SYSREG_WRITE(S3_0_C4_C6_0, 0xff);   // ICC_PMR_EL1
  SYSREG_WRITE(S3_0_C12_C12_3, 0);    // ICC_BPR1_EL1
  SYSREG_WRITE(S3_0_C12_C12_4, 0);    // ICC_CTLR_EL1: one write ends an interrupt
  SYSREG_WRITE(S3_0_C12_C12_7, 1);    // ICC_IGRPEN1_EL1
  __asm__ volatile("isb");
}

uint32_t Acknowledge() {
  const auto id = static_cast<uint32_t>(SYSREG_READ(S3_0_C12_C12_0));  // ICC_IAR1_EL1
  __asm__ volatile("dsb sy" ::: "memory");
  return id & 0xff'ffff;
}

void Finish(uint32_t acknowledged) {
  SYSREG_WRITE(S3_0_C12_C12_1, acknowledged);  // ICC_EOIR1_EL1
  __asm__ volatile("isb");
}

void SendToCpu(uint32_t cpu, uint32_t id) {
  const uint64_t affinity = machine.cpus[cpu].hardware_id;
  const uint64_t value = ((affinity >> 32) & 0xff) << 48 | ((affinity >> 16) & 0xff) << 32 |
                         ((affinity >> 8) & 0xff) << 16 | ((affinity >> 4) & 0xf) << 44 |
                         uint64_t{id} << 24 | uint64_t{1} << (affinity & 0xf);
  __asm__ volatile("dsb ishst" ::: "memory");
  SYSREG_WRITE(S3_0_C12_C11_5, value);  // ICC_SGI1R_EL1
  __asm__ volatile("isb");
}

void SendToOthers(uint32_t id) {
  constexpr uint64_t kAllButSelf = uint64_t{1} << 40;
  SYSREG_WRITE(S3_0_C12_C11_5, kAllButSelf | uint64_t{id} << 24);
  __asm__ volatile("isb");
}

}  // namespace arch::gic_v3
