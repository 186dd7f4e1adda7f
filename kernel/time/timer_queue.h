// SPDX-License-Identifier: BSD-2-Clause
// Deadlines, one queue per CPU.
#pragma once

#include <atomic>
#include <cstdint>

#include <zircon/types.h>

#include "kernel/sync/spinlock.h"
#include "lib/base/assert.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

class TimerQueue;

// Something to do at a point in time. The callback runs on the CPU whose queue the timer is in, with
// interrupts masked and no locks held; it must not park.
class Timer {
 public:
  using Callback = void (*)(Timer& timer);

  explicit constexpr Timer(Callback callback) : callback_(callback) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { ASSERT(!queued_); }

  // Arms the timer on the current CPU. It must not be armed.
  void Set(zx_instant_mono_t deadline);
  // Disarms it. Afterwards the callback neither runs nor will run. Not from the callback itself, and
  // not under a lock the callback takes.
  void Cancel();

  zx_instant_mono_t deadline() const { return deadline_; }

 private:
  friend class TimerQueue;

  const Callback callback_;
  zx_instant_mono_t deadline_ = 0;
  // Set by Set(); Cancel() goes there.
  TimerQueue* queue_ = nullptr;
  // Links of a pairing heap: first child, next sibling, and the node that points here.
  Timer* child_ = nullptr;
  Timer* sibling_ = nullptr;
  Timer* previous_ = nullptr;
  bool queued_ = false;
};

// The timers of one CPU in a pairing heap: arming is O(1), the rest O(log n) amortised.
//
// Locking: lock_ guards the heap; callbacks run without it.
class TimerQueue {
 public:
  constexpr TimerQueue() = default;

  static TimerQueue& This();

  // Runs what is due and sets the hardware for the next deadline. On the queue's own CPU.
  void Expire();
  // The scheduler's own deadline, the end of a time slice; ZX_TIME_INFINITE for none. On its own CPU.
  void SetSliceEnd(zx_instant_mono_t deadline);
  zx_instant_mono_t slice_end() const { return slice_end_; }

 private:
  friend class Timer;

  void Insert(Timer& timer) EXCLUDES(lock_);
  void Remove(Timer& timer) EXCLUDES(lock_);
  Timer* PopDueLocked(zx_instant_mono_t now) REQUIRES(lock_);
  void UnlinkLocked(Timer& timer) REQUIRES(lock_);
  // Programs the hardware if `deadline` is earlier than what it is set to.
  void Program(zx_instant_mono_t deadline);

  static Timer* Meld(Timer* a, Timer* b);
  static Timer* MeldChildren(Timer* first);

  Spinlock lock_{LockRank::kTimerQueue};
  Timer* root_ GUARDED_BY(lock_) = nullptr;
  // The timer whose callback is running.
  std::atomic<Timer*> running_ = nullptr;
  // Only used on the queue's own CPU.
  zx_instant_mono_t programmed_ = ZX_TIME_INFINITE;
  zx_instant_mono_t slice_end_ = ZX_TIME_INFINITE;
};

}  // namespace kernel
