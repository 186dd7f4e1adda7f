// SPDX-License-Identifier: BSD-2-Clause
#include <arch/layout.h>
#include <arch/page_table.h>

#include <utility>

#include "kernel/upcalls.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace arch {
namespace {

// What one page of a real last-level table covers.
constexpr uint64_t kTableSpan = kPageSize * (kPageSize / sizeof(uint64_t));

thread_local PageTable* active;

}  // namespace

base::Result<PageTable> PageTable::Create() {
  PageTable table;
  // The root.
  table.table_pages_[UINT64_MAX] = TRY(kernel::AllocatePageTablePage());
  return table;
}

PageTable& PageTable::Kernel() {
  static PageTable table;
  return table;
}

PageTable::PageTable(PageTable&& other) noexcept
    : entries_(std::exchange(other.entries_, {})),
      table_pages_(std::exchange(other.table_pages_, {})) {
  ASSERT(active != &other);
}

PageTable& PageTable::operator=(PageTable&& other) noexcept {
  ASSERT(active != &other && active != this);
  std::swap(entries_, other.entries_);
  std::swap(table_pages_, other.table_pages_);
  return *this;
}

PageTable::~PageTable() {
  // The kernel's table outlives the RAM its table pages came from.
  if (this == &Kernel()) return;
  ASSERT(active != this);
  FreeTables();
}

void PageTable::FreeTables() {
  for (const auto& [span, page] : table_pages_) kernel::FreePageTablePage(page);
  table_pages_.clear();
}

base::Result<> PageTable::Map(VirtualRange where, PhysicalAddress what, Access access) {
  ASSERT(base::IsAligned(where.base.value | where.size | what.value, kPageSize));
  for (uint64_t span = base::AlignDown(where.base.value, kTableSpan);
       span - where.base.value < where.size || span < where.base.value; span += kTableSpan) {
    if (!table_pages_.contains(span)) table_pages_[span] = TRY(kernel::AllocatePageTablePage());
  }
  for (uint64_t offset = 0; offset < where.size; offset += kPageSize) {
    const bool inserted =
        entries_.try_emplace(where.base.value + offset, Translation{what + offset, access}).second;
    ASSERT(inserted);
  }
  return {};
}

void PageTable::Unmap(VirtualRange where) {
  ASSERT(base::IsAligned(where.base.value | where.size, kPageSize));
  entries_.erase(entries_.lower_bound(where.base.value), entries_.lower_bound(where.end().value));
}

void PageTable::Protect(VirtualRange where, Access access) {
  ASSERT(base::IsAligned(where.base.value | where.size, kPageSize));
  if (!access.read && !access.write && !access.execute) return Unmap(where);
  for (auto entry = entries_.lower_bound(where.base.value);
       entry != entries_.end() && entry->first < where.end().value; ++entry) {
    entry->second.access = access;
  }
}

std::optional<Translation> PageTable::Query(VirtualAddress at) const {
  const auto entry = entries_.find(base::AlignDown(at.value, uint64_t{kPageSize}));
  if (entry == entries_.end()) return std::nullopt;
  Translation translation = entry->second;
  translation.address += at.value % kPageSize;
  return translation;
}

void PageTable::Activate() { active = this; }
PageTable* PageTable::Active() { return active; }
void PageTable::Deactivate() { active = nullptr; }

void PageTable::Forget() {
  entries_.clear();
  table_pages_.clear();
}

}  // namespace arch
