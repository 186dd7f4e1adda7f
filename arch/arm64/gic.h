// SPDX-License-Identifier: BSD-2-Clause
// Arm Generic Interrupt Controller: the part GICv2 (IHI 0048) and GICv3 (IHI 0069) share, and what they
// do differently.
#pragma once

#include <cstdint>

#include <arch/layout.h>

#include "lib/base/address.h"

namespace arch {

// Registers of a device in the physmap, by byte offset.
class GicRegisters {
 public:
  constexpr GicRegisters() = default;
  explicit GicRegisters(uint64_t physical) : base_(kPhysmapBase + physical) {}

  volatile uint32_t& Word(uint64_t offset) const {
    return *reinterpret_cast<volatile uint32_t*>(base_ + offset);
  }
  volatile uint64_t& Long(uint64_t offset) const {
    return *reinterpret_cast<volatile uint64_t*>(base_ + offset);
  }
  volatile uint8_t& Byte(uint64_t offset) const {
    return *reinterpret_cast<volatile uint8_t*>(base_ + offset);
  }

 private:
  uint64_t base_ = 0;
};

// Distributor registers.
inline constexpr uint64_t GICD_CTLR = 0x000;
inline constexpr uint64_t GICD_TYPER = 0x004;
inline constexpr uint64_t GICD_IGROUPR = 0x080;
inline constexpr uint64_t GICD_ISENABLER = 0x100;
inline constexpr uint64_t GICD_ICENABLER = 0x180;
inline constexpr uint64_t GICD_IPRIORITYR = 0x400;
inline constexpr uint64_t GICD_ITARGETSR = 0x800;
inline constexpr uint64_t GICD_SGIR = 0xf00;
inline constexpr uint64_t GICD_IROUTER = 0x6000;

// Interrupts of lower value go first; all have the same here.
inline constexpr uint32_t kPriority = 0xa0a0'a0a0;
// Ids of interrupts from CPU to CPU.
inline constexpr uint32_t kRescheduleId = 0;
inline constexpr uint32_t kStopId = 1;
// Ids below this belong to one CPU each.
inline constexpr uint32_t kFirstShared = 32;
// Acknowledging returns an id from here on when nothing is waiting.
inline constexpr uint32_t kSpecialIds = 1020;

namespace gic_v2 {
void Init();
void InitCpu(uint32_t timer_irq);
// The returned value goes to Finish(); its low ten bits are the id.
uint32_t Acknowledge();
void Finish(uint32_t acknowledged);
void SendToCpu(uint32_t cpu, uint32_t id);
void SendToOthers(uint32_t id);
}  // namespace gic_v2

namespace gic_v3 {
void Init();
void InitCpu(uint32_t timer_irq);
uint32_t Acknowledge();
void Finish(uint32_t acknowledged);
void SendToCpu(uint32_t cpu, uint32_t id);
void SendToOthers(uint32_t id);
}  // namespace gic_v3

}  // namespace arch
