// SPDX-License-Identifier: BSD-2-Clause
// Physical pages: who has them, who shares them, how many are left.
#pragma once

#include <arch/layout.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/handoff.h"
#include "kernel/sync/spinlock.h"
#include "lib/base/address.h"
#include "lib/base/format.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace vm {

// Whether a new page is cleared. kKeep is for pages the caller overwrites completely.
enum class Fill : uint8_t { kZero, kKeep };

// What a page is used for; counted separately, exact to the page.
enum class PageUse : uint8_t { kVmo, kHeap, kPageTable, kStack, kOther };
inline constexpr size_t kPageUses = 5;

struct PageCounts {
  uint64_t total = 0;  // all RAM the kernel manages
  uint64_t free = 0;
  uint64_t used[kPageUses] = {};  // indexed by PageUse

  uint64_t used_by(PageUse use) const { return used[static_cast<size_t>(use)]; }
};

// The pages of the machine.
//
// RAM is described by one 12-byte record per page. A record is written when its chunk of up to 512
// pages is first needed, so start-up costs the same for any amount of memory. Freed pages join
// power-of-two blocks (buddies) inside their chunk; each CPU keeps a few single pages for itself.
//
// A page of a VMO carries a share count: snapshots share pages until somebody writes.
//
// Locking: lock_ guards the blocks and records of free pages; the per-CPU caches need none because
// the kernel is not preempted; share counts are atomic.
class PageAllocator {
 public:
  constexpr PageAllocator() = default;
  PageAllocator(const PageAllocator&) = delete;
  PageAllocator& operator=(const PageAllocator&) = delete;

  // The one of this machine.
  static PageAllocator& Global();

  // Takes over the machine's memory: kFree at once; kBootData and kZbi are accounted as used by
  // PageUse::kOther until Release() or Adopt(). `ranges` is copied. Called once, before anything
  // else here.
  void Init(std::span<const kernel::MemoryRange> ranges);

  // Makes RAM of a kBootData or kZbi range, page aligned, allocatable.
  void Release(PhysicalRange range);

  // One page. Errors: ZX_ERR_NO_MEMORY.
  base::Result<PhysicalAddress> AllocatePage(Fill fill, PageUse use);
  // Gives back a page of AllocatePage(), allocated for `use`.
  void FreePage(PhysicalAddress page, PageUse use);

  // `count` neighbouring pages, aligned to the power of two not below count; not cleared.
  // At most kMaxContiguous. Errors: ZX_ERR_NO_MEMORY.
  base::Result<PhysicalAddress> AllocateContiguous(size_t count, PageUse use);
  // Takes all of it back; `first` is what AllocateContiguous() or AllocatePage() returned. Returns
  // the count.
  size_t FreeContiguous(PhysicalAddress first, PageUse use);
  static constexpr size_t kMaxContiguous = 512;

  // Turns RAM of a kZbi range into pages of a VMO: each has one share afterwards.
  void Adopt(PhysicalRange range);

  // The share count of a page allocated for PageUse::kVmo; 1 after AllocatePage().
  void AddShare(PhysicalAddress page);
  bool IsShared(PhysicalAddress page) const;
  // Gives up one share; the last one frees the page.
  void DropShare(PhysicalAddress page);

  // Whether the address lies in RAM managed here.
  bool Owns(PhysicalAddress address) const;

  PageCounts counts() const;

  // Gives the pages cached for this CPU back to the common blocks.
  void FlushCache();

  // Counting every share anew: BeginShareAudit(), CountShare() for each page of each memory object,
  // then EndShareAudit() finds pages with too few, too many or no holders. On an idle machine only.
  void BeginShareAudit() EXCLUDES(lock_);
  void CountShare(PhysicalAddress page);
  bool EndShareAudit(base::FormatSink& sink) EXCLUDES(lock_);

  // Checks every free block and the sums; writes findings, one per line. For tests: walks all
  // records.
  bool Audit(base::FormatSink& sink) EXCLUDES(lock_);

