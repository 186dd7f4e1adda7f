// SPDX-License-Identifier: BSD-2-Clause
// zx_object_wait_one, _many and _async.
#include <atomic>
#include <new>
#include <optional>
#include <span>

#include <zircon/limits.h>
#include <zircon/syscalls/exception.h>

#include "kernel/object/port.h"
#include "kernel/object/thread.h"
#include "kernel/sched/task.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

constexpr size_t kMaxWaitItems = ZX_WAIT_MANY_MAX_ITEMS;

// A thread that waits, on its stack. It must have been removed from its object before it goes.
class ThreadObserver final : public Observer {
 public:
  enum class State : uint8_t { kWaiting, kMatched, kCancelled };

  ThreadObserver(sched::Task& task, zx_signals_t mask) : Observer(mask), task_(task) {}

  bool OnMatch(zx_signals_t signals) override { return Finish(State::kMatched, signals); }
  bool OnCancel(zx_signals_t signals) override {
    return Finish(State::kCancelled, signals | ZX_SIGNAL_HANDLE_CLOSED);
  }

  State state() const { return state_.load(std::memory_order_acquire); }
  // What was set when it finished.
  zx_signals_t seen() const { return seen_; }

 private:
  bool Finish(State state, zx_signals_t signals) {
    seen_ = signals;
    state_.store(state, std::memory_order_release);
    task_.Unpark();
    return false;
  }

  sched::Task& task_;
  zx_signals_t seen_ = 0;
  std::atomic<State> state_ = State::kWaiting;
};

base::Result<> WaitOneSlow(Handle handle, zx_signals_t signals, const Deadline& deadline,
                           UserOut<zx_signals_t> observed) {
  ThreadObserver observer(sched::Task::Current(), signals);
  const base::RefPtr<Object> object =
      TRY(CallerHandles().Observe(handle.value, ZX_RIGHT_WAIT, observer, Object::Trigger::kLevel));
  const BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  zx_status_t status = ZX_OK;
  while (observer.state() == ThreadObserver::State::kWaiting && status == ZX_OK) {
    status = sched::Task::Park(deadline);
  }
  const zx_signals_t now = object->RemoveObserver(observer);
  const bool waiting = observer.state() == ThreadObserver::State::kWaiting;
  // Interrupted: the call starts again or never comes back, the caller sees nothing of it.
  if (waiting && status != ZX_ERR_TIMED_OUT) return base::Error(status);
  TRY(observed.WriteOptional(waiting ? now : observer.seen()));
  switch (observer.state()) {
    case ThreadObserver::State::kMatched:
      return {};
    case ThreadObserver::State::kCancelled:
      return base::Error(ZX_ERR_CANCELED);
    case ThreadObserver::State::kWaiting:
      return base::Error(ZX_ERR_TIMED_OUT);
  }
}

// One item of zx_object_wait_many() while it waits.
struct WaitEntry {
  base::RefPtr<Object> object;
  std::optional<ThreadObserver> observer;
};

// The items of one zx_object_wait_many(), registered one by one.
class WaitSet {
 public:
  WaitSet(std::span<zx_wait_item_t> items, WaitEntry* entries) : items_(items), entries_(entries) {}
  WaitSet(const WaitSet&) = delete;
  WaitSet& operator=(const WaitSet&) = delete;
  ~WaitSet() { End(); }

  // Errors: those of the first bad item.
  base::Result<> Begin(sched::Task& task) {
    for (zx_wait_item_t& item : items_) {
      WaitEntry& entry = entries_[begun_];
      entry.observer.emplace(task, item.waitfor);
      entry.object = TRY(CallerHandles().Observe(item.handle, ZX_RIGHT_WAIT, *entry.observer,
                                                 Object::Trigger::kLevel));
      ++begun_;
    }
    return {};
  }
  bool Finished() const {
    for (size_t i = 0; i < begun_; ++i) {
      if (entries_[i].observer->state() != ThreadObserver::State::kWaiting) return true;
    }
    return false;
  }
  // Takes everything back and fills in what is pending.
  // Returns ZX_OK one matched, ZX_ERR_CANCELED one was cancelled, ZX_ERR_TIMED_OUT neither.
  zx_status_t End() {
    zx_status_t status = ZX_ERR_TIMED_OUT;
    for (size_t i = 0; i < begun_; ++i) {
      WaitEntry& entry = entries_[i];
      items_[i].pending = entry.object->RemoveObserver(*entry.observer);
      const ThreadObserver::State state = entry.observer->state();
      if (state == ThreadObserver::State::kWaiting) continue;
      items_[i].pending = entry.observer->seen();
      if (state == ThreadObserver::State::kCancelled) {
        status = ZX_ERR_CANCELED;
      } else if (status == ZX_ERR_TIMED_OUT) {
        status = ZX_OK;
      }
    }
    begun_ = 0;
    return status;
  }

