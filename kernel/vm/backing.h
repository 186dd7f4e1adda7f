// SPDX-License-Identifier: BSD-2-Clause
// The pages behind memory objects.
#pragma once

#include <arch/layout.h>
#include <arch/page_table.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/sync/spinlock.h"
#include "kernel/vm/page_allocator.h"
#include "kernel/vm/page_list.h"
#include "lib/base/address.h"
#include "lib/base/format.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace vm {

class Mapping;

// Bytes [0, size()) in whole pages: anonymous memory that reads as zero until written, or a range
// of physical addresses.
//
// Copy on write: a page may belong to several backings; the allocator counts its shares. A page
// with more than one share is never written. The backing that wants to write makes a copy and gives
// up its share. A lone share cannot become two behind its holder's back, because only a snapshot of
// this backing, under lock_, adds one. So parents and children need no common lock.
//
// Every present page may be in the page tables of mappings_; pages leave them before they leave
// here.
//
// Lifetime: the VMOs that look at it hold references.
// Locking: lock_, inside the address space's lock, outside the page table's and the allocators'.
// Never held while touching user memory.
class Backing final : public base::RefCounted, public base::ListNode<struct AllBackings> {
 public:
  // The largest size.
  static constexpr uint64_t kMaxSize = 0x7fff'ffff'ffff'f000;

  // `size` in bytes, whole pages. Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Backing>> Create(uint64_t size);
  static base::Result<base::RefPtr<Backing>> CreatePhysical(PhysicalRange range,
                                                            arch::MemoryType type);
  // See kernel::Vmo::CreateFromBootImage().
  static base::Result<base::RefPtr<Backing>> CreateFromBootImage(PhysicalRange range);
  ~Backing();

  // A new backing whose bytes are those of [offset, offset + size) now, zero beyond the end. Page
  // aligned. Errors: ZX_ERR_NO_MEMORY, ZX_ERR_NOT_SUPPORTED physical.
  base::Result<base::RefPtr<Backing>> Snapshot(uint64_t offset, uint64_t size) EXCLUDES(lock_);

  // Errors: ZX_ERR_OUT_OF_RANGE, ZX_ERR_NO_MEMORY, ZX_ERR_BAD_STATE not cached.
  base::Result<> Read(std::span<std::byte> to, uint64_t offset) EXCLUDES(lock_);
  base::Result<> Write(std::span<const std::byte> from, uint64_t offset) EXCLUDES(lock_);
  // Read() of one uint32_t or uint64_t, through registers.
  template <class T>
  base::Result<T> ReadWord(uint64_t offset) EXCLUDES(lock_);

  // Errors of the following: ZX_ERR_OUT_OF_RANGE, ZX_ERR_NO_MEMORY, ZX_ERR_NOT_SUPPORTED physical.
  // Whole pages:
  base::Result<> Commit(uint64_t offset, uint64_t size) EXCLUDES(lock_);
  base::Result<> Decommit(uint64_t offset, uint64_t size) EXCLUDES(lock_);
  // Bytes:
  base::Result<> Zero(uint64_t offset, uint64_t size) EXCLUDES(lock_);
  base::Result<> SyncCaches(uint64_t offset, uint64_t size) EXCLUDES(lock_);
  // Whole pages; what is cut off is gone. Also sets the stream size to `stream_size`, which lies in
  // the last page, and clears what follows it.
  base::Result<> Resize(uint64_t size, uint64_t stream_size) EXCLUDES(lock_);
  base::Result<> SetStreamSize(uint64_t size) EXCLUDES(lock_);
  base::Result<> TransferFrom(Backing& source, uint64_t source_offset, uint64_t offset,
                              uint64_t size) EXCLUDES(lock_);

  uint64_t size() const { return size_.load(std::memory_order_relaxed); }
  uint64_t stream_size() const { return stream_size_.load(std::memory_order_relaxed); }
  // For the one who creates the VMO around a new backing; the size only grows.
  void InitSize(uint64_t size) { size_.store(size, std::memory_order_relaxed); }
  void InitStreamSize(uint64_t size) { stream_size_.store(size, std::memory_order_relaxed); }
  bool is_physical() const { return physical_; }
  arch::MemoryType type() const { return type_; }
  uint64_t committed_bytes() const EXCLUDES(lock_);

