// SPDX-License-Identifier: BSD-2-Clause
// Who uses which physical memory, kept in the Handoff's own table.
//
// Invariants: ranges are page aligned, ascending, disjoint, and neighbours of the same kind are one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/handoff.h"
#include "lib/base/address.h"

namespace boot {

class MemoryMap {
 public:
  explicit MemoryMap(kernel::Handoff& handoff) : handoff_(handoff) {}

  // RAM found by firmware: free from now on, whole pages inside `range` only. Parts that are known
  // already keep what they are. False if the table is full.
  [[nodiscard]] bool AddRam(PhysicalRange range);

  // Gives every free page that `range` touches to `kind`. Parts that are not RAM or not free stay as
  // they are: the first reservation wins. False if the table is full.
  [[nodiscard]] bool Reserve(PhysicalRange range, kernel::MemoryKind kind);

  // Forgets every page that `range` touches, so that nobody maps it. False if the table is full.
  [[nodiscard]] bool Remove(PhysicalRange range);

  // Takes the lowest free memory of `size` bytes at a multiple of `alignment` (both multiples of the
  // page size) that ends at or below `limit`. Nothing if there is none or the table is full.
  std::optional<PhysicalRange> Allocate(uint64_t size, uint64_t alignment, kernel::MemoryKind kind,
                                        uint64_t limit = ~uint64_t{0});

  // The next piece of RAM without holes, of whatever kinds, that ends behind `from` (cut to start there);
  // empty if there is none.
  PhysicalRange NextExtent(PhysicalAddress from) const;

  // Whether all of `range` is RAM, of whatever kind.
  bool IsRam(PhysicalRange range) const;
  uint64_t BytesOf(kernel::MemoryKind kind) const;

 private:
  // What becomes of the part of an existing range that lies inside the changed one.
  enum class Action { kTake, kForget };
  bool Change(PhysicalRange range, Action action, kernel::MemoryKind kind);
  bool Insert(size_t at, PhysicalRange range, kernel::MemoryKind kind);
  void Erase(size_t at);
  void Merge();

  kernel::Handoff& handoff_;
};

}  // namespace boot
