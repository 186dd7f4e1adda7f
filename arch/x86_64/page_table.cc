// SPDX-License-Identifier: BSD-2-Clause
// Four-level paging, Intel SDM volume 3, 4.5.
#include <arch/page_table.h>

#include <arch/layout.h>

#include "arch/x86_64/kernel_table.h"
#include "arch/x86_64/per_cpu.h"
#include "arch/x86_64/shootdown.h"
#include "kernel/upcalls.h"
#include "lib/base/assert.h"

namespace arch {
namespace {

constexpr uint64_t kPresent = 1 << 0, kWrite = 1 << 1, kUser = 1 << 2, kPwt = 1 << 3, kPcd = 1 << 4,
                   kAccessedDirty = 3 << 5, kLarge = 1 << 7, kGlobal = 1 << 8, kNoExecute = uint64_t{1} << 63;
constexpr uint64_t kAddressMask = 0x000f'ffff'ffff'f000;
constexpr unsigned kTopLevel = 3;
constexpr size_t kEntries = 512;
constexpr size_t kUserEntries = 256;

uint64_t* TableAt(PhysicalAddress table) { return reinterpret_cast<uint64_t*>(PhysmapAddress(table)); }
PhysicalAddress TableOf(uint64_t entry) { return {entry & kAddressMask}; }

size_t IndexAt(VirtualAddress at, unsigned level) {
  return at.value >> (kPageShift + 9 * level) & (kEntries - 1);
}

bool AllowsNothing(Access access) { return !access.read && !access.write && !access.execute; }

// An entry without its address.
uint64_t Encode(Access access) {
  // The kernel itself never maps anything writable and executable.
  ASSERT(access.user || !access.write || !access.execute);
  uint64_t entry = kPresent;
  if (access.write) entry |= kWrite;
  if (!access.execute) entry |= kNoExecute;
  entry |= access.user ? kUser : kGlobal;
  switch (access.type) {
    case MemoryType::kNormal: break;
    case MemoryType::kWriteCombining: entry |= kPwt; break;  // PAT entry 1, see per_cpu.cc
    case MemoryType::kUncached:
    case MemoryType::kDevice: entry |= kPcd | kPwt; break;
  }
  return entry;
}

Access Decode(uint64_t entry) {
  const bool uncached = (entry & kPcd) != 0;
  const bool combining = (entry & kPwt) != 0;
  return {.read = true,
          .write = (entry & kWrite) != 0,
          .execute = (entry & kNoExecute) == 0,
          .user = (entry & kUser) != 0,
          .type = uncached    ? MemoryType::kDevice
                  : combining ? MemoryType::kWriteCombining
                              : MemoryType::kNormal};
}

// A table entry: permissions are decided by the last level.
uint64_t EncodeTable(PhysicalAddress table, bool user) {
  return table.value | kPresent | kWrite | (user ? kUser : 0);
}

// The last-level entry for `at` if all tables are there; unrolled, because every fault comes by here.
uint64_t* Walk(PhysicalAddress root, VirtualAddress at) {
  uint64_t* table = TableAt(root);
  for (const unsigned level : {kTopLevel, kTopLevel - 1, kTopLevel - 2}) {
    const uint64_t entry = table[IndexAt(at, level)];
    if ((entry & (kPresent | kLarge)) != kPresent) return nullptr;
    table = TableAt(TableOf(entry));
  }
  return &table[IndexAt(at, 0)];
}

// Entries are read by the processor at any time, so they change with single stores.
void Store(uint64_t* entry, uint64_t value) { __atomic_store_n(entry, value, __ATOMIC_RELAXED); }

void FreeSubtables(PhysicalAddress table, unsigned level, size_t entries) {
  uint64_t* at = TableAt(table);
  for (size_t i = 0; i < entries; ++i) {
    if ((at[i] & kPresent) == 0) continue;
    if (level > 1) FreeSubtables(TableOf(at[i]), level - 1, kEntries);
    kernel::FreePageTablePage(TableOf(at[i]));
  }
}

}  // namespace

// Without a destructor to run at exit, which would need registration at start.
union KernelTableStorage {
  constexpr KernelTableStorage() : table() {}
  constexpr ~KernelTableStorage() {}
  PageTable table;
};
static constinit KernelTableStorage kernel_table;

PageTable& PageTable::Kernel() { return kernel_table.table; }
bool PageTable::is_kernel() const { return this == &kernel_table.table; }

base::Result<PageTable> PageTable::Create() {
  PageTable table;
  table.root_ = TRY(kernel::AllocatePageTablePage());
  const uint64_t* kernel_half = TableAt(Kernel().root_);
  uint64_t* root = TableAt(table.root_);
  for (size_t i = kUserEntries; i < kEntries; ++i) root[i] = kernel_half[i];
  return table;
}

PageTable::PageTable(PageTable&& other) : root_(other.root_) {
  ASSERT(other.active_cpus_.load(std::memory_order_relaxed) == 0);
  other.root_ = {};
}

PageTable& PageTable::operator=(PageTable&& other) {
  ASSERT(other.active_cpus_.load(std::memory_order_relaxed) == 0);
  if (this == &other) return *this;
  FreeTables();
  root_ = other.root_;
  other.root_ = {};
  return *this;
}

PageTable::~PageTable() { FreeTables(); }

void PageTable::FreeTables() {
  if (root_.value == 0) return;
  ASSERT(active_cpus_.load(std::memory_order_relaxed) == 0);
  FreeSubtables(root_, kTopLevel, kUserEntries);
  kernel::FreePageTablePage(root_);
  root_ = {};
}

// The last-level entry for `at`, making tables; null if there is no memory for them.
uint64_t* PageTable::MakeEntry(VirtualAddress at) {
  uint64_t* table = TableAt(root_);
  for (unsigned level = kTopLevel; level > 0; --level) {
    uint64_t* entry = &table[IndexAt(at, level)];
    if ((*entry & kPresent) == 0) {
      const auto page = kernel::AllocatePageTablePage();
      if (!page) return nullptr;
      Store(entry, EncodeTable(*page, !is_kernel()));
    }
    ASSERT((*entry & kLarge) == 0);
    table = TableAt(TableOf(*entry));
  }
  return &table[IndexAt(at, 0)];
}

base::Result<> PageTable::Map(VirtualRange where, PhysicalAddress what, Access access) {
  ASSERT((where.base.value | where.size | what.value) % kPageSize == 0);
  if (AllowsNothing(access)) return {};
  const uint64_t bits = Encode(access);
  uint64_t* entry = nullptr;
  for (uint64_t offset = 0; offset < where.size; offset += kPageSize) {
    const VirtualAddress at = where.base + offset;
    if (entry != nullptr && IndexAt(at, 0) != 0) {
      ++entry;
    } else {
      entry = Walk(root_, at);
      if (entry == nullptr) entry = MakeEntry(at);
      if (entry == nullptr) {
        Unmap({where.base, offset});
        return base::Error(ZX_ERR_NO_MEMORY);
      }
    }
    DEBUG_ASSERT((*entry & kPresent) == 0);
    Store(entry, (what + offset).value | bits);
  }
  return {};
}

// Calls change(entry) for each present last-level entry, and invalidates what `change` changed (it
// returns whether it did).
template <class Change>
void PageTable::ForEachPresent(VirtualRange where, Change change) {
  constexpr uint64_t kTableSpan = kPageSize * kEntries;
  const uint64_t end = where.base.value + where.size;
  uint64_t first = end;
  uint64_t last = where.base.value;
  for (uint64_t at = where.base.value; at < end;) {
    const uint64_t table_end = (at & ~(kTableSpan - 1)) + kTableSpan;
    const uint64_t stop = table_end < end ? table_end : end;
    uint64_t* entry = Walk(root_, {at});
    for (; entry != nullptr && at < stop; at += kPageSize, ++entry) {
      if ((*entry & kPresent) == 0 || !change(entry)) continue;
      if (first > at) first = at;
      last = at;
    }
    at = stop;
  }
  if (first < end) InvalidateAfterChange({{first}, last + kPageSize - first});
}

void PageTable::Unmap(VirtualRange where) {
  ForEachPresent(where, [](uint64_t* entry) {
    Store(entry, 0);
    return true;
  });
}

void PageTable::Protect(VirtualRange where, Access access) {
  if (AllowsNothing(access)) return Unmap(where);
  const uint64_t bits = Encode(access);
  ForEachPresent(where, [bits](uint64_t* entry) {
    const uint64_t changed = TableOf(*entry).value | bits;
    // The processor's accessed and dirty bits are not looked at, so losing them does no harm.
    if ((*entry & ~kAccessedDirty) == changed) return false;
    Store(entry, changed);
    return true;
  });
}

std::optional<Translation> PageTable::Query(VirtualAddress at) const {
  uint64_t* table = TableAt(root_);
  for (unsigned level = kTopLevel;; --level) {
    const uint64_t entry = table[IndexAt(at, level)];
    if ((entry & kPresent) == 0) return std::nullopt;
    if (level == 0 || (entry & kLarge) != 0) {
      const uint64_t offset_mask = (uint64_t{1} << (kPageShift + 9 * level)) - 1;
      const uint64_t frame = entry & kAddressMask & ~offset_mask;
      return Translation{{frame | (at.value & offset_mask)}, Decode(entry)};
    }
    table = TableAt(TableOf(entry));
  }
}

void PageTable::Activate() {
  PerCpu& cpu = PerCpu::Current();
  PageTable* before = cpu.active_table;
  if (before == this) return;
  const uint64_t bit = uint64_t{1} << cpu.index;
  // In this order: who changes a table must find every CPU that may still use the old entries.
  active_cpus_.fetch_or(bit, std::memory_order_seq_cst);
  WriteCr3(root_.value);
  cpu.active_table = this;
  if (before != nullptr) before->active_cpus_.fetch_and(~bit, std::memory_order_release);
}

void PageTable::InvalidateAfterChange(VirtualRange range) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // Kernel entries are global: every CPU may hold them whatever table is active there.
  const uint64_t cpus = is_kernel() ? OnlineCpus() : active_cpus_.load(std::memory_order_seq_cst);
  InvalidateTranslations(cpus, range);
}

void AdoptKernelTable(PhysicalAddress root) {
  kernel_table.table.AdoptRoot(root);
  PageTable::Kernel().Activate();
}

void PrepareKernelTable() {
  for (const uint64_t window : {kWindowBase, kArchWindowBase}) {
    if (!PageTable::Kernel().EnsureTable({window})) kernel::Panic("no memory for the kernel's page tables");
  }
}

PhysicalAddress KernelRoot() { return PageTable::Kernel().root(); }

void PageTable::AdoptRoot(PhysicalAddress root) { root_ = root; }
bool PageTable::EnsureTable(VirtualAddress at) { return MakeEntry(at) != nullptr; }

}  // namespace arch
