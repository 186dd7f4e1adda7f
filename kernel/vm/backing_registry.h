// SPDX-License-Identifier: BSD-2-Clause
// All backings there are, for the audit.
#pragma once

#include <cstdint>

#include <arch/cpu.h>

#include "kernel/handoff.h"
#include "kernel/sync/spinlock.h"
#include "kernel/vm/backing.h"
#include "lib/base/list.h"
#include "lib/base/thread_annotations.h"

namespace vm {

// Each CPU has a list of its own for what is made on it, so that CPUs that make memory objects do not wait for each
// other.
class BackingRegistry {
 public:
  // Returns the list's number, for Remove().
  uint32_t Add(Backing& backing) {
    const uint32_t number = arch::CpuIndex();
    List& list = lists_[number];
    SpinlockGuard guard(list.lock);
    list.backings.PushBack(backing);
    return number;
  }
  void Remove(Backing& backing, uint32_t number) {
    List& list = lists_[number];
    SpinlockGuard guard(list.lock);
    list.backings.Remove(backing);
  }
  // Calls visit(Backing&) for each, under the lock of its list.
  template <class Visit>
  void ForEach(Visit visit) {
    for (List& list : lists_) {
      SpinlockGuard guard(list.lock);
      for (Backing& backing : list.backings) visit(backing);
    }
  }

 private:
  struct alignas(64) List {
    Spinlock lock{LockRank::kVmoFamily};
    base::List<Backing, AllBackings> backings GUARDED_BY(lock);
  };
  List lists_[kernel::Handoff::kMaxCpus];
};

extern BackingRegistry registry;

}  // namespace vm
