// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/page_allocator.h"

#include <arch/cpu.h>

#include <bit>

#include "kernel/upcalls.h"
#include "kernel/vm/fault_injection.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace vm {
namespace {

using arch::kPageShift;
using arch::kPageSize;

constinit PageAllocator global_allocator;

// Ranges of a zone may be this far apart; a hole costs 12 bytes of records per page.
constexpr uint64_t kLargestHole = 16 * 1024 * 1024 / kPageSize;

constexpr uint64_t FrameOf(PhysicalAddress address) { return address.value >> kPageShift; }

bool IsManaged(kernel::MemoryKind kind) {
  return kind == kernel::MemoryKind::kFree || kind == kernel::MemoryKind::kBootData ||
         kind == kernel::MemoryKind::kZbi;
}

}  // namespace

PageAllocator& PageAllocator::Global() { return global_allocator; }

void PageAllocator::Init(std::span<const kernel::MemoryRange> ranges) {
  Reset();
  AddZones(ranges);
  SpinlockGuard guard(lock_);
  for (const kernel::MemoryRange& range : ranges) {
    if (range.kind != kernel::MemoryKind::kFree || !FindZone(FrameOf(range.range.base))) continue;
    if (fresh_count_ == std::size(fresh_)) break;
    fresh_[fresh_count_++] = {FrameOf(range.range.base), FrameOf(range.range.end())};
  }
  const bool placed = PlaceRecords().has_value();
  ASSERT(placed);
  uint64_t fresh = 0;
  for (size_t i = 0; i < fresh_count_; ++i) fresh += fresh_[i].end - fresh_[i].begin;
  Count(PageUse::kOther, static_cast<int64_t>(total_ - fresh));
}

void PageAllocator::Reset() {
  SpinlockGuard guard(lock_);
  zone_count_ = 0;
  total_ = 0;
  fresh_count_ = 0;
  for (uint32_t& head : free_) head = kNone;
  for (CpuCache& cache : caches_) {
    cache.count = 0;
    for (auto& used : cache.used) used.store(0, std::memory_order_relaxed);
  }
}

void PageAllocator::AddZones(std::span<const kernel::MemoryRange> ranges) {
  for (const kernel::MemoryRange& range : ranges) {
    if (!IsManaged(range.kind) || range.range.empty()) continue;
    const uint64_t begin = FrameOf(range.range.base);
    const uint64_t end = FrameOf(range.range.end());
    Zone* last = zone_count_ ? &zones_[zone_count_ - 1] : nullptr;
    if (last && begin - (last->first_frame + last->frame_count) <= kLargestHole) {
      last->frame_count = end - last->first_frame;
    } else if (zone_count_ < kMaxZones) {
      zones_[zone_count_++] = {.first_frame = begin, .frame_count = end - begin};
    } else {
      continue;  // More islands of RAM than any known machine has: what is left stays unused.
    }
    total_ += end - begin;
  }
  // The largest zone first, because lookups try them in order.
  for (size_t i = 1; i < zone_count_; ++i) {
    for (size_t j = i; j > 0 && zones_[j].frame_count > zones_[j - 1].frame_count; --j) {
      std::swap(zones_[j], zones_[j - 1]);
    }
  }
}

// Takes the memory for all records from the largest fresh range.
base::Result<> PageAllocator::PlaceRecords() {
  FrameRange* largest = nullptr;
  for (size_t i = 0; i < fresh_count_; ++i) {
    FrameRange& range = fresh_[i];
    if (!largest || range.end - range.begin > largest->end - largest->begin) largest = &range;
  }
  if (!largest) return base::Error(ZX_ERR_NO_MEMORY);
  uint64_t bytes = 0;
  uint32_t index = 0;
  for (size_t i = 0; i < zone_count_; ++i) {
    Zone& zone = zones_[i];
    zone.first_index = index;
    index += static_cast<uint32_t>(zone.frame_count);
    const uint64_t words = zone.frame_count / kChunkPages / 64 + 1;
    bytes +=
        words * sizeof(uint64_t) + base::AlignUp(zone.frame_count * sizeof(Record), uint64_t{8});
  }
  const uint64_t frames = base::AlignUp(bytes, uint64_t{kPageSize}) >> kPageShift;
  if (largest->end - largest->begin < frames) return base::Error(ZX_ERR_NO_MEMORY);
  largest->end -= frames;
  std::byte* memory = arch::PhysmapAddress({largest->end << kPageShift});
  for (size_t i = 0; i < zone_count_; ++i) {
    Zone& zone = zones_[i];
    const uint64_t words = zone.frame_count / kChunkPages / 64 + 1;
    zone.opened = reinterpret_cast<uint64_t*>(memory);
    for (uint64_t word = 0; word < words; ++word) zone.opened[word] = 0;
    memory += words * sizeof(uint64_t);
    zone.records = reinterpret_cast<Record*>(memory);
    memory += base::AlignUp(zone.frame_count * sizeof(Record), uint64_t{8});
  }
  return {};
}

