// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/io_apic.h"

#include <arch/irq.h>
#include <arch/layout.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/idt.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/per_cpu.h"

namespace arch {
namespace {

// 82093AA IOAPIC data sheet, chapter 3.
constexpr uint32_t kSelect = 0x00, kWindow = 0x10;
constexpr uint32_t kVersion = 1, kRedirection = 0x10;
constexpr uint32_t kMasked = 1 << 16, kLevel = 1 << 15;
constexpr uint32_t kIsaLines = 16;

constinit volatile std::byte* registers = nullptr;
constinit uint32_t line_count = 0;
constinit std::atomic<bool> in_use = false;

void Select(uint32_t which) { *reinterpret_cast<volatile uint32_t*>(registers + kSelect) = which; }
volatile uint32_t& Window() { return *reinterpret_cast<volatile uint32_t*>(registers + kWindow); }

// Two accesses make one, so only one CPU at a time.
class Exclusive {
 public:
  Exclusive() {
    while (in_use.exchange(true, std::memory_order_acquire)) asm volatile("pause");
  }
  ~Exclusive() { in_use.store(false, std::memory_order_release); }
  Exclusive(const Exclusive&) = delete;
  Exclusive& operator=(const Exclusive&) = delete;
};

void WriteLine(uint32_t line, uint32_t flags) {
  Exclusive exclusive;
  Select(kRedirection + 2 * line + 1);
  Window() = machine.apic_ids[0] << 24;
  Select(kRedirection + 2 * line);
  Window() = flags | (static_cast<uint32_t>(Vector::kDeviceBase) + line);
}

}  // namespace

void InitIoApic() {
  if (machine.interrupts.second == 0) return;
  registers = PhysmapAddress({machine.interrupts.second});
  Select(kVersion);
  const uint32_t lines = (Window() >> 16 & 0xff) + 1;
  constexpr uint32_t kMost =
      static_cast<uint32_t>(Vector::kDeviceLast) - static_cast<uint32_t>(Vector::kDeviceBase) + 1;
  line_count = lines < kMost ? lines : kMost;
  for (uint32_t line = 0; line < line_count; ++line) WriteLine(line, kMasked);
}

void MaskInterrupt(uint32_t irq) {
  if (irq < line_count) WriteLine(irq, kMasked);
}

void UnmaskInterrupt(uint32_t irq) {
  if (irq < line_count) WriteLine(irq, irq < kIsaLines ? 0 : kLevel);
}

void SendReschedule(uint32_t cpu) { SendInterrupt(per_cpus[cpu]->apic_id, Vector::kReschedule); }

}  // namespace arch
