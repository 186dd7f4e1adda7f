// SPDX-License-Identifier: BSD-2-Clause
// The kernel checking itself: exact counts to compare before and after, and structural checks.
#pragma once

#include "kernel/object/counts.h"
#include "kernel/vm/heap.h"
#include "kernel/vm/page_allocator.h"
#include "lib/base/format.h"

namespace kernel {

// What exists right now. Two equal counts around a piece of work mean that it left nothing behind.
struct AuditCounts {
  vm::PageCounts pages;
  vm::HeapCounts heap;
  ObjectCounts objects;

  // Whether memory objects, page tables, heap, objects and handles are the same. Free pages and
  // pages of heap and stacks may differ by what caches of other CPUs hold.
  bool SameResources(const AuditCounts& other) const;
};

// Empties the caches of this CPU first. Exact on an idle machine.
AuditCounts TakeAuditCounts();

// One line without its end: pages by use, heap, objects, handles.
void Describe(const AuditCounts& counts, base::FormatSink& sink);

// Runs every structural check; writes one line per finding. True when there was none.
bool Audit(base::FormatSink& sink);

}  // namespace kernel
