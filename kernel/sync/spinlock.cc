// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/sync/spinlock.h"

#include <arch/layout.h>

#include "kernel/handoff.h"
#include "lib/base/assert.h"

namespace kernel {
namespace {

// Each CPU counts its own, and only when it has to wait anyway.
struct alignas(64) Contended {
  std::atomic<uint64_t> count = 0;
};
constinit Contended contended[Handoff::kMaxCpus];

#ifdef HAFNON_DEBUG
// Ranks this CPU holds, as bits. Only its own CPU looks, with interrupts masked.
static_assert(static_cast<unsigned>(LockRank::kConsole) < 32);
constinit uint32_t held_ranks[Handoff::kMaxCpus] = {};

uint32_t Bit(LockRank rank) { return uint32_t{1} << static_cast<unsigned>(rank); }
#endif

}  // namespace

uint64_t Spinlock::contended_count() {
  uint64_t sum = 0;
  for (const Contended& cpu : contended) sum += cpu.count.load(std::memory_order_relaxed);
  return sum;
}

void Spinlock::AcquireContended() {
  std::atomic<uint64_t>& count = contended[arch::CpuIndex()].count;
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  do {
    // Reading until it looks free keeps the line shared meanwhile.
    while (held_.load(std::memory_order_relaxed) != 0) arch::SpinPause();
  } while (held_.exchange(1, std::memory_order_acquire) != 0);
}

#ifdef HAFNON_DEBUG
void Spinlock::CheckOrder() const {
  // Everything held must be of a smaller rank.
  ASSERT(held_ranks[arch::CpuIndex()] < Bit(rank_));
}

void Spinlock::NoteAcquired() const { held_ranks[arch::CpuIndex()] |= Bit(rank_); }

void Spinlock::NoteReleased() const { held_ranks[arch::CpuIndex()] &= ~Bit(rank_); }
#endif

}  // namespace kernel