const PageAllocator::Zone* PageAllocator::FindZone(uint64_t frame) const {
  for (size_t i = 0; i < zone_count_; ++i) {
    if (frame - zones_[i].first_frame < zones_[i].frame_count) return &zones_[i];
  }
  return nullptr;
}

const PageAllocator::Zone& PageAllocator::ZoneOfIndex(uint32_t index) const {
  for (size_t i = 0; i + 1 < zone_count_; ++i) {
    if (index - zones_[i].first_index < zones_[i].frame_count) return zones_[i];
  }
  return zones_[zone_count_ - 1];
}

PageAllocator::Record& PageAllocator::RecordOf(uint32_t index) const {
  const Zone& zone = ZoneOfIndex(index);
  return zone.records[index - zone.first_index];
}

PageAllocator::Record& PageAllocator::RecordOf(PhysicalAddress page) const {
  const Zone* zone = FindZone(FrameOf(page));
  ASSERT(zone);
  return zone->records[FrameOf(page) - zone->first_frame];
}

uint32_t PageAllocator::IndexOf(PhysicalAddress page) const {
  const Zone* zone = FindZone(FrameOf(page));
  ASSERT(zone);
  return zone->first_index + static_cast<uint32_t>(FrameOf(page) - zone->first_frame);
}

PhysicalAddress PageAllocator::AddressOf(uint32_t index) const {
  const Zone& zone = ZoneOfIndex(index);
  return {(zone.first_frame + (index - zone.first_index)) << kPageShift};
}

bool PageAllocator::Owns(PhysicalAddress address) const {
  return FindZone(FrameOf(address)) != nullptr;
}

// Makes the records of the chunk around `frame` valid.
void PageAllocator::OpenChunkLocked(const Zone& zone, uint64_t frame) {
  const uint64_t chunk = frame / kChunkPages - zone.first_frame / kChunkPages;
  uint64_t& word = zone.opened[chunk / 64];
  const uint64_t bit = uint64_t{1} << (chunk % 64);
  if (word & bit) return;
  word |= bit;
  const uint64_t zone_end = zone.first_frame + zone.frame_count;
  uint64_t begin = base::AlignDown(frame, uint64_t{kChunkPages});
  uint64_t end = begin + kChunkPages;
  if (begin < zone.first_frame) begin = zone.first_frame;
  if (end > zone_end) end = zone_end;
  for (uint64_t f = begin; f < end; ++f) {
    zone.records[f - zone.first_frame] = {.next_or_shares = 0,
                                          .previous = 0,
                                          .state = State::kReserved,
                                          .order_or_use = 0,
                                          .audit_shares = 0};
  }
}

// Turns one more chunk of fresh memory into free blocks; false when there is none.
bool PageAllocator::OpenMoreLocked() {
  while (fresh_count_ > 0) {
    FrameRange& range = fresh_[fresh_count_ - 1];
    if (range.begin == range.end) {
      --fresh_count_;
      continue;
    }
    const uint64_t chunk_end = base::AlignUp(range.begin + 1, uint64_t{kChunkPages});
    const FrameRange piece{range.begin, chunk_end < range.end ? chunk_end : range.end};
    range.begin = piece.end;
    FreeFramesLocked(piece);
    return true;
  }
  return false;
}

// Frees frames of one zone as the largest blocks that fit.
void PageAllocator::FreeFramesLocked(FrameRange frames) {
  const Zone* zone = FindZone(frames.begin);
  ASSERT(zone && frames.end - zone->first_frame <= zone->frame_count);
  while (frames.begin < frames.end) {
    OpenChunkLocked(*zone, frames.begin);
    uint32_t order = kOrders - 1;
    while (!base::IsAligned(frames.begin, uint64_t{1} << order) ||
           frames.begin + (uint64_t{1} << order) > frames.end) {
      --order;
    }
    const auto index = zone->first_index + static_cast<uint32_t>(frames.begin - zone->first_frame);
    for (uint32_t i = 0; i < 1u << order; ++i) RecordOf(index + i).state = State::kInFreeBlock;
    FreeBlockLocked(index, order);
    frames.begin += uint64_t{1} << order;
  }
}

