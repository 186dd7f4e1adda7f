// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/audit.h"

#include "kernel/vm/backing.h"
#include "kernel/vm/kernel_window.h"

namespace kernel {

using vm::PageUse;

bool AuditCounts::SameResources(const AuditCounts& other) const {
  return pages.used_by(PageUse::kVmo) == other.pages.used_by(PageUse::kVmo) &&
         pages.used_by(PageUse::kPageTable) == other.pages.used_by(PageUse::kPageTable) &&
         pages.used_by(PageUse::kOther) == other.pages.used_by(PageUse::kOther) &&
         heap == other.heap && objects == other.objects;
}

AuditCounts TakeAuditCounts() {
  vm::Heap::Global().Trim();
  vm::KernelWindow::Trim();
  vm::PageAllocator::Global().FlushCache();
  return {.pages = vm::PageAllocator::Global().counts(),
          .heap = vm::LiveHeap(),
          .objects = CountObjects()};
}

void Describe(const AuditCounts& counts, base::FormatSink& sink) {
  const vm::PageCounts& pages = counts.pages;
  base::FormatTo(sink, "pages {} free of {}, vmo {} heap {} tables {} stacks {} other {}; ",
                 pages.free, pages.total, pages.used_by(PageUse::kVmo),
                 pages.used_by(PageUse::kHeap), pages.used_by(PageUse::kPageTable),
                 pages.used_by(PageUse::kStack), pages.used_by(PageUse::kOther));
  base::FormatTo(sink, "heap {} B in {}; objects {}, handles {}", counts.heap.live_bytes,
                 counts.heap.live_objects, counts.objects.objects, counts.objects.handles);
}

bool Audit(base::FormatSink& sink) {
  // Every check runs, also after a finding.
  const bool pages = vm::PageAllocator::Global().Audit(sink);
  const bool heap = vm::Heap::Global().Audit(sink);
  const bool window = vm::KernelWindow::Audit(sink);
  const bool memory = vm::Backing::AuditAll(sink);
  return pages && heap && window && memory;
}

}  // namespace kernel
