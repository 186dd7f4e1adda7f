// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/memory_map.h"

#include "lib/base/align.h"

namespace boot {
namespace {

constexpr uint64_t kPage = 4096;

PhysicalRange Between(uint64_t base, uint64_t end) { return {{base}, end > base ? end - base : 0}; }

// The end of `range`, cut at the last page of the address space.
uint64_t EndOf(PhysicalRange range) {
  const auto end = base::CheckedAdd(range.base.value, range.size);
  return end && *end <= ~(kPage - 1) ? *end : ~(kPage - 1);
}

PhysicalRange Inward(PhysicalRange range) {
  const auto start = base::CheckedAlignUp(range.base.value, kPage);
  if (!start) return {};
  return Between(*start, base::AlignDown(EndOf(range), kPage));
}

PhysicalRange Outward(PhysicalRange range) {
  if (range.empty()) return {};
  return Between(base::AlignDown(range.base.value, kPage), base::AlignUp(EndOf(range), kPage));
}

}  // namespace

bool MemoryMap::AddRam(PhysicalRange range) {
  range = Inward(range);
  // Fill the gaps between the known ranges; what is known stays.
  uint64_t at = range.base.value;
  const uint64_t end = range.end().value;
  for (size_t i = 0; at < end; ++i) {
    const bool last = i >= handoff_.memory_range_count;
    const uint64_t known = last ? end : handoff_.memory[i].range.base.value;
    const uint64_t known_end = last ? end : handoff_.memory[i].range.end().value;
    const PhysicalRange gap = Between(at, known < end ? known : end);
    if (!gap.empty()) {
      if (!Insert(i, gap, kernel::MemoryKind::kFree)) return false;
      ++i;
    }
    if (known_end > at) at = known_end;
  }
  Merge();
  return true;
}

bool MemoryMap::Reserve(PhysicalRange range, kernel::MemoryKind kind) {
  return Change(Outward(range), Action::kTake, kind);
}

bool MemoryMap::Remove(PhysicalRange range) {
  return Change(Outward(range), Action::kForget, kernel::MemoryKind::kFree);
}

bool MemoryMap::Change(PhysicalRange range, Action action, kernel::MemoryKind kind) {
  for (size_t i = 0; i < handoff_.memory_range_count; ++i) {
    const kernel::MemoryRange old = handoff_.memory[i];
    if (!old.range.Overlaps(range)) continue;
    if (action == Action::kTake && old.kind != kernel::MemoryKind::kFree) continue;
    const uint64_t from = range.base > old.range.base ? range.base.value : old.range.base.value;
    const uint64_t to = range.end() < old.range.end() ? range.end().value : old.range.end().value;
    // The old range becomes up to three: before, inside, after.
    const PhysicalRange parts[] = {Between(old.range.base.value, from), Between(from, to),
                                   Between(to, old.range.end().value)};
    Erase(i);
    size_t at = i;
    for (size_t part = 0; part < 3; ++part) {
      if (parts[part].empty() || (part == 1 && action == Action::kForget)) continue;
      if (!Insert(at++, parts[part], part == 1 ? kind : old.kind)) return false;
    }
    i = at - 1;  // wraps below zero when nothing is left of the first range; the loop adds one
  }
  Merge();
  return true;
}

std::optional<PhysicalRange> MemoryMap::Allocate(uint64_t size, uint64_t alignment,
                                                 kernel::MemoryKind kind, uint64_t limit) {
  for (const kernel::MemoryRange& candidate : handoff_.memory_ranges()) {
    if (candidate.kind != kernel::MemoryKind::kFree) continue;
    const auto base = base::CheckedAlignUp(candidate.range.base.value, alignment);
    if (!base) continue;
    const PhysicalRange wanted{{*base}, size};
    if (!candidate.range.Contains(wanted) || *base > limit || limit - *base < size) continue;
    if (!Reserve(wanted, kind)) return std::nullopt;
    return wanted;
  }
  return std::nullopt;
}

PhysicalRange MemoryMap::NextExtent(PhysicalAddress from) const {
  PhysicalRange extent;
  for (const kernel::MemoryRange& known : handoff_.memory_ranges()) {
    if (known.range.end() <= from) continue;
    if (extent.empty()) {
      const uint64_t base = known.range.base > from ? known.range.base.value : from.value;
      extent = Between(base, known.range.end().value);
    } else if (known.range.base == extent.end()) {
      extent.size += known.range.size;
    } else {
      break;
    }
  }
  return extent;
}

bool MemoryMap::IsRam(PhysicalRange range) const {
  uint64_t at = range.base.value;
  const auto end = base::CheckedAdd(at, range.size);
  if (!end) return false;
  for (const kernel::MemoryRange& known : handoff_.memory_ranges()) {
    if (at >= *end) break;
    if (known.range.Contains(PhysicalAddress{at})) at = known.range.end().value;
  }
  return at >= *end;
}

uint64_t MemoryMap::BytesOf(kernel::MemoryKind kind) const {
  uint64_t sum = 0;
  for (const kernel::MemoryRange& known : handoff_.memory_ranges()) {
    if (known.kind == kind) sum += known.range.size;
  }
  return sum;
}

bool MemoryMap::Insert(size_t at, PhysicalRange range, kernel::MemoryKind kind) {
  if (handoff_.memory_range_count >= kernel::Handoff::kMaxMemoryRanges) return false;
  for (size_t i = handoff_.memory_range_count; i > at; --i) handoff_.memory[i] = handoff_.memory[i - 1];
  handoff_.memory[at] = {range, kind};
  ++handoff_.memory_range_count;
  return true;
}

void MemoryMap::Erase(size_t at) {
  --handoff_.memory_range_count;
  for (size_t i = at; i < handoff_.memory_range_count; ++i) handoff_.memory[i] = handoff_.memory[i + 1];
}

void MemoryMap::Merge() {
  size_t kept = 0;
  for (size_t i = 1; i < handoff_.memory_range_count; ++i) {
    kernel::MemoryRange& last = handoff_.memory[kept];
    const kernel::MemoryRange& next = handoff_.memory[i];
    if (last.kind == next.kind && last.range.end() == next.range.base) {
      last.range.size += next.range.size;
    } else {
      handoff_.memory[++kept] = next;
    }
  }
  if (handoff_.memory_range_count > 0) handoff_.memory_range_count = static_cast<uint32_t>(kept + 1);
}

}  // namespace boot