void PageAllocator::LinkLocked(uint32_t index, uint32_t order) {
  Record& record = RecordOf(index);
  record.state = State::kFree;
  record.order_or_use = static_cast<uint8_t>(order);
  record.previous = kNone;
  record.next_or_shares = free_[order];
  if (free_[order] != kNone) RecordOf(free_[order]).previous = index;
  free_[order] = index;
}

void PageAllocator::UnlinkLocked(uint32_t index) {
  Record& record = RecordOf(index);
  const uint32_t next = record.next_or_shares;
  if (next != kNone) RecordOf(next).previous = record.previous;
  if (record.previous != kNone) {
    RecordOf(record.previous).next_or_shares = next;
  } else {
    free_[record.order_or_use] = next;
  }
  record.state = State::kInFreeBlock;
}

// Adds a block whose records say kInFreeBlock, joined with its buddy as often as that is free.
void PageAllocator::FreeBlockLocked(uint32_t index, uint32_t order) {
  const Zone& zone = ZoneOfIndex(index);
  uint64_t frame = zone.first_frame + (index - zone.first_index);
  for (; order + 1 < kOrders; ++order) {
    const uint64_t buddy = frame ^ (uint64_t{1} << order);
    if (buddy - zone.first_frame >= zone.frame_count) break;
    const Record& record = zone.records[buddy - zone.first_frame];
    if (record.state != State::kFree || record.order_or_use != order) break;
    UnlinkLocked(zone.first_index + static_cast<uint32_t>(buddy - zone.first_frame));
    frame &= ~(uint64_t{1} << order);
  }
  LinkLocked(zone.first_index + static_cast<uint32_t>(frame - zone.first_frame), order);
}

// A block of 1 << order pages in state kInFreeBlock, or kNone.
uint32_t PageAllocator::TakeBlockLocked(uint32_t order) {
  uint32_t from = order;
  while (true) {
    for (from = order; from < kOrders && free_[from] == kNone; ++from) {
    }
    if (from < kOrders) break;
    if (!OpenMoreLocked()) return kNone;
  }
  const uint32_t index = free_[from];
  UnlinkLocked(index);
  // Gives back the upper half until the size is right.
  while (from > order) {
    --from;
    LinkLocked(index + (1u << from), from);
  }
  return index;
}

bool PageAllocator::Refill(CpuCache& cache) {
  SpinlockGuard guard(lock_);
  uint32_t order = kBatchOrder;
  uint32_t index = TakeBlockLocked(order);
  if (index == kNone) {
    order = 0;
    index = TakeBlockLocked(0);
    if (index == kNone) return false;
  }
  const auto frame = static_cast<uint32_t>(FrameOf(AddressOf(index)));
  // The lowest address is used first.
  for (uint32_t i = 1u << order; i-- > 0;) {
    RecordOf(index + i).state = State::kCached;
    cache.frames[cache.count++] = frame + i;
  }
  return true;
}

void PageAllocator::Drain(CpuCache& cache, uint32_t keep) {
  SpinlockGuard guard(lock_);
  while (cache.count > keep) {
    const uint32_t index = IndexOf({uint64_t{cache.frames[--cache.count]} << kPageShift});
    RecordOf(index).state = State::kInFreeBlock;
    FreeBlockLocked(index, 0);
  }
}

void PageAllocator::Count(PageUse use, int64_t change) {
  Count(caches_[arch::CpuIndex()], use, change);
}