  kernel::Spinlock& lock() const RETURN_CAPABILITY(lock_) { return lock_; }

  struct Page {
    PhysicalAddress address;
    bool writable = false;  // may be in a page table with write access
  };
  enum class Purpose { kRead, kWrite };
  // The page at `offset` (page aligned, inside), made to exist or to be unshared if it is to be
  // written. An older page at that offset has left all page tables.
  // Errors: ZX_ERR_NO_MEMORY.
  base::Result<Page> GetPageLocked(uint64_t offset, Purpose purpose) REQUIRES(lock_);
  // The page if it is there already; physical backings always have it.
  bool FindPageLocked(uint64_t offset, Page& out) REQUIRES(lock_);

  // Calls visit(offset, size, Page) for what is there in [begin, end), page aligned and inside:
  // single pages of anonymous memory, all of physical memory at once. Goes on while it returns
  // true.
  template <class Visit>
  void ForEachPageLocked(uint64_t begin, uint64_t end, Visit visit) REQUIRES(lock_);

  base::List<Mapping>& mappings() REQUIRES(lock_) { return mappings_; }

  // Every page is counted, allocated and within the size; page tables show these pages only, and
  // shared ones read-only.
  bool Audit(base::FormatSink& sink) EXCLUDES(lock_);
  // The same for all backings, and that each page has exactly the holders its share count says. On
  // an idle machine only.
  static bool AuditAll(base::FormatSink& sink);

 private:
  Backing();

  base::Result<> CheckRange(uint64_t offset, uint64_t size) const;
  bool IsReachable() const;
  base::Result<> ZeroLocked(uint64_t begin, uint64_t end) REQUIRES(lock_);
  base::Result<> ClearPartLocked(uint64_t begin, uint64_t end) REQUIRES(lock_);
  const std::byte* FindBytesLocked(uint64_t offset) REQUIRES(lock_);
  void RemovePagesLocked(uint64_t begin, uint64_t end) REQUIRES(lock_);
  void UnmapLocked(uint64_t begin, uint64_t end) REQUIRES(lock_);
  base::Result<PhysicalAddress> CopyPage(PhysicalAddress page);
  bool CopySharesLocked(uint64_t begin, uint64_t end, PageList& copy, uint64_t& count)
      REQUIRES(lock_);
  void PutBack(PageList& pages, uint64_t first_index) EXCLUDES(lock_);
  bool AuditMappingLocked(Mapping& mapping, base::FormatSink& sink) REQUIRES(lock_);
  bool AcceptPages(PageList& pages, uint64_t begin, uint64_t end) EXCLUDES(lock_);

  // Written by the creator only.
  bool physical_ = false;
  const uint32_t registered_in_;  // a list of BackingRegistry
  PhysicalAddress base_;
  arch::MemoryType type_ = arch::MemoryType::kNormal;

  // Written under lock_.
  std::atomic<uint64_t> size_ = 0;
  std::atomic<uint64_t> stream_size_ = 0;

  mutable kernel::Spinlock lock_{kernel::LockRank::kVmo};
  PageList pages_ GUARDED_BY(lock_);
  uint64_t page_count_ GUARDED_BY(lock_) = 0;
  base::List<Mapping> mappings_ GUARDED_BY(lock_);
  // Some page table may show the zero page in place of an absent page.
  bool zero_page_mapped_ GUARDED_BY(lock_) = false;
};

template <class Visit>
void Backing::ForEachPageLocked(uint64_t begin, uint64_t end, Visit visit) {
  if (begin >= end) return;
  if (physical_) {
    visit(begin, end - begin, Page{base_ + begin, true});
    return;
  }
  pages_.ForEach(begin >> arch::kPageShift, end >> arch::kPageShift,
                 [&](uint64_t index, PageList::Slot& slot) {
                   const bool writable = !PageAllocator::Global().IsShared(slot.page());
                   return visit(index << arch::kPageShift, uint64_t{arch::kPageSize},
                                Page{slot.page(), writable});
                 });
}

}  // namespace vm
