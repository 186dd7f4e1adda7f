// SPDX-License-Identifier: BSD-2-Clause
// What a handle refers to.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include <zircon/types.h>

#include "kernel/object/counts.h"
#include "kernel/sync/spinlock.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

class HandleTable;
class Port;

// The numbers of the ABI (zx_obj_type_t).
enum class ObjectType : zx_obj_type_t {
  kNone = 0,
  kProcess = 1,
  kThread = 2,
  kVmo = 3,
  kChannel = 4,
  kEvent = 5,
  kPort = 6,
  kDebugLog = 12,
  kSocket = 14,
  kResource = 15,
  kEventPair = 16,
  kJob = 17,
  kVmar = 18,
  kTimer = 22,
  kSuspendToken = 27,
  kException = 29,
  kClock = 30,
};

// Somebody who waits for signals of one object through one handle. An observer reports once: when it
// matches or is cancelled it has already left the object's list.
class Observer : public base::ListNode<Observer> {
 public:
  virtual ~Observer() = default;

  // A signal of `mask` is set. Called with the object's lock held.
  // Returns whether the observer is finished with and the caller deletes it after the lock.
  virtual bool OnMatch(zx_signals_t signals) = 0;
  // The handle was closed or moved away. Otherwise like OnMatch().
  virtual bool OnCancel(zx_signals_t signals) = 0;
  // Whether this is what zx_object_wait_async() registered with this port and key.
  virtual bool IsRegistration(const Port*, uint64_t) const { return false; }

  // The object that is or was observed.
  zx_koid_t source_koid() const { return source_koid_; }

 protected:
  explicit Observer(zx_signals_t mask) : mask_(mask) {}

 private:
  friend class Object;
  friend class DoomedObservers;
  const zx_signals_t mask_;

  // Guarded by the lock of the object that is observed.
  const HandleTable* table_ = nullptr;
  zx_koid_t source_koid_ = ZX_KOID_INVALID;
  zx_handle_t handle_ = ZX_HANDLE_INVALID;
  Observer* next_doomed_ = nullptr;
};

// Observers to delete, linked through themselves. Declared before the guard of the object's lock, so
// that it runs after it.
class DoomedObservers {
 public:
  DoomedObservers() = default;
  DoomedObservers(const DoomedObservers&) = delete;
  DoomedObservers& operator=(const DoomedObservers&) = delete;
  ~DoomedObservers() {
    if (first_ != nullptr) [[unlikely]] {
      DeleteAll(first_);
    }
  }
  void Add(Observer& observer) {
    observer.next_doomed_ = first_;
    first_ = &observer;
  }
  // Adds a chain.
  void Take(Observer* first) {
    while (first != nullptr) [[unlikely]] {
      Observer* next = first->next_doomed_;
      Add(*first);
      first = next;
    }
  }
  // Gives the chain to the caller.
  [[nodiscard]] Observer* Leak() { return std::exchange(first_, nullptr); }

 private:
  static void DeleteAll(Observer* first);
  Observer* first_ = nullptr;
};

// Base of all kernel objects.
//
// Lifetime: reference counted, the last reference deletes. Handles (in tables and in messages) are
// counted besides; OnZeroHandles() runs when the last one is gone, outside all locks and never nested
// in another object's OnZeroHandles() or destructor.
// Locking: lock() guards signals and observers. The two ends of a peered object share one lock.
// No two object locks are ever held at once.
class Object : public base::RefCounted {
 public:
  // Signals any holder of the right may set, on every type that has signals.
  static constexpr zx_signals_t kUserSignals = 0xff00'0000;

