// SPDX-License-Identifier: BSD-2-Clause
// A page table as a sorted map, with table pages taken from the kernel as a real one would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "lib/base/address.h"
#include "lib/base/result.h"

namespace arch {

enum class MemoryType : uint8_t { kNormal, kUncached, kDevice, kWriteCombining };

struct Access {
  bool read = true;
  bool write = false;
  bool execute = false;
  bool user = false;
  MemoryType type = MemoryType::kNormal;

  bool operator==(const Access&) const = default;
};

struct Translation {
  PhysicalAddress address;
  Access access;
};

// The caller serialises all changes to one table.
class PageTable {
 public:
  // Errors of Create() and Map(): ZX_ERR_NO_MEMORY.
  static base::Result<PageTable> Create();
  static PageTable& Kernel();

  PageTable(PageTable&& other) noexcept;
  PageTable& operator=(PageTable&& other) noexcept;
  ~PageTable();

  base::Result<> Map(VirtualRange where, PhysicalAddress what, Access access);
  void Unmap(VirtualRange where);
  void Protect(VirtualRange where, Access access);
  std::optional<Translation> Query(VirtualAddress at) const;
  void Activate();

  // The calling thread's; nullptr: none.
  static PageTable* Active();
  // Forgets the calling thread's table.
  static void Deactivate();
  // Drops everything without giving table pages back, because RAM is new.
  void Forget();
  // Pages present.
  size_t size() const { return entries_.size(); }

  // Visits every present page: visit(VirtualAddress, Translation).
  template <class Visit>
  void ForEach(Visit visit) const {
    for (const auto& [page, translation] : entries_) visit(VirtualAddress{page}, translation);
  }

 private:
  PageTable() = default;
  void FreeTables();

  std::map<uint64_t, Translation> entries_;          // by page address
  std::map<uint64_t, PhysicalAddress> table_pages_;  // by 2 MiB range
};

}  // namespace arch
