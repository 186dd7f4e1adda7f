// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/sync/spinlock.h"

#include <arch/layout.h>

#include "kernel/handoff.h"
#include "lib/base/assert.h"

namespace kernel {
namespace {

constinit std::atomic<uint64_t> contended = 0;

#ifdef HAFNON_DEBUG
// Ranks this CPU holds, as bits. Only its own CPU looks, with interrupts masked.
static_assert(static_cast<unsigned>(LockRank::kConsole) < 32);
constinit uint32_t held_ranks[Handoff::kMaxCpus] = {};

uint32_t Bit(LockRank rank) { return uint32_t{1} << static_cast<unsigned>(rank); }
#endif

}  // namespace

uint64_t Spinlock::contended_count() { return contended.load(std::memory_order_relaxed); }

void Spinlock::AcquireContended() {
  contended.fetch_add(1, std::memory_order_relaxed);
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
