// SPDX-License-Identifier: BSD-2-Clause
// Where new regions and mappings go.
//
// Without a given address the place is random. To share page tables, the allocations of a region
// are spread over a window of 1 GiB, which itself lies at a random place; only when that fills up
// another window is taken. A free page is left on both sides, so that running over an end faults.
// When a region is so full that guessing fails, the gaps are counted and one position is drawn from
// all that fit.
#include <arch/layout.h>

#include "kernel/random.h"
#include "kernel/vm/address_space.h"
#include "kernel/vm/mapping.h"
#include "kernel/vm/vmar.h"
#include "lib/base/align.h"

namespace kernel {
namespace {

using arch::kPageSize;
using vm::Region;

constexpr uint64_t kWindowSize = uint64_t{1} << 30;
constexpr uint64_t kGuardSize = kPageSize;
constexpr int kGuessesPerWindow = 6;
constexpr int kWindows = 3;

// Bytes of alignment an option asks for, at least a page; 0 when it is not valid.
uint64_t AlignmentOf(zx_vm_option_t options) {
  const zx_vm_option_t shift = options >> ZX_VM_ALIGN_BASE;
  if (shift == 0) return kPageSize;
  if (shift < 10 || shift > 32) return 0;
  const uint64_t alignment = uint64_t{1} << shift;
  return alignment < kPageSize ? uint64_t{kPageSize} : alignment;
}

}  // namespace

base::Result<Vmar::Placement> Vmar::CheckPlacement(zx_vm_option_t options, uint64_t offset,
                                                   uint64_t size) const {
  const bool overwrite = (options & ZX_VM_SPECIFIC_OVERWRITE) != 0;
  const bool specific = overwrite || (options & ZX_VM_SPECIFIC) != 0;
  const bool upper_limit = (options & ZX_VM_OFFSET_IS_UPPER_LIMIT) != 0;
  const uint64_t alignment = AlignmentOf(options);
  if (alignment == 0 || (specific && upper_limit) || (offset != 0 && !specific && !upper_limit) ||
      !base::IsAligned(offset, uint64_t{kPageSize})) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  Placement placement{.size = size, .alignment = alignment, .at = {}, .limit = {}};
  if (specific) {
    if (offset > size_ || size > size_ - offset ||
        !base::IsAligned(base_.value + offset, alignment)) {
      return base::Error(ZX_ERR_INVALID_ARGS);
    }
    placement.at = base_ + offset;
    placement.specific = true;
  } else if (upper_limit) {
    if (offset > size_ || size > offset) return base::Error(ZX_ERR_INVALID_ARGS);
    placement.limit = base_ + offset;
  } else {
    placement.limit = end();
  }
  return placement;
}

bool Vmar::IsFreeLocked(VirtualRange range) const {
  const Region* region = children_.FindAtOrBelow(range.end().value - 1);
  return !region || region->end() <= range.base;
}

base::Result<VirtualAddress> Vmar::PlaceLocked(const Placement& placement) {
  if (placement.specific) {
    if (!IsFreeLocked(placement.range())) return base::Error(ZX_ERR_ALREADY_EXISTS);
    return placement.at;
  }
  if (placement.limit - base_ < placement.size) return base::Error(ZX_ERR_NO_RESOURCES);
  for (int window = 0; window < kWindows; ++window) {
    if (const auto place = GuessLocked(placement)) return *place;
    neighbourhood_ = {};
  }
  return SearchLocked(placement);
}

// A few random positions in the current window, with room for guard pages.
std::optional<VirtualAddress> Vmar::GuessLocked(const Placement& placement) {
  const uint64_t padded = placement.size + 2 * kGuardSize;
  const uint64_t space = placement.limit - base_;
  if (padded > space) return std::nullopt;
  VirtualRange window{base_, space};
  if (space > kWindowSize && padded < kWindowSize / 4) {
    if (neighbourhood_.value == 0)
      neighbourhood_ = base_ + DrawRandomBelow((size_ >> 30)) * kWindowSize;
    window.base = neighbourhood_;
    window.size = kWindowSize;
    if (window.end() > placement.limit) {
      neighbourhood_ = {};
      window = {base_, space};
    }
  }
  const uint64_t choices = (window.size - padded) / placement.alignment + 1;
  for (int guess = 0; guess < kGuessesPerWindow; ++guess) {
    const uint64_t at = base::AlignUp(
        window.base.value + kGuardSize + DrawRandomBelow(choices) * placement.alignment,
        placement.alignment);
    const VirtualRange range{VirtualAddress{at}, placement.size};
    if (range.end() > placement.limit || range.end() < range.base) continue;
    VirtualRange guarded{range.base - kGuardSize, padded};
    if (guarded.end() > end()) guarded.size = end() - guarded.base;
    if (IsFreeLocked(guarded)) return range.base;
  }
  return std::nullopt;
}

// Draws from every position that is free; exact, but looks at all neighbours.
base::Result<VirtualAddress> Vmar::SearchLocked(const Placement& placement) const {
  // The first and the number of the positions between two addresses.
  const auto positions = [&](VirtualAddress from, VirtualAddress to,
                             VirtualAddress& first) -> uint64_t {
    if (to > placement.limit) to = placement.limit;
    first = {base::AlignUp(from.value, placement.alignment)};
    if (first < from || first > to || to - first < placement.size) return 0;
    return (to - first - placement.size) / placement.alignment + 1;
  };
  VirtualAddress first;
  uint64_t total = 0;
  VirtualAddress from = base_;
  for (Region* region = children_.first(); region; region = children_.Next(*region)) {
    total += positions(from, region->base(), first);
    from = region->end();
  }
  total += positions(from, end(), first);
  if (total == 0) return base::Error(ZX_ERR_NO_RESOURCES);

  uint64_t drawn = DrawRandomBelow(total);
  from = base_;
  for (Region* region = children_.first(); region; region = children_.Next(*region)) {
    const uint64_t count = positions(from, region->base(), first);
    if (drawn < count) return first + drawn * placement.alignment;
    drawn -= count;
    from = region->end();
  }
  (void)positions(from, end(), first);
  return first + drawn * placement.alignment;
}

}  // namespace kernel