  virtual ~Object() { counts::AddObjects(-1); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  // The peer of a two-ended object; job for a process or job, process for a thread; otherwise 0.
  virtual zx_koid_t related_koid() const { return ZX_KOID_INVALID; }
  // The last handle is gone. May be called again if a new handle was made meanwhile. Must not park.
  virtual void OnZeroHandles() {}

  // Clears, then sets; tells observers.
  void UpdateSignals(zx_signals_t clear, zx_signals_t set) EXCLUDES(lock()) {
    DoomedObservers doomed;
    SpinlockGuard guard(lock());
    UpdateSignalsLocked(clear, set, doomed);
  }
  void UpdateSignalsLocked(zx_signals_t clear, zx_signals_t set, DoomedObservers& doomed)
      REQUIRES(lock()) {
    const zx_signals_t before = signals_.load(std::memory_order_relaxed);
    const zx_signals_t after = (before & ~clear) | set;
    signals_.store(after, std::memory_order_release);
    // What is only cleared interests nobody.
    const zx_signals_t risen = after & ~before;
    if (risen != 0 && observed_.load(std::memory_order_relaxed)) [[unlikely]] {
      doomed.Take(NotifyLocked(risen, after));
    }
  }
  // Tells observers of a signal that does not stay.
  void StrobeSignals(zx_signals_t strobe) EXCLUDES(lock());

  // Reports to `observer` as soon as one of its signals is set; registers it unless that is now.
  // kTransition ignores what is set already. Called by HandleTable::Observe().
  enum class Trigger : uint8_t { kLevel, kTransition };
  void AddObserver(Observer& observer, const HandleTable* table, zx_handle_t handle, Trigger trigger)
      EXCLUDES(lock());
  // Takes the observer out if it is still waiting. After return it is not called any more.
  // Returns the signals of this moment.
  zx_signals_t RemoveObserver(Observer& observer) EXCLUDES(lock());
  // Cancels what was registered through this handle.
  void CancelObservers(const HandleTable* table, zx_handle_t handle) EXCLUDES(lock()) {
    if (observed_.load(std::memory_order_relaxed)) [[unlikely]] {
      CancelObserversSlow(table, handle);
    }
  }
  // Removes and deletes the observers for which `matches(observer)` holds; returns how many.
  template <class Predicate>
  size_t RemoveObserversIf(Predicate matches) EXCLUDES(lock());

  ObjectType type() const { return type_; }
  zx_koid_t koid() const { return koid_; }
  uint32_t handle_count() const { return handle_count_.load(std::memory_order_relaxed); }
  zx_signals_t signals() const { return signals_.load(std::memory_order_acquire); }
  // What zx_object_signal() may change; 0 for objects that cannot be waited for or signalled.
  zx_signals_t settable_signals() const { return settable_; }
  bool has_signals() const { return settable_ != 0; }
  Spinlock& lock() const RETURN_CAPABILITY(*lock_) { return *lock_; }

 protected:
  // `shared_lock`: the lock of a peered object; it must live at least as long as the object.
  explicit Object(ObjectType type, zx_signals_t initial = 0, Spinlock* shared_lock = nullptr)
      : type_(type),
        settable_(SettableOn(type)),
        koid_(next_koid_.fetch_add(1, std::memory_order_relaxed)),
        signals_(initial),
        lock_(shared_lock ? shared_lock : &own_lock_) {
    counts::AddObjects(1);
  }

  // For a subclass with waiters that are no observers: whether it has any now, and what CancelObservers() does
  // to those that wait through this handle.
  void NoteWaitersLocked(bool any) REQUIRES(lock()) {
    waited_ = any;
    NoteObservedLocked();
  }
  virtual void CancelWaitersLocked(const HandleTable*, zx_handle_t) REQUIRES(lock()) {}

  // The other end of a peered object is guarded by the same lock; tells the analysis so.
  void AssertSharesLock(const Object& peer) const REQUIRES(lock()) ASSERT_HELD(peer.lock()) {
    DEBUG_ASSERT(&peer.lock() == lock_);
    (void)peer;
  }

 private:
  friend class HandleEntry;
  static constexpr zx_signals_t SettableOn(ObjectType type) {
    switch (type) {
      case ObjectType::kNone:
      case ObjectType::kPort:
      case ObjectType::kVmar:
      case ObjectType::kResource:
      case ObjectType::kSuspendToken:
      case ObjectType::kException:
        return 0;
      case ObjectType::kEvent:
      case ObjectType::kEventPair:
        return kUserSignals | ZX_EVENT_SIGNALED;
      default:
        return kUserSignals;
    }
  }
  static std::atomic<zx_koid_t> next_koid_;

  // Tells those who wait for one of `risen` of all `signals`. Returns the chain of those to delete.
  Observer* NotifyLocked(zx_signals_t risen, zx_signals_t signals)
      REQUIRES(lock());
  void CancelObserversSlow(const HandleTable* table, zx_handle_t handle) EXCLUDES(lock());
  void NoteObservedLocked() REQUIRES(lock()) {
    observed_.store(!observers_.empty() || waited_, std::memory_order_relaxed);
  }

  const ObjectType type_;
  const zx_signals_t settable_;
  std::atomic<uint32_t> handle_count_ = 0;
  const zx_koid_t koid_;
  // Written under the lock, read without.
  std::atomic<zx_signals_t> signals_;
  // Whether observers_ has any or waited_ is set; written under the lock.
  std::atomic<bool> observed_ = false;
  // Waits in a Reaper's list for OnZeroHandles().
  std::atomic<bool> reaping_ = false;
  Object* next_reaped_ = nullptr;
  friend class Reaper;

  mutable Spinlock own_lock_{LockRank::kObject};
  Spinlock* const lock_;
  base::List<Observer, Observer> observers_ GUARDED_BY(*lock_);
  // Whether the subclass has waiters of its own.
  bool waited_ GUARDED_BY(*lock_) = false;
};

template <class Predicate>
size_t Object::RemoveObserversIf(Predicate matches) {
  if (!observed_.load(std::memory_order_relaxed)) return 0;
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  size_t count = 0;
  for (Observer* observer = observers_.front(); observer != nullptr;) {
    Observer* next = observers_.Next(*observer);
    if (matches(*observer)) {
      observers_.Remove(*observer);
      doomed.Add(*observer);
      ++count;
    }
    observer = next;
  }
  NoteObservedLocked();
  return count;
}

// The lock two peers share.
class PeerHolder : public base::RefCounted {
 public:
  Spinlock& lock() RETURN_CAPABILITY(lock_) { return lock_; }

 private:
  Spinlock lock_{LockRank::kObject};
};

}  // namespace kernel
