// SPDX-License-Identifier: BSD-2-Clause
// What lies in an address region: smaller regions and mappings.
#pragma once

#include <cstdint>

#include "lib/base/address.h"
#include "lib/base/tree.h"

namespace kernel {
class Vmar;
}

namespace vm {

// A range of an address space, in the tree of the region around it.
// Locking: the address space's lock guards everything.
class Region : public base::TreeNode {
 public:
  enum class RegionKind : uint8_t { kVmar, kMapping };

  uint64_t tree_key() const { return base_.value; }
  VirtualAddress base() const { return base_; }
  uint64_t size() const { return size_; }
  VirtualAddress end() const { return base_ + size_; }
  VirtualRange range() const { return {base_, size_}; }
  bool is_mapping() const { return region_kind_ == RegionKind::kMapping; }
  kernel::Vmar* parent() const { return parent_; }

 protected:
  Region(RegionKind kind, VirtualRange range)
      : base_(range.base), size_(range.size), region_kind_(kind) {}
  ~Region() = default;

  friend class kernel::Vmar;
  friend struct Doomed;
  VirtualAddress base_;
  uint64_t size_;
  kernel::Vmar* parent_ = nullptr;  // nullptr: the root, or destroyed
  Region* next_doomed_ = nullptr;
  const RegionKind region_kind_;
};

// Regions that have left their tree, to be given up after the address space's lock: declared before
// its guard.
struct Doomed {
  Doomed() = default;
  Doomed(const Doomed&) = delete;
  Doomed& operator=(const Doomed&) = delete;
  ~Doomed();

  void Add(Region& region) {
    region.next_doomed_ = first;
    first = &region;
  }

  Region* first = nullptr;
};

}  // namespace vm