void PageAllocator::Count(CpuCache& own, PageUse use, int64_t change) {
  // Only this CPU writes its counters.
  auto& used = own.used[static_cast<size_t>(use)];
  used.store(used.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
}

base::Result<PhysicalAddress> PageAllocator::AllocatePage(Fill fill, PageUse use) {
  if (FaultInjection::Fails()) [[unlikely]]
    return base::Error(ZX_ERR_NO_MEMORY);
  CpuCache& cache = caches_[arch::CpuIndex()];
  if (cache.count == 0 && !Refill(cache)) [[unlikely]]
    return base::Error(ZX_ERR_NO_MEMORY);
  const PhysicalAddress page{uint64_t{cache.frames[--cache.count]} << kPageShift};
  Record& record = RecordOf(page);
  ASSERT(record.state == State::kCached);
  record.state = State::kUsed;
  record.order_or_use = static_cast<uint8_t>(use);
  record.next_or_shares = 1;
  record.previous = 1;
  Count(cache, use, 1);
  if (fill == Fill::kZero) arch::ClearPage(arch::PhysmapAddress(page));
  return page;
}

void PageAllocator::FreePage(PhysicalAddress page, PageUse use) {
  Record& record = RecordOf(page);
  // Catches double frees.
  ASSERT(record.state == State::kUsed);
  record.state = State::kCached;
  CpuCache& cache = caches_[arch::CpuIndex()];
  if (cache.count == kCacheSize) [[unlikely]]
    Drain(cache, kCacheSize - (1u << kBatchOrder));
  cache.frames[cache.count++] = static_cast<uint32_t>(FrameOf(page));
  Count(cache, use, -1);
}

base::Result<PhysicalAddress> PageAllocator::AllocateContiguous(size_t count, PageUse use) {
  ASSERT(count > 0);
  if (count > kMaxContiguous || FaultInjection::Fails()) return base::Error(ZX_ERR_NO_MEMORY);
  const auto order = static_cast<uint32_t>(std::bit_width(count - 1));
  SpinlockGuard guard(lock_);
  const uint32_t index = TakeBlockLocked(order);
  if (index == kNone) return base::Error(ZX_ERR_NO_MEMORY);
  for (uint32_t i = 0; i < count; ++i) {
    Record& record = RecordOf(index + i);
    record.state = State::kUsed;
    record.order_or_use = static_cast<uint8_t>(use);
    record.next_or_shares = 1;
  }
  RecordOf(index).previous = static_cast<uint32_t>(count);
  for (auto i = static_cast<uint32_t>(count); i < 1u << order; ++i) FreeBlockLocked(index + i, 0);
  Count(use, static_cast<int64_t>(count));
  return AddressOf(index);
}

size_t PageAllocator::FreeContiguous(PhysicalAddress first, PageUse use) {
  const uint32_t index = IndexOf(first);
  const uint32_t count = RecordOf(index).previous;
  if (count == 1) {
    FreePage(first, use);
    return 1;
  }
  SpinlockGuard guard(lock_);
  for (uint32_t i = 0; i < count; ++i) {
    Record& record = RecordOf(index + i);
    ASSERT(record.state == State::kUsed);
    record.state = State::kInFreeBlock;
    FreeBlockLocked(index + i, 0);
  }
  Count(use, -static_cast<int64_t>(count));
  return count;
}

void PageAllocator::Release(PhysicalRange range) {
  if (range.empty() || !Owns(range.base)) return;
  SpinlockGuard guard(lock_);
  FreeFramesLocked({FrameOf(range.base), FrameOf(range.end())});
  Count(PageUse::kOther, -static_cast<int64_t>(range.size >> kPageShift));
}

void PageAllocator::Adopt(PhysicalRange range) {
  SpinlockGuard guard(lock_);
  for (uint64_t offset = 0; offset < range.size; offset += kPageSize) {
    const PhysicalAddress page = range.base + offset;
    const Zone* zone = FindZone(FrameOf(page));
    ASSERT(zone);
    OpenChunkLocked(*zone, FrameOf(page));
    Record& record = RecordOf(page);
    ASSERT(record.state == State::kReserved);
    record.state = State::kUsed;
    record.order_or_use = static_cast<uint8_t>(PageUse::kVmo);
    record.next_or_shares = 1;
  }
  const auto count = static_cast<int64_t>(range.size >> kPageShift);
  Count(PageUse::kOther, -count);
  Count(PageUse::kVmo, count);
}

void PageAllocator::AddShare(PhysicalAddress page) {
  Record& record = RecordOf(page);
  DEBUG_ASSERT(record.state == State::kUsed);
  const uint32_t before =
      std::atomic_ref(record.next_or_shares).fetch_add(1, std::memory_order_relaxed);
  ASSERT(before - 1 < 0x7fff'ffff);
}

bool PageAllocator::IsShared(PhysicalAddress page) const {
  // Acquire: when the other sharer has gone, its reads of the page happened before our writes.
  return std::atomic_ref(RecordOf(page).next_or_shares).load(std::memory_order_acquire) != 1;
}

void PageAllocator::DropShare(PhysicalAddress page) {
  std::atomic_ref shares(RecordOf(page).next_or_shares);
  // The only holder needs no read-modify-write: nobody else can add a share.
  if (shares.load(std::memory_order_acquire) == 1 ||
      shares.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    FreePage(page, PageUse::kVmo);
  }
}

PageCounts PageAllocator::counts() const {
  PageCounts counts{.total = total_, .free = total_};
  for (size_t use = 0; use < kPageUses; ++use) {
    int64_t used = 0;
    for (const CpuCache& cache : caches_) used += cache.used[use].load(std::memory_order_relaxed);
    counts.used[use] = static_cast<uint64_t>(used);
    counts.free -= counts.used[use];
  }
  return counts;
}

void PageAllocator::FlushCache() { Drain(caches_[arch::CpuIndex()], 0); }

// Calls visit(page, Record&) for each page in use whose record exists.
template <class Visit>
void PageAllocator::ForEachUsed(Visit visit) {
  for (size_t i = 0; i < zone_count_; ++i) {
    const Zone& zone = zones_[i];
    for (uint64_t number = 0; number < zone.frame_count; ++number) {
      const uint64_t frame = zone.first_frame + number;
      const uint64_t chunk = frame / kChunkPages - zone.first_frame / kChunkPages;
      if (!(zone.opened[chunk / 64] & (uint64_t{1} << (chunk % 64)))) continue;
      Record& record = zone.records[number];
      if (record.state == State::kUsed) visit(PhysicalAddress{frame << kPageShift}, record);
    }
  }
}

void PageAllocator::BeginShareAudit() {
  SpinlockGuard guard(lock_);
  ForEachUsed([](PhysicalAddress, Record& record) { record.audit_shares = 0; });
}

void PageAllocator::CountShare(PhysicalAddress page) { ++RecordOf(page).audit_shares; }

bool PageAllocator::EndShareAudit(base::FormatSink& sink) {
  SpinlockGuard guard(lock_);
  bool sound = true;
  ForEachUsed([&](PhysicalAddress page, Record& record) {
    const bool is_vmo = record.order_or_use == static_cast<uint8_t>(PageUse::kVmo);
    const uint32_t shares = is_vmo ? record.next_or_shares : 0;
    if (static_cast<uint16_t>(shares) == record.audit_shares) return;
    base::FormatTo(sink, "pages: page {x} has {} shares and {} holders\n", page.value, shares,
                   record.audit_shares);
    sound = false;
  });
  return sound;
}

uint64_t PageAllocator::AuditBlocks(base::FormatSink& sink, bool& sound) {
  uint64_t pages = 0;
  for (uint32_t order = 0; order < kOrders; ++order) {
    uint32_t previous = kNone;
    for (uint32_t index = free_[order]; index != kNone; index = RecordOf(index).next_or_shares) {
      const Record& head = RecordOf(index);
      if (head.state != State::kFree || head.order_or_use != order || head.previous != previous) {
        base::FormatTo(sink, "pages: bad block of order {} at {x}\n", order,
                       AddressOf(index).value);
        sound = false;
        return pages;
      }
      for (uint32_t i = 1; i < 1u << order; ++i) {
        if (RecordOf(index + i).state == State::kInFreeBlock) continue;
        base::FormatTo(sink, "pages: page {x} is in a free block and is not free\n",
                       AddressOf(index + i).value);
        sound = false;
      }
      previous = index;
      pages += uint64_t{1} << order;
    }
  }
  return pages;
}

bool PageAllocator::Audit(base::FormatSink& sink) {
  SpinlockGuard guard(lock_);
  bool sound = true;
  uint64_t free = AuditBlocks(sink, sound);
  for (size_t i = 0; i < fresh_count_; ++i) free += fresh_[i].end - fresh_[i].begin;
  for (const CpuCache& cache : caches_) {
    free += cache.count;
    for (uint32_t i = 0; i < cache.count; ++i) {
      const PhysicalAddress page{uint64_t{cache.frames[i]} << kPageShift};
      if (RecordOf(page).state == State::kCached) continue;
      base::FormatTo(sink, "pages: cached page {x} is not free\n", page.value);
      sound = false;
    }
  }
  const PageCounts now = counts();
  if (free != now.free) {
    base::FormatTo(sink, "pages: {} free by count, {} by lists\n", now.free, free);
    sound = false;
  }
  return sound;
}

}  // namespace vm

namespace kernel {

base::Result<PhysicalAddress> AllocatePageTablePage() {
  return vm::PageAllocator::Global().AllocatePage(vm::Fill::kZero, vm::PageUse::kPageTable);
}

void FreePageTablePage(PhysicalAddress page) {
  vm::PageAllocator::Global().FreePage(page, vm::PageUse::kPageTable);
}

}  // namespace kernel
