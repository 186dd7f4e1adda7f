// SPDX-License-Identifier: BSD-2-Clause
#include "arch/arm64/interrupts.h"

#include <arch/cpu.h>
#include <arch/counter.h>
#include <arch/irq.h>

#include "arch/arm64/gic.h"
#include "arch/arm64/state.h"
#include "kernel/upcalls.h"

namespace arch {
namespace {

bool IsV3() { return machine.interrupts.kind == kernel::InterruptControllerKind::kGicV3; }

}  // namespace

namespace interrupts {

void Init() {
  switch (machine.interrupts.kind) {
    case kernel::InterruptControllerKind::kGicV2:
      gic_v2::Init();
      return;
    case kernel::InterruptControllerKind::kGicV3:
      gic_v3::Init();
      return;
    case kernel::InterruptControllerKind::kNone:
    case kernel::InterruptControllerKind::kApic:
      kernel::Panic("no GICv2 or GICv3 in the firmware's tables");
  }
}

void InitCpu() {
  IsV3() ? gic_v3::InitCpu(machine.timer_irq) : gic_v2::InitCpu(machine.timer_irq);
}

void Dispatch() {
  for (;;) {
    const uint32_t acknowledged = IsV3() ? gic_v3::Acknowledge() : gic_v2::Acknowledge();
    const uint32_t id = IsV3() ? acknowledged : acknowledged & 0x3ff;
    if (id >= kSpecialIds && id < 1024) return;
    // The line is quiet before the interrupt is ended, or it would come again.
    if (id == machine.timer_irq) ClearDeadline();
    if (id >= kFirstShared) MaskInterrupt(id);
    IsV3() ? gic_v3::Finish(acknowledged) : gic_v2::Finish(acknowledged);
    if (id == machine.timer_irq) {
      kernel::HandleTimer();
    } else if (id == kRescheduleId) {
      kernel::HandleReschedule();
    } else if (id == kStopId) {
      Halt();
    } else if (id >= kFirstShared) {
      kernel::HandleDeviceInterrupt(id);
    }
  }
}

void SendStop() { IsV3() ? gic_v3::SendToOthers(kStopId) : gic_v2::SendToOthers(kStopId); }

uint32_t LineCount() {
  return ((GicRegisters(machine.interrupts.base).Word(GICD_TYPER) & 31) + 1) * 32;
}

}  // namespace interrupts

void SendReschedule(uint32_t cpu) {
  IsV3() ? gic_v3::SendToCpu(cpu, kRescheduleId) : gic_v2::SendToCpu(cpu, kRescheduleId);
}

void MaskInterrupt(uint32_t irq) {
  if (irq < kFirstShared || irq >= kSpecialIds) return;
  GicRegisters(machine.interrupts.base).Word(GICD_ICENABLER + irq / 32 * 4) = 1u << (irq % 32);
}

void UnmaskInterrupt(uint32_t irq) {
  if (irq < kFirstShared || irq >= kSpecialIds) return;
  GicRegisters(machine.interrupts.base).Word(GICD_ISENABLER + irq / 32 * 4) = 1u << (irq % 32);
}

}  // namespace arch
