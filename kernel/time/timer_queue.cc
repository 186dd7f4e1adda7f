// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/time/timer_queue.h"

#include <arch/counter.h>
#include <arch/cpu.h>

#include "kernel/handoff.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "lib/base/assert.h"

namespace kernel {
namespace {

[[clang::no_destroy]] constinit TimerQueue queues[Handoff::kMaxCpus];

}  // namespace

void Alarm::Set(zx_instant_mono_t when) {
  queue_ = &TimerQueue::This();
  queue_->Insert(*this, when);
}

void Alarm::Set(const Deadline& deadline) {
  queue_ = &TimerQueue::This();
  queue_->Insert(*this, deadline);
}

void Alarm::LeaveQueue() {
  queue_->Remove(*this);
  queue_ = nullptr;
}

TimerQueue& TimerQueue::This() { return queues[arch::CpuIndex()]; }

[[gnu::always_inline]] inline bool TimerQueue::InsertLocked(Alarm& alarm, zx_instant_mono_t due) {
  ASSERT(!alarm.queued());
  if (!seeded_) [[unlikely]] {
    // Nobody shall know how to set alarms so that the tree gets deep.
    alarms_.Reseed(static_cast<uint32_t>(arch::ReadCounter()) * 0x9e37'79b9u);
    seeded_ = true;
  }
  alarm.due_ = due;
  if (Alarm* leader = alarms_.FindOrInsert(alarm)) {
    leader->companions_.PushBack(alarm);
    return false;
  }
  if (first_ != nullptr && first_->due_ <= due) return false;
  first_ = &alarm;
  return true;
}

void TimerQueue::Insert(Alarm& alarm, zx_instant_mono_t when) {
  bool first;
  {
    SpinlockGuard guard(lock_);
    first = InsertLocked(alarm, when);
  }
  if (first) Program(when);
}

void TimerQueue::Insert(Alarm& alarm, const Deadline& deadline) {
  bool first;
  {
    SpinlockGuard guard(lock_);
    first = InsertLocked(alarm, ChooseInstantLocked(deadline));
  }
  if (first) Program(alarm.due_);
}

// The instant in use that is nearest to the deadline and in its window; of two equally near ones the
// later, since most would rather wait than be early.
zx_instant_mono_t TimerQueue::ChooseInstantLocked(const Deadline& deadline) {
  const zx_instant_mono_t when = deadline.when();
  const Alarm* below = alarms_.FindAtOrBelow(Alarm::KeyOf(when));
  const Alarm* above = below != nullptr ? alarms_.Next(*below) : first_;
  if (below != nullptr && below->due_ < deadline.earliest()) below = nullptr;
  if (above != nullptr && above->due_ > deadline.latest()) above = nullptr;
  if (below == nullptr) return above != nullptr ? above->due_ : when;
  if (above == nullptr) return below->due_;
  // Distances may need all 64 bits.
  const uint64_t before = static_cast<uint64_t>(when) - static_cast<uint64_t>(below->due_);
  const uint64_t after = static_cast<uint64_t>(above->due_) - static_cast<uint64_t>(when);
  return after <= before ? above->due_ : below->due_;
}

void TimerQueue::Remove(Alarm& alarm) {
  {
    SpinlockGuard guard(lock_);
    if (alarm.queued()) {
      UnlinkLocked(alarm);
      return;
    }
  }
  // Not queued: done, or running on the queue's CPU this moment, which cannot be this one.
  while (running_.load(std::memory_order_acquire) == &alarm) arch::SpinPause();
}

void TimerQueue::Expire() {
  programmed_ = ZX_TIME_INFINITE;
  const zx_instant_mono_t now = Now();
  zx_instant_mono_t next = ZX_TIME_INFINITE;
  while (true) {
    Alarm* due;
    {
      SpinlockGuard guard(lock_);
      due = PopDueLocked(now);
      if (due == nullptr) next = first_ ? first_->due_ : ZX_TIME_INFINITE;
    }
    if (due == nullptr) break;
    due->callback_(*due);
    // From here on the owner may reuse or free the alarm.
    running_.store(nullptr, std::memory_order_release);
  }
  Program(next < slice_end_ ? next : slice_end_);
}

void TimerQueue::SetSliceEnd(zx_instant_mono_t deadline) {
  slice_end_ = deadline;
  // A later end is noticed when the earlier deadline passes and finds nothing to do.
  if (deadline != ZX_TIME_INFINITE) Program(deadline);
}

void TimerQueue::Program(zx_instant_mono_t deadline) {
  if (deadline >= programmed_) return;
  programmed_ = deadline;
  const int64_t ticks = NanosecondsToTicks(deadline) - CounterToTicksOffset();
  arch::SetDeadline(ticks < 0 ? 0 : static_cast<uint64_t>(ticks));
}

Alarm* TimerQueue::PopDueLocked(zx_instant_mono_t now) {
  Alarm* alarm = first_;
  if (alarm == nullptr || alarm->due_ > now) return nullptr;
  UnlinkLocked(*alarm);
  running_.store(alarm, std::memory_order_relaxed);
  return alarm;
}

void TimerQueue::UnlinkLocked(Alarm& alarm) {
  if (!alarm.in_tree()) {
    base::List<Alarm, Alarm>::Remove(alarm);
    return;
  }
  Alarm* heir = alarm.companions_.PopFront();
  if (heir == nullptr) {
    if (&alarm == first_) first_ = alarms_.Next(alarm);
    alarms_.Remove(alarm);
    return;
  }
  heir->companions_.Splice(alarm.companions_);
  alarms_.Replace(alarm, *heir);
  if (&alarm == first_) first_ = heir;
}

}  // namespace kernel
