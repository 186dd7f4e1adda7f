// SPDX-License-Identifier: BSD-2-Clause
// All backings there are, for the audit.
#pragma once

#include "kernel/sync/spinlock.h"
#include "kernel/vm/backing.h"
#include "lib/base/list.h"
#include "lib/base/thread_annotations.h"

namespace vm {

class BackingRegistry {
 public:
  void Add(Backing& backing) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    all_.PushBack(backing);
  }
  void Remove(Backing& backing) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    all_.Remove(backing);
  }
  // Calls visit(Backing&) for each, under the lock.
  template <class Visit>
  void ForEach(Visit visit) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    for (Backing& backing : all_) visit(backing);
  }

 private:
  Spinlock lock_{LockRank::kVmoFamily};
  base::List<Backing, AllBackings> all_ GUARDED_BY(lock_);
};

extern BackingRegistry registry;

}  // namespace vm
