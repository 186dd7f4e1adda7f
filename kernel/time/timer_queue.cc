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

constinit TimerQueue queues[Handoff::kMaxCpus];

}  // namespace

void Timer::Set(zx_instant_mono_t deadline) {
  deadline_ = deadline;
  queue_ = &TimerQueue::This();
  queue_->Insert(*this);
}

void Timer::Cancel() {
  if (queue_ != nullptr) queue_->Remove(*this);
}

TimerQueue& TimerQueue::This() { return queues[arch::CpuIndex()]; }

void TimerQueue::Insert(Timer& timer) {
  bool first;
  {
    SpinlockGuard guard(lock_);
    ASSERT(!timer.queued_);
    timer.queued_ = true;
    timer.child_ = timer.sibling_ = timer.previous_ = nullptr;
    root_ = Meld(root_, &timer);
    first = root_ == &timer;
  }
  if (first) Program(timer.deadline_);
}

void TimerQueue::Remove(Timer& timer) {
  {
    SpinlockGuard guard(lock_);
    if (timer.queued_) {
      UnlinkLocked(timer);
      return;
    }
  }
  // Not queued: done, or running on the queue's CPU this moment, which cannot be this one.
  while (running_.load(std::memory_order_acquire) == &timer) arch::SpinPause();
}

void TimerQueue::Expire() {
  programmed_ = ZX_TIME_INFINITE;
  const zx_instant_mono_t now = Now();
  zx_instant_mono_t next = ZX_TIME_INFINITE;
  while (true) {
    Timer* due;
    {
      SpinlockGuard guard(lock_);
      due = PopDueLocked(now);
      if (due == nullptr) next = root_ ? root_->deadline_ : ZX_TIME_INFINITE;
    }
    if (due == nullptr) break;
    due->callback_(*due);
    // From here on the owner may reuse or free the timer.
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

Timer* TimerQueue::PopDueLocked(zx_instant_mono_t now) {
  Timer* timer = root_;
  if (timer == nullptr || timer->deadline_ > now) return nullptr;
  UnlinkLocked(*timer);
  running_.store(timer, std::memory_order_relaxed);
  return timer;
}

void TimerQueue::UnlinkLocked(Timer& timer) {
  Timer* below = MeldChildren(timer.child_);
  if (&timer == root_) {
    root_ = below;
  } else {
    // Out of the list of siblings, then its own subtree joins the top.
    if (timer.previous_->child_ == &timer) {
      timer.previous_->child_ = timer.sibling_;
    } else {
      timer.previous_->sibling_ = timer.sibling_;
    }
    if (timer.sibling_ != nullptr) timer.sibling_->previous_ = timer.previous_;
    root_ = Meld(root_, below);
  }
  if (root_ != nullptr) root_->previous_ = nullptr;
  timer.child_ = timer.sibling_ = timer.previous_ = nullptr;
  timer.queued_ = false;
}

// The earlier of two heaps takes the other as its first child.
Timer* TimerQueue::Meld(Timer* a, Timer* b) {
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  if (b->deadline_ < a->deadline_) {
    Timer* swap = a;
    a = b;
    b = swap;
  }
  b->previous_ = a;
  b->sibling_ = a->child_;
  if (b->sibling_ != nullptr) b->sibling_->previous_ = b;
  a->child_ = b;
  return a;
}

// Melds siblings in pairs from left to right, then the pairs from right to left.
Timer* TimerQueue::MeldChildren(Timer* first) {
  Timer* pairs = nullptr;
  while (first != nullptr) {
    Timer* a = first;
    Timer* b = a->sibling_;
    first = b != nullptr ? b->sibling_ : nullptr;
    a->sibling_ = a->previous_ = nullptr;
    if (b != nullptr) b->sibling_ = b->previous_ = nullptr;
    Timer* pair = Meld(a, b);
    pair->sibling_ = pairs;
    pairs = pair;
  }
  Timer* heap = nullptr;
  while (pairs != nullptr) {
    Timer* next = pairs->sibling_;
    pairs->sibling_ = nullptr;
    heap = Meld(heap, pairs);
    pairs = next;
  }
  return heap;
}


}  // namespace kernel
