// SPDX-License-Identifier: BSD-2-Clause
// Structural checks of memory objects.
#include <arch/layout.h>

#include "kernel/sync/assert_held.h"
#include "kernel/vm/address_space.h"
#include "kernel/vm/backing.h"
#include "kernel/vm/backing_registry.h"
#include "kernel/vm/mapping.h"
#include "kernel/vm/page_allocator.h"

namespace vm {

[[clang::no_destroy]] constinit BackingRegistry registry;

bool Backing::Audit(base::FormatSink& sink) {
  SpinlockGuard guard(lock_);
  bool sound = true;
  uint64_t count = 0;
  pages_.ForEach(0, UINT64_MAX, [&](uint64_t index, PageList::Slot& slot) {
    ++count;
    if (index < size() >> arch::kPageShift && PageAllocator::Global().Owns(slot.page()))
      return true;
    base::FormatTo(sink, "vmo: page {} at {x} does not belong\n", index, slot.page().value);
    sound = false;
    return true;
  });
  if (count != page_count_) {
    base::FormatTo(sink, "vmo: {} pages, {} counted\n", count, page_count_);
    sound = false;
  }
  for (Mapping& mapping : mappings_) sound &= AuditMappingLocked(mapping, sink);
  return sound;
}

bool Backing::AuditMappingLocked(Mapping& mapping, base::FormatSink& sink) {
  bool sound = true;
  const uint64_t first = mapping.offset() >> arch::kPageShift;
  const uint64_t end = (mapping.offset() + mapping.size()) >> arch::kPageShift;
  pages_.ForEach(first, end, [&](uint64_t index, PageList::Slot& slot) {
    const VirtualAddress at = mapping.base() + ((index - first) << arch::kPageShift);
    const auto shown = mapping.space().QueryTable(at);
    if (!shown) return true;
    const bool writable = (mapping.permissions().now & ZX_VM_PERM_WRITE) != 0 &&
                          !PageAllocator::Global().IsShared(slot.page());
    if (shown->address == slot.page() && (writable || !shown->access.write) && shown->access.user)
      return true;
    base::FormatTo(sink, "vmo: page {} at {x} is shown as {x}, write {}\n", index,
                   slot.page().value, shown->address.value, shown->access.write);
    sound = false;
    return true;
  });
  return sound;
}

bool Backing::AuditAll(base::FormatSink& sink) {
  PageAllocator& pages = PageAllocator::Global();
  bool sound = true;
  pages.BeginShareAudit();
  registry.ForEach([&](Backing& backing) {
    sound &= backing.Audit(sink);
    SpinlockGuard guard(backing.lock_);
    backing.pages_.ForEach(0, UINT64_MAX, [&](uint64_t, PageList::Slot& slot) {
      pages.CountShare(slot.page());
      return true;
    });
  });
  return pages.EndShareAudit(sink) && sound;
}

}  // namespace vm
