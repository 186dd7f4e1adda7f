// SPDX-License-Identifier: BSD-2-Clause
// Deadlines, one queue per CPU.
#pragma once

#include <atomic>
#include <cstdint>

#include <zircon/types.h>

#include "kernel/sync/spinlock.h"
#include "kernel/time/deadline.h"
#include "lib/base/assert.h"
#include "lib/base/list.h"
#include "lib/base/thread_annotations.h"
#include "lib/base/tree.h"

namespace kernel {

class TimerQueue;

// Something to do at a point in time. The callback runs on the CPU whose queue the alarm is in, with
// interrupts masked and no locks held; it must not park.
class Alarm : public base::TreeNode, public base::ListNode<Alarm> {
 public:
  using Callback = void (*)(Alarm& alarm);

  explicit constexpr Alarm(Callback callback) : callback_(callback) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // Arms the alarm on the current CPU. It must not be armed.
  void Set(zx_instant_mono_t when);
  // The same with slack: if other alarms of the CPU lie in the deadline's window, it goes off together
  // with the nearest; otherwise exactly at the deadline.
  void Set(const Deadline& deadline);
  // Disarms it. Afterwards the callback neither runs nor will run. Not from the callback itself, and
  // not under a lock the callback takes.
  void Cancel() {
    if (queue_ != nullptr) [[unlikely]] LeaveQueue();
  }

  // When it goes off, as decided by the last Set().
  zx_instant_mono_t due() const { return due_; }
  uint64_t tree_key() const { return KeyOf(due_); }

 private:
  friend class TimerQueue;
  bool queued() const { return in_tree() || linked(); }
  void LeaveQueue();
  // Signed instants in order, as unsigned keys.
  static constexpr uint64_t KeyOf(zx_instant_mono_t instant) {
    return static_cast<uint64_t>(instant) ^ uint64_t{1} << 63;
  }

  const Callback callback_;
  zx_instant_mono_t due_ = 0;
  // Set by Set(); Cancel() goes there.
  TimerQueue* queue_ = nullptr;
  // Of the first alarm of an instant, which is the one in the tree: the others, in order of arrival.
  base::List<Alarm, Alarm> companions_;
};

// The alarms of one CPU: a tree of instants, every operation O(log n) on average. Alarms of one instant
// go off in the order in which they were set.
//
// Locking: lock_ guards the tree; callbacks run without it.
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
  friend class Alarm;

  void Insert(Alarm& alarm, zx_instant_mono_t when) EXCLUDES(lock_);
  void Insert(Alarm& alarm, const Deadline& deadline) EXCLUDES(lock_);
  // Returns whether it is the earliest now.
  bool InsertLocked(Alarm& alarm, zx_instant_mono_t due) REQUIRES(lock_);
  void Remove(Alarm& alarm) EXCLUDES(lock_);
  zx_instant_mono_t ChooseInstantLocked(const Deadline& deadline) REQUIRES(lock_);
  Alarm* PopDueLocked(zx_instant_mono_t now) REQUIRES(lock_);
  void UnlinkLocked(Alarm& alarm) REQUIRES(lock_);
  // Programs the hardware if `deadline` is earlier than what it is set to.
  void Program(zx_instant_mono_t deadline);

  Spinlock lock_{LockRank::kTimerQueue};
  base::Tree<Alarm> alarms_ GUARDED_BY(lock_);
  // The earliest of the tree.
  Alarm* first_ GUARDED_BY(lock_) = nullptr;
  bool seeded_ GUARDED_BY(lock_) = false;
  // The alarm whose callback is running.
  std::atomic<Alarm*> running_ = nullptr;
  // Only used on the queue's own CPU.
  zx_instant_mono_t programmed_ = ZX_TIME_INFINITE;
  zx_instant_mono_t slice_end_ = ZX_TIME_INFINITE;
};

}  // namespace kernel
