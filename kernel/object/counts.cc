// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/counts.h"

#include "kernel/object/handle_table.h"

namespace kernel {
namespace counts {
namespace {

constinit Spinlock tables_lock{LockRank::kHandleTables};
[[clang::no_destroy]] constinit base::List<HandleTable, HandleTable> tables GUARDED_BY(tables_lock);

}  // namespace

constinit PerCpu per_cpu[Handoff::kMaxCpus];

void AddTable(HandleTable& table) {
  SpinlockGuard guard(tables_lock);
  tables.PushBack(table);
}

void RemoveTable(HandleTable& table) {
  SpinlockGuard guard(tables_lock);
  tables.Remove(table);
}

}  // namespace counts

ObjectCounts CountObjects() {
  ObjectCounts sum;
  for (const counts::PerCpu& cpu : counts::per_cpu) {
    sum.objects += cpu.objects.load(std::memory_order_relaxed);
    sum.handles += cpu.handles_in_messages.load(std::memory_order_relaxed);
  }
  SpinlockGuard guard(counts::tables_lock);
  for (HandleTable& table : counts::tables) sum.handles += table.count();
  return sum;
}

}  // namespace kernel
