// SPDX-License-Identifier: BSD-2-Clause
// Page tables of one address space, or of the kernel.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "lib/base/address.h"
#include "lib/base/result.h"

namespace arch {

enum class MemoryType : uint8_t { kNormal, kUncached, kDevice, kWriteCombining };

// What a mapping allows. The processor cannot execute without reading.
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

// Four levels, 4 KiB pages. The caller serialises all changes to one table.
class PageTable {
 public:
  // The user half of a new address space; the kernel half is everybody's.
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<PageTable> Create();

  // The kernel's own table: window, image, physmap. Its changes are seen by every address space.
  static PageTable& Kernel();

  // Not while active on any CPU.
  PageTable(PageTable&& other);
  PageTable& operator=(PageTable&& other);
  // Frees the table pages of the user half. Not while active on any CPU.
  ~PageTable();

  // Maps the physical memory at `what` to `where`, page by page. Nothing is mapped there before.
  // Errors: ZX_ERR_NO_MEMORY, nothing is mapped then.
  base::Result<> Map(VirtualRange where, PhysicalAddress what, Access access);
  // Removes what is mapped in `where`. Afterwards no CPU uses the old translations.
  void Unmap(VirtualRange where);
  // Changes the access of the pages present in `where`. An access that allows nothing unmaps.
  void Protect(VirtualRange where, Access access);
  std::optional<Translation> Query(VirtualAddress at) const;

  // Makes this the address space of the current CPU.
  void Activate();

  // For arch itself: where the root lies, taking over a root built by the boot stage, and making the
  // tables for an address exist (false: no memory).
  PhysicalAddress root() const { return root_; }
  void AdoptRoot(PhysicalAddress root);
  bool EnsureTable(VirtualAddress at);

 private:
  friend union KernelTableStorage;
  constexpr PageTable() = default;

  uint64_t* MakeEntry(VirtualAddress at);
  bool is_kernel() const;
  void FreeTables();
  template <class Change>
  void ForEachPresent(VirtualRange where, Change change);
  void InvalidateAfterChange(VirtualRange range);

  PhysicalAddress root_;
  std::atomic<uint64_t> active_cpus_ = 0;
};

}  // namespace arch