 private:
  static constexpr uint32_t kOrders = 10;  // blocks of 1 to 512 pages
  static constexpr uint32_t kChunkPages = 1u << (kOrders - 1);
  static constexpr uint32_t kNone = ~0u;
  static constexpr size_t kMaxZones = 16;
  static constexpr uint32_t kCacheSize = 32;
  static constexpr uint32_t kBatchOrder = 4;  // pages that go between cache and blocks at once: 16
  static constexpr size_t kMaxCpus = kernel::Handoff::kMaxCpus;

  enum class State : uint8_t { kReserved, kUsed, kCached, kFree, kInFreeBlock };

  // One page. Pages are named by index; a zone's pages have neighbouring indices.
  struct Record {
    uint32_t
        next_or_shares;  // kFree: next block of this order. kUsed for a VMO: share count, atomic
    uint32_t previous;   // kFree: block before it. First of contiguous pages: how many
    State state;
    uint8_t order_or_use;   // kFree: order. kUsed: PageUse
    uint16_t audit_shares;  // holders seen by the audit, modulo 2^16
  };
  static_assert(sizeof(Record) == 12);

  // Neighbouring RAM, small holes included.
  struct Zone {
    uint64_t first_frame = 0;  // physical page number
    uint64_t frame_count = 0;
    uint32_t first_index = 0;
    Record* records = nullptr;
    uint64_t* opened = nullptr;  // a bit per aligned chunk: its records are valid
  };
  struct FrameRange {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  struct alignas(64) CpuCache {
    uint32_t count = 0;
    uint32_t frames[kCacheSize] = {};  // physical page numbers
    // May be negative here: a page can be freed by another CPU than allocated it.
    std::atomic<int64_t> used[kPageUses] = {};
  };

  void Reset();
  void AddZones(std::span<const kernel::MemoryRange> ranges);
  base::Result<> PlaceRecords() REQUIRES(lock_);

  const Zone* FindZone(uint64_t frame) const;
  const Zone& ZoneOfIndex(uint32_t index) const;
  Record& RecordOf(uint32_t index) const;
  Record& RecordOf(PhysicalAddress page) const;
  uint32_t IndexOf(PhysicalAddress page) const;
  PhysicalAddress AddressOf(uint32_t index) const;

  void OpenChunkLocked(const Zone& zone, uint64_t frame) REQUIRES(lock_);
  bool OpenMoreLocked() REQUIRES(lock_);
  void FreeFramesLocked(FrameRange frames) REQUIRES(lock_);
  void FreeBlockLocked(uint32_t index, uint32_t order) REQUIRES(lock_);
  uint32_t TakeBlockLocked(uint32_t order) REQUIRES(lock_);
  void LinkLocked(uint32_t index, uint32_t order) REQUIRES(lock_);
  void UnlinkLocked(uint32_t index) REQUIRES(lock_);
  bool Refill(CpuCache& cache) EXCLUDES(lock_);
  void Drain(CpuCache& cache, uint32_t keep) EXCLUDES(lock_);
  void Count(PageUse use, int64_t change);
  static void Count(CpuCache& own, PageUse use, int64_t change);
  template <class Visit>
  void ForEachUsed(Visit visit);
  uint64_t AuditBlocks(base::FormatSink& sink, bool& sound) REQUIRES(lock_);

  // Written by Init() only.
  Zone zones_[kMaxZones];
  size_t zone_count_ = 0;
  uint64_t total_ = 0;

  CpuCache caches_[kMaxCpus];

  kernel::Spinlock lock_{kernel::LockRank::kPages};
  uint32_t free_[kOrders] GUARDED_BY(lock_) = {};
  // Free memory whose records do not exist yet; used from the front.
  FrameRange fresh_[kernel::Handoff::kMaxMemoryRanges] GUARDED_BY(lock_);
  size_t fresh_count_ GUARDED_BY(lock_) = 0;
};

}  // namespace vm
