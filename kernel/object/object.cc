// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/object.h"

namespace kernel {

constinit std::atomic<zx_koid_t> Object::next_koid_ = ZX_KOID_FIRST;

void DoomedObservers::DeleteAll(Observer* first) {
  while (first != nullptr) delete std::exchange(first, first->next_doomed_);
}

Observer* Object::NotifyLocked(zx_signals_t risen, zx_signals_t signals) {
  DoomedObservers doomed;
  for (Observer* observer = observers_.front(); observer != nullptr;) {
    Observer* next = observers_.Next(*observer);
    if (observer->mask_ & risen) {
      // Out of the list first: a waiter may be gone as soon as the lock is released.
      observers_.Remove(*observer);
      if (observer->OnMatch(signals)) doomed.Add(*observer);
    }
    observer = next;
  }
  NoteObservedLocked();
  return doomed.Leak();
}

void Object::StrobeSignals(zx_signals_t strobe) {
  if (!observed_.load(std::memory_order_relaxed)) return;
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  doomed.Take(NotifyLocked(strobe, signals_.load(std::memory_order_relaxed) | strobe));
}

void Object::AddObserver(Observer& observer, const HandleTable* table, zx_handle_t handle,
                         Trigger trigger) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  observer.source_koid_ = koid_;
  const zx_signals_t now = signals_.load(std::memory_order_relaxed);
  if (trigger == Trigger::kLevel && (now & observer.mask_)) {
    if (observer.OnMatch(now)) doomed.Add(observer);
    return;
  }
  observer.table_ = table;
  observer.handle_ = handle;
  observers_.PushBack(observer);
  observed_.store(true, std::memory_order_relaxed);
}

zx_signals_t Object::RemoveObserver(Observer& observer) {
  SpinlockGuard guard(lock());
  if (observer.linked()) {
    observers_.Remove(observer);
    NoteObservedLocked();
  }
  return signals_.load(std::memory_order_relaxed);
}

void Object::CancelObserversSlow(const HandleTable* table, zx_handle_t handle) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  const zx_signals_t now = signals_.load(std::memory_order_relaxed);
  for (Observer* observer = observers_.front(); observer != nullptr;) {
    Observer* next = observers_.Next(*observer);
    if (observer->table_ == table && observer->handle_ == handle) {
      observers_.Remove(*observer);
      if (observer->OnCancel(now)) doomed.Add(*observer);
    }
    observer = next;
  }
  CancelWaitersLocked(table, handle);
  NoteObservedLocked();
}

}  // namespace kernel