 private:
  const std::span<zx_wait_item_t> items_;
  WaitEntry* const entries_;
  size_t begun_ = 0;
};

base::Result<> WaitMany(std::span<zx_wait_item_t> items, WaitEntry* entries,
                        const Deadline& deadline) {
  WaitSet set(items, entries);
  TRY(set.Begin(sched::Task::Current()));
  const BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_WAIT_MANY);
  zx_status_t status = ZX_OK;
  while (!set.Finished() && status == ZX_OK) status = sched::Task::Park(deadline);
  const zx_status_t end = set.End();
  // Finished items count more than a deadline or an interruption at the same time.
  return base::FromStatus(status == ZX_OK || end != ZX_ERR_TIMED_OUT ? end : status);
}

// Few items fit on the stack.
base::Result<> WaitMany(std::span<zx_wait_item_t> items, const Deadline& deadline) {
  constexpr size_t kFew = 8;
  if (items.size() <= kFew) {
    WaitEntry entries[kFew];
    return WaitMany(items, entries, deadline);
  }
  auto* entries = new (std::nothrow) WaitEntry[items.size()];
  if (entries == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  const base::Result<> result = WaitMany(items, entries, deadline);
  delete[] entries;
  return result;
}

}  // namespace

base::Result<> sys_object_wait_one(Handle handle, zx_signals_t signals, zx_instant_mono_t deadline,
                                   UserOut<zx_signals_t> observed) {
  // Nobody needs to be told of a wait that is already over.
  zx_signals_t now = 0;
  const zx_status_t status =
      CallerHandles().With<Object>(handle.value, ZX_RIGHT_WAIT, [&](const Object& object) {
        now = object.signals();
        return (now & signals) != 0 && object.has_signals() ? ZX_OK : ZX_ERR_SHOULD_WAIT;
      });
  if (status == ZX_OK) [[likely]] return observed.WriteOptional(now);
  if (status != ZX_ERR_SHOULD_WAIT) return base::Error(status);
  return WaitOneSlow(handle, signals, CallerDeadline(deadline), observed);
}

base::Result<> sys_object_wait_many(UserInOut<zx_wait_item_t> items, size_t num_items,
                                    zx_instant_mono_t deadline) {
  if (num_items > kMaxWaitItems) return base::Error(ZX_ERR_OUT_OF_RANGE);
  [[clang::uninitialized]] zx_wait_item_t copies[kMaxWaitItems];
  const std::span<zx_wait_item_t> used(copies, num_items);
  TRY(items.in().ReadAll(used));
  const base::Result<> result = WaitMany(used, CallerDeadline(deadline));
  const zx_status_t status = base::ToStatus(result);
  if (status == ZX_OK || status == ZX_ERR_TIMED_OUT || status == ZX_ERR_CANCELED) {
    TRY(items.out().WriteAll(used));
  }
  return result;
}

base::Result<> sys_object_wait_async(Handle handle, Handle port_handle, uint64_t key,
                                     zx_signals_t signals, uint32_t options) {
  constexpr uint32_t kStamps = ZX_WAIT_ASYNC_TIMESTAMP | ZX_WAIT_ASYNC_BOOT_TIMESTAMP;
  if ((options & ~(kStamps | ZX_WAIT_ASYNC_EDGE)) != 0 || (options & kStamps) == kStamps) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  base::RefPtr<Port> port = TRY(GetObject<Port>(port_handle, ZX_RIGHT_WRITE));
  if (!port->HasRoomForObserver()) {
    Process::Current().RaisePolicyException(ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_OBSERVERS, 0);
    return base::Error(ZX_ERR_SHOULD_WAIT);
  }
  const auto stamp = (options & kStamps) == 0 ? PortObserver::Stamp::kNone : PortObserver::Stamp::kWanted;
  const auto trigger =
      (options & ZX_WAIT_ASYNC_EDGE) ? Object::Trigger::kTransition : Object::Trigger::kLevel;
  PortObserver* observer = TRY(PortObserver::Create(std::move(port), key, signals, stamp));
  // From a success on the observer belongs to the object, or is a packet already.
  const auto observed = CallerHandles().Observe(handle.value, ZX_RIGHT_WAIT, *observer, trigger);
  if (!observed) {
    delete observer;
    return base::Error(observed.error());
  }
  return {};
}

}  // namespace kernel
