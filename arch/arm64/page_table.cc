// SPDX-License-Identifier: BSD-2-Clause
// Translation tables in the VMSAv8-64 format (DDI 0487, chapter D8).
#include <arch/page_table.h>

#include <utility>

#include <arch/layout.h>

#include "arch/arm64/address_space_id.h"
#include "arch/arm64/state.h"
#include "arch/arm64/sysreg.h"
#include "kernel/upcalls.h"

namespace arch {
namespace {

constexpr unsigned kRootLevel = 3;  // levels counted from the pages
constexpr unsigned kIndexBits = 9;
constexpr size_t kEntries = 512;

constexpr uint64_t kValid = 1;
constexpr uint64_t kTableOrPage = 2;
constexpr uint64_t kUserAccess = uint64_t{1} << 6;
constexpr uint64_t kReadOnly = uint64_t{1} << 7;
constexpr uint64_t kInnerShareable = uint64_t{3} << 8;
constexpr uint64_t kAccessed = uint64_t{1} << 10;
constexpr uint64_t kNotGlobal = uint64_t{1} << 11;
constexpr uint64_t kPrivilegedNever = uint64_t{1} << 53;
constexpr uint64_t kUserNever = uint64_t{1} << 54;
constexpr uint64_t kAddressBits = 0x0000'ffff'ffff'f000;
constexpr unsigned kTypeShift = 2;

// Above this many pages one instruction for the whole address space is cheaper.
constexpr uint64_t kInvalidatePages = 64;

// An empty table for CPUs without an address space.
alignas(kPageSize) constinit uint64_t g_no_user_pages[kEntries] = {};

uint64_t TypeIndex(MemoryType type) {
  switch (type) {
    case MemoryType::kNormal:
      return sysreg::kMairNormal;
    case MemoryType::kUncached:
      return sysreg::kMairDeviceStrict;
    case MemoryType::kDevice:
      return sysreg::kMairDevice;
    case MemoryType::kWriteCombining:
      return sysreg::kMairUncached;
  }
  return sysreg::kMairDeviceStrict;
}

MemoryType TypeOf(uint64_t entry) {
  switch ((entry >> kTypeShift) & 7) {
    case sysreg::kMairNormal:
      return MemoryType::kNormal;
    case sysreg::kMairDevice:
      return MemoryType::kDevice;
    case sysreg::kMairUncached:
      return MemoryType::kWriteCombining;
    default:
      return MemoryType::kUncached;
  }
}

// The attribute bits of a page; 0 if the access allows nothing.
uint64_t Attributes(Access access) {
  if (!access.read && !access.write && !access.execute) return 0;
  uint64_t bits = kValid | kTableOrPage | kAccessed | kInnerShareable |
                  TypeIndex(access.type) << kTypeShift;
  if (!access.write) bits |= kReadOnly;
  if (access.user) {
    bits |= kNotGlobal | kPrivilegedNever;
    // Without kUserAccess user mode may still execute.
    if (access.read || access.write) bits |= kUserAccess;
    if (!access.execute) bits |= kUserNever;
  } else {
    bits |= kUserNever;
    if (!access.execute) bits |= kPrivilegedNever;
  }
  return bits;
}

Access AccessOf(uint64_t entry) {
  const bool user = (entry & kNotGlobal) != 0;
  return {.read = !user || (entry & kUserAccess) != 0,
          .write = (entry & kReadOnly) == 0,
          .execute = (entry & (user ? kUserNever : kPrivilegedNever)) == 0,
          .user = user,
          .type = TypeOf(entry)};
}

uint64_t* TableAt(uint64_t entry) {
  return reinterpret_cast<uint64_t*>(PhysmapAddress({entry & kAddressBits}));
}

size_t Index(uint64_t address, unsigned level) {
  return (address >> (kPageShift + kIndexBits * level)) & (kEntries - 1);
}

// Address of the first page behind the last-level table that holds `at`.
uint64_t TableEnd(uint64_t at) { return (at | (kEntries * kPageSize - 1)) + 1; }

void FreeTables(uint64_t* table, unsigned level) {
  if (level > 1) {
    for (size_t i = 0; i < kEntries; ++i) {
      if (table[i] & kValid) FreeTables(TableAt(table[i]), level - 1);
    }
  }
  for (size_t i = 0; i < kEntries; ++i) {
    if (table[i] & kValid) kernel::FreePageTablePage({table[i] & kAddressBits});
  }
}

}  // namespace

constinit PageTable PageTable::g_kernel;

PageTable& PageTable::Kernel() { return g_kernel; }
bool PageTable::is_kernel() const { return this == &g_kernel; }
void PageTable::AdoptKernelTable(PhysicalAddress root) { g_kernel.root_ = root; }

base::Result<PageTable> PageTable::Create() {
  PageTable table;
  table.root_ = TRY(kernel::AllocatePageTablePage());
  table.asid_ = address_space_id::Allocate();
  return table;
}

PageTable::PageTable(PageTable&& other) noexcept
    : root_(std::exchange(other.root_, {})), asid_(std::exchange(other.asid_, uint16_t{0})) {}

PageTable& PageTable::operator=(PageTable&& other) noexcept {
  std::swap(root_, other.root_);
  std::swap(asid_, other.asid_);
  return *this;
}

PageTable::~PageTable() {
  if (root_.value == 0 || is_kernel()) return;
  // Also the table walkers must have forgotten the tables before they are reused.
  address_space_id::Invalidate(asid_);
  FreeTables(TableAt(root_.value), kRootLevel);
  kernel::FreePageTablePage(root_);
  address_space_id::Free(asid_);
}

uint64_t* PageTable::FindEntry(VirtualAddress at, Missing missing) const {
  uint64_t* table = TableAt(root_.value);
  for (unsigned level = kRootLevel; level > 0; --level) {
    uint64_t& entry = table[Index(at.value, level)];
    if ((entry & kValid) == 0) {
      if (missing == Missing::kLeave) return nullptr;
      const auto page = kernel::AllocatePageTablePage();
      if (!page) return nullptr;
      // The walker must see the zeroes before it sees the table.
      __asm__ volatile("dmb ishst" ::: "memory");
      entry = page->value | kValid | kTableOrPage;
    } else if ((entry & kTableOrPage) == 0) {
      return nullptr;  // a block of the boot stage's physmap
    }
    table = TableAt(entry);
  }
  return &table[Index(at.value, 0)];
}

base::Result<> PageTable::Map(VirtualRange where, PhysicalAddress what, Access access) {
  const uint64_t attributes = Attributes(access);
  if (attributes == 0) return {};
  uint64_t at = where.base.value;
  const uint64_t end = where.end().value;
  while (at != end) {
    uint64_t* entry = FindEntry({at}, Missing::kCreate);
    if (!entry) {
      Unmap({where.base, at - where.base.value});
      return base::Error(ZX_ERR_NO_MEMORY);
    }
    // Address differences, because the last table of the kernel's half ends at 0.
    const uint64_t here = TableEnd(at) - at < end - at ? TableEnd(at) : end;
    for (; at != here; at += kPageSize, what += kPageSize) *entry++ = what.value | attributes;
  }
  __asm__ volatile("dsb ishst\n isb" ::: "memory");
  return {};
}

template <class Change>
bool PageTable::ForEachPresent(VirtualRange where, Change change) {
  bool changed = false;
  uint64_t at = where.base.value;
  const uint64_t end = where.end().value;
  while (at != end) {
    uint64_t* entry = FindEntry({at}, Missing::kLeave);
    const uint64_t here = TableEnd(at) - at < end - at ? TableEnd(at) : end;
    for (; entry && at != here; at += kPageSize, ++entry) {
      if ((*entry & kValid) == 0) continue;
      *entry = change(*entry);
      changed = true;
    }
    at = here;
  }
  return changed;
}

void PageTable::Unmap(VirtualRange where) {
  if (ForEachPresent(where, [](uint64_t) { return uint64_t{0}; })) Invalidate(where);
}

void PageTable::Protect(VirtualRange where, Access access) {
  const uint64_t attributes = Attributes(access);
  const auto change = [attributes](uint64_t entry) {
    return attributes == 0 ? 0 : (entry & kAddressBits) | attributes;
  };
  if (ForEachPresent(where, change)) Invalidate(where);
}

std::optional<Translation> PageTable::Query(VirtualAddress at) const {
  if (at.value >> 48 != (is_kernel() ? 0xffff : 0)) return std::nullopt;  // the other half
  const uint64_t* table = TableAt(root_.value);
  for (unsigned level = kRootLevel;; --level) {
    const uint64_t entry = table[Index(at.value, level)];
    if ((entry & kValid) == 0) return std::nullopt;
    if (level == 0 || (entry & kTableOrPage) == 0) {
      const uint64_t inside = (kPageSize << (kIndexBits * level)) - 1;
      return Translation{{(entry & kAddressBits & ~inside) | (at.value & inside)}, AccessOf(entry)};
    }
    table = TableAt(entry);
  }
}

void PageTable::Activate() {
  if (is_kernel()) {
    SYSREG_WRITE(ttbr0_el1, ImageToPhysical(g_no_user_pages).value);
    __asm__ volatile("isb" ::: "memory");
    return;
  }
  SYSREG_WRITE(ttbr0_el1, root_.value | uint64_t{asid_} << 48);
  __asm__ volatile("isb" ::: "memory");
  address_space_id::Activated(asid_, root_);
}

void PageTable::Invalidate(VirtualRange range) const {
  const uint64_t pages = range.size / kPageSize;
  __asm__ volatile("dsb ishst" ::: "memory");
  if (pages > kInvalidatePages) {
    if (is_kernel()) {
      __asm__ volatile("tlbi vmalle1is" ::: "memory");
    } else {
      __asm__ volatile("tlbi aside1is, %0" : : "r"(uint64_t{asid_} << 48) : "memory");
    }
  } else {
    constexpr uint64_t kPageBits = (uint64_t{1} << 44) - 1;
    uint64_t operand = ((range.base.value >> kPageShift) & kPageBits) | uint64_t{asid_} << 48;
    for (uint64_t i = 0; i < pages; ++i, ++operand) {
      if (is_kernel()) {
        __asm__ volatile("tlbi vaale1is, %0" : : "r"(operand) : "memory");
      } else {
        __asm__ volatile("tlbi vale1is, %0" : : "r"(operand) : "memory");
      }
    }
  }
  __asm__ volatile("dsb ish\n isb" ::: "memory");
}

}  // namespace arch
