// SPDX-License-Identifier: BSD-2-Clause
#include "arch/arm64/address_space_id.h"

#include <atomic>

#include <arch/cpu.h>

#include "arch/arm64/sysreg.h"

namespace arch::address_space_id {
namespace {

constexpr uint16_t kShared = 1;
constexpr size_t kWordBits = 64;
constexpr size_t kWords = 65536 / kWordBits;

// A bit per id in use. Ids 0 and 1 are never given out.
constinit std::atomic<uint64_t> g_used[kWords] = {3};
constinit std::atomic<size_t> g_next_word = 0;
// Which address space used kShared last on each CPU, by its root; written by that CPU only.
constinit PhysicalAddress g_last_shared[kernel::Handoff::kMaxCpus] = {};

size_t WordCount() {
  const bool wide = ((SYSREG_READ(id_aa64mmfr0_el1) >> 4) & 15) == 2;
  return wide ? kWords : 256 / kWordBits;
}

}  // namespace

uint16_t Allocate() {
  const size_t count = WordCount();
  const size_t start = g_next_word.load(std::memory_order_relaxed);
  for (size_t i = 0; i < count; ++i) {
    const size_t word = (start + i) % count;
    uint64_t used = g_used[word].load(std::memory_order_relaxed);
    while (used != ~uint64_t{0}) {
      const auto bit = static_cast<unsigned>(__builtin_ctzll(~used));
      if (g_used[word].compare_exchange_weak(used, used | uint64_t{1} << bit,
                                             std::memory_order_relaxed)) {
        g_next_word.store(word, std::memory_order_relaxed);
        return static_cast<uint16_t>(word * kWordBits + bit);
      }
    }
  }
  return kShared;
}

void Free(uint16_t id) {
  if (id == kShared) return;
  g_used[id / kWordBits].fetch_and(~(uint64_t{1} << (id % kWordBits)), std::memory_order_relaxed);
}

void Invalidate(uint16_t id) {
  __asm__ volatile("dsb ishst\n tlbi aside1is, %0\n dsb ish\n isb"
                   :
                   : "r"(uint64_t{id} << 48)
                   : "memory");
}

void Activated(uint16_t id, PhysicalAddress root) {
  if (id != kShared) return;
  PhysicalAddress& last = g_last_shared[CpuIndex()];
  if (last == root) return;
  last = root;
  __asm__ volatile("tlbi aside1, %0\n dsb nsh\n isb" : : "r"(uint64_t{id} << 48) : "memory");
}

}  // namespace arch::address_space_id
