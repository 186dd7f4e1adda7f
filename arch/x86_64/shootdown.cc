// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/shootdown.h"

#include <atomic>
#include <bit>

#include <arch/layout.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/idt.h"
#include "arch/x86_64/per_cpu.h"

namespace arch {
namespace {

// One request at a time. `waiting` has a bit for each CPU that still has to act; the range is valid
// while it is not zero.
constinit std::atomic<bool> busy = false;
constinit std::atomic<uint64_t> waiting = 0;
constinit VirtualRange requested = {};
constinit std::atomic<uint64_t> online = 1;

// Above this many pages everything is dropped at once.
constexpr uint64_t kSinglePages = 32;

void InvalidateHere(VirtualRange range) {
  if (range.size <= kSinglePages * kPageSize) {
    for (uint64_t offset = 0; offset < range.size; offset += kPageSize) {
      Invlpg((range.base + offset).value);
    }
    return;
  }
  if (range.base.value < kPhysmapBase) {
    WriteCr3(ReadCr3());
    return;
  }
  // Global translations survive a load of CR3 but not switching them off.
  const uint64_t cr4 = ReadCr4();
  WriteCr4(cr4 & ~kCr4GlobalPages);
  WriteCr4(cr4);
}

uint64_t OwnBit() { return uint64_t{1} << PerCpu::Current().index; }

}  // namespace

uint64_t OnlineCpus() { return online.load(std::memory_order_seq_cst); }
void JoinOnlineCpus() { online.fetch_or(OwnBit(), std::memory_order_seq_cst); }

void ServeShootdowns() {
  const uint64_t own = OwnBit();
  if ((waiting.load(std::memory_order_acquire) & own) == 0) return;
  InvalidateHere(requested);
  waiting.fetch_and(~own, std::memory_order_release);
}

void InvalidateTranslations(uint64_t cpus, VirtualRange range) {
  const uint64_t own = OwnBit();
  if ((cpus & own) != 0) InvalidateHere(range);
  const uint64_t others = cpus & ~own;
  if (others == 0) return;

  while (busy.exchange(true, std::memory_order_acquire)) {
    asm volatile("pause");
    ServeShootdowns();
  }
  requested = range;
  waiting.store(others, std::memory_order_seq_cst);
  for (uint64_t left = others; left != 0; left &= left - 1) {
    SendInterrupt(per_cpus[std::countr_zero(left)]->apic_id, Vector::kShootdown);
  }
  while (waiting.load(std::memory_order_acquire) != 0) asm volatile("pause");
  busy.store(false, std::memory_order_release);
}

}  // namespace arch
