// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/backing.h"

#include <arch/barrier.h>
#include <arch/cpu.h>
#include <arch/layout.h>

#include <new>

#include "kernel/sync/assert_held.h"
#include "kernel/vm/backing_registry.h"
#include "kernel/vm/mapping.h"
#include "kernel/vm/page_allocator.h"
#include "kernel/vm/zero_page.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace vm {
namespace {

using arch::kPageShift;
using arch::kPageSize;

// Long operations let interrupts in after this many pages.
constexpr uint64_t kPagesPerTurn = 128;

constexpr uint64_t PageUp(uint64_t offset) { return base::AlignUp(offset, uint64_t{kPageSize}); }
constexpr uint64_t PageDown(uint64_t offset) {
  return base::AlignDown(offset, uint64_t{kPageSize});
}

PageAllocator& Pages() { return PageAllocator::Global(); }

// Calls piece(offset of the page, offset in the page, size) for each page that [offset, offset +
// size) touches.
template <class Piece>
base::Result<> ForEachPiece(uint64_t offset, uint64_t size, Piece piece) {
  while (size > 0) {
    const uint64_t in_page = offset % kPageSize;
    const uint64_t length = size < kPageSize - in_page ? size : kPageSize - in_page;
    TRY(piece(offset - in_page, in_page, length));
    offset += length;
    size -= length;
  }
  return {};
}

}  // namespace

Backing::Backing() : registered_in_(registry.Add(*this)) {}

base::Result<base::RefPtr<Backing>> Backing::Create(uint64_t size) {
  auto backing = base::RefPtr<Backing>::Adopt(new (std::nothrow) Backing);
  if (!backing) return base::Error(ZX_ERR_NO_MEMORY);
  backing->size_.store(size, std::memory_order_relaxed);
  return backing;
}

base::Result<base::RefPtr<Backing>> Backing::CreatePhysical(PhysicalRange range,
                                                            arch::MemoryType type) {
  auto backing = TRY(Create(range.size));
  backing->physical_ = true;
  backing->base_ = range.base;
  backing->type_ = type;
  return backing;
}

base::Result<base::RefPtr<Backing>> Backing::CreateFromBootImage(PhysicalRange range) {
  auto backing = TRY(Create(range.size));
  SpinlockGuard guard(backing->lock_);
  PageList& pages = backing->pages_;
  const uint64_t count = range.size >> kPageShift;
  for (uint64_t index = 0; index < count; ++index) {
    PageList::Slot* slot = pages.FindOrCreate(index);
    if (!slot) {
      // The pages are not ours yet: nothing to release.
      pages.RemoveRange(0, count, [](PhysicalAddress) {});
      return base::Error(ZX_ERR_NO_MEMORY);
    }
    slot->Set(range.base + (index << kPageShift));
  }
  backing->page_count_ = count;
  Pages().Adopt(range);
  return backing;
}

Backing::~Backing() {
  registry.Remove(*this, registered_in_);
  SpinlockGuard guard(lock_);
  ASSERT(mappings_.empty());
  if (page_count_ == 0) return;
  pages_.RemoveRange(0, UINT64_MAX, [](PhysicalAddress page) { Pages().DropShare(page); });
}

base::Result<> Backing::CheckRange(uint64_t offset, uint64_t size) const {
  const uint64_t limit = this->size();
  if (offset > limit || size > limit - offset) return base::Error(ZX_ERR_OUT_OF_RANGE);
  return {};
}

// Whether the kernel can reach the bytes through the physmap with the attributes programs use.
bool Backing::IsReachable() const {
  return type_ == arch::MemoryType::kNormal && (!physical_ || Pages().Owns(base_));
}

// Where the bytes of a page are; nullptr if they are zero and nowhere.
const std::byte* Backing::FindBytesLocked(uint64_t offset) {
  if (physical_) return arch::PhysmapAddress(base_ + offset);
  const PageList::Slot* slot = pages_.Find(offset >> kPageShift);
  return slot && slot->present() ? arch::PhysmapAddress(slot->page()) : nullptr;
}

bool Backing::FindPageLocked(uint64_t offset, Page& out) {
  if (physical_) {
    out = {base_ + offset, true};
    return true;
  }
  PageList::Slot* slot = pages_.Find(offset >> kPageShift);
  if (!slot || !slot->present()) return false;
  out = {slot->page(), !Pages().IsShared(slot->page())};
  return true;
}

base::Result<Backing::Page> Backing::GetPageLocked(uint64_t offset, Purpose purpose) {
  if (physical_) return Page{base_ + offset, true};
  const uint64_t index = offset >> kPageShift;
  PageList::Slot* slot = pages_.Find(index);
  if (slot && slot->present()) {
    const PhysicalAddress page = slot->page();
    const bool shared = Pages().IsShared(page);
    if (!shared || purpose == Purpose::kRead) return Page{page, !shared};
    const PhysicalAddress copy = TRY(CopyPage(page));
    UnmapLocked(offset, offset + kPageSize);
    slot->Set(copy);
    Pages().DropShare(page);
    return Page{copy, true};
  }
  if (purpose == Purpose::kRead) {
    zero_page_mapped_ = true;
    return Page{ZeroPage(), false};
  }
  if (!slot) slot = pages_.FindOrCreate(index);
  if (!slot) return base::Error(ZX_ERR_NO_MEMORY);
  const PhysicalAddress page = TRY(Pages().AllocatePage(Fill::kZero, PageUse::kVmo));
  if (zero_page_mapped_) UnmapLocked(offset, offset + kPageSize);
  slot->Set(page);
  ++page_count_;
  return Page{page, true};
}

base::Result<PhysicalAddress> Backing::CopyPage(PhysicalAddress page) {
  const PhysicalAddress copy = TRY(Pages().AllocatePage(Fill::kKeep, PageUse::kVmo));
  __builtin_memcpy(arch::PhysmapAddress(copy), arch::PhysmapAddress(page), kPageSize);
  return copy;
}

void Backing::UnmapLocked(uint64_t begin, uint64_t end) {
  for (Mapping& mapping : mappings_) {
    kernel::AssertHeld(mapping.backing().lock_);
    mapping.UnmapFromTable(begin, end);
  }
}

void Backing::RemovePagesLocked(uint64_t begin, uint64_t end) {
  UnmapLocked(begin, end);
  pages_.RemoveRange(begin >> kPageShift, end >> kPageShift, [&](PhysicalAddress page) {
    kernel::AssertHeld(lock_);
    Pages().DropShare(page);
    --page_count_;
  });
}

base::Result<> Backing::Read(std::span<std::byte> to, uint64_t offset) {
  if (!IsReachable()) return base::Error(ZX_ERR_BAD_STATE);
  std::byte* out = to.data();
  SpinlockGuard guard(lock_);
  TRY(CheckRange(offset, to.size()));
  return ForEachPiece(offset, to.size(),
                      [&](uint64_t at, uint64_t in_page, uint64_t length) -> base::Result<> {
                        kernel::AssertHeld(lock_);
                        if (const std::byte* bytes = FindBytesLocked(at)) {
                          __builtin_memcpy(out, bytes + in_page, length);
                        } else {
                          __builtin_memset(out, 0, length);
                        }
                        out += length;
                        return {};
                      });
}

namespace {

// Across a page boundary, or from memory that is not the kernel's own.
template <class T>
[[gnu::cold, gnu::noinline]] base::Result<T> ReadWordInPieces(Backing& backing, uint64_t offset) {
  T value = 0;
  TRY(backing.Read(std::as_writable_bytes(std::span(&value, 1)), offset));
  return value;
}

}  // namespace

template <class T>
base::Result<T> Backing::ReadWord(uint64_t offset) {
  const uint64_t in_page = offset % kPageSize;
  if (physical_ || in_page > kPageSize - sizeof(T)) [[unlikely]] return ReadWordInPieces<T>(*this, offset);
  SpinlockGuard guard(lock_);
  TRY(CheckRange(offset, sizeof(T)));
  const std::byte* bytes = FindBytesLocked(offset - in_page);
  if (bytes == nullptr) return T{0};
  T value;
  __builtin_memcpy(&value, bytes + in_page, sizeof(value));
  return value;
}

template base::Result<uint32_t> Backing::ReadWord<uint32_t>(uint64_t offset);
template base::Result<uint64_t> Backing::ReadWord<uint64_t>(uint64_t offset);

base::Result<> Backing::Write(std::span<const std::byte> from, uint64_t offset) {
  if (!IsReachable()) return base::Error(ZX_ERR_BAD_STATE);
  const std::byte* in = from.data();
  SpinlockGuard guard(lock_);
  TRY(CheckRange(offset, from.size()));
  return ForEachPiece(offset, from.size(),
                      [&](uint64_t at, uint64_t in_page, uint64_t length) -> base::Result<> {
                        kernel::AssertHeld(lock_);
                        const Page page = TRY(GetPageLocked(at, Purpose::kWrite));
                        __builtin_memcpy(arch::PhysmapAddress(page.address) + in_page, in, length);
                        in += length;
                        return {};
                      });
}

base::Result<> Backing::Commit(uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  if (physical_) return {};
  const uint64_t end = offset + size;
  while (offset < end) {
    {
      SpinlockGuard guard(lock_);
      // The size may have changed while interrupts were let in.
      TRY(CheckRange(offset, end - offset));
      for (uint64_t turn = 0; turn < kPagesPerTurn && offset < end; ++turn, offset += kPageSize) {
        TRY(GetPageLocked(offset, Purpose::kWrite));
      }
    }
    arch::ServiceInterrupts();
  }
  return {};
}

base::Result<> Backing::Decommit(uint64_t offset, uint64_t size) {
  if (physical_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  SpinlockGuard guard(lock_);
  TRY(CheckRange(offset, size));
  RemovePagesLocked(offset, offset + size);
  return {};
}

// Clears bytes within one page.
base::Result<> Backing::ClearPartLocked(uint64_t begin, uint64_t end) {
  Page page;
  if (begin >= end || !FindPageLocked(PageDown(begin), page)) return {};
  page = TRY(GetPageLocked(PageDown(begin), Purpose::kWrite));
  __builtin_memset(arch::PhysmapAddress(page.address) + begin % kPageSize, 0, end - begin);
  return {};
}

base::Result<> Backing::ZeroLocked(uint64_t begin, uint64_t end) {
  const uint64_t first_whole = PageUp(begin);
  const uint64_t last_whole = PageDown(end);
  if (first_whole > last_whole) return ClearPartLocked(begin, end);
  TRY(ClearPartLocked(begin, first_whole));
  TRY(ClearPartLocked(last_whole, end));
  RemovePagesLocked(first_whole, last_whole);
  return {};
}

base::Result<> Backing::Zero(uint64_t offset, uint64_t size) {
  if (physical_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  SpinlockGuard guard(lock_);
  TRY(CheckRange(offset, size));
  return ZeroLocked(offset, offset + size);
}

base::Result<> Backing::SyncCaches(uint64_t offset, uint64_t size) {
  SpinlockGuard guard(lock_);
  TRY(CheckRange(offset, size));
  if (!IsReachable()) return {};
  ForEachPageLocked(PageDown(offset), PageUp(offset + size),
                    [](uint64_t, uint64_t bytes, Page page) {
                      arch::CleanDataToUnification(arch::PhysmapAddress(page.address), bytes);
                      return true;
                    });
  arch::InvalidateInstructions(nullptr, size);
  return {};
}

base::Result<> Backing::Resize(uint64_t size, uint64_t stream_size) {
  if (physical_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  SpinlockGuard guard(lock_);
  const uint64_t old_size = this->size();
  // First what can fail: the rest of the last page that stays.
  if (stream_size < old_size && !base::IsAligned(stream_size, uint64_t{kPageSize})) {
    TRY(ClearPartLocked(stream_size, PageUp(stream_size)));
  }
  if (size < old_size) RemovePagesLocked(size, old_size);
  // Pages past a smaller stream may have to fault again.
  const uint64_t old_stream = this->stream_size();
  if (stream_size < old_stream) UnmapLocked(PageUp(stream_size), PageUp(old_stream));
  size_.store(size, std::memory_order_relaxed);
  stream_size_.store(stream_size, std::memory_order_relaxed);
  return {};
}

base::Result<> Backing::SetStreamSize(uint64_t size) {
  if (physical_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  SpinlockGuard guard(lock_);
  TRY(CheckRange(size, 0));
  const uint64_t old = stream_size();
  if (size < old) {
    TRY(ZeroLocked(size, old));
    UnmapLocked(PageUp(size), PageUp(old));
  }
  stream_size_.store(size, std::memory_order_relaxed);
  return {};
}

// Adds our pages of [begin, end) to `copy`, numbered from 0, with a share each.
bool Backing::CopySharesLocked(uint64_t begin, uint64_t end, PageList& copy, uint64_t& count) {
  const uint64_t first = begin >> kPageShift;
  bool enough = true;
  pages_.ForEach(first, end >> kPageShift, [&](uint64_t index, PageList::Slot& slot) {
    PageList::Slot* target = copy.FindOrCreate(index - first);
    if (!target) {
      enough = false;
      return false;
    }
    Pages().AddShare(slot.page());
    target->Set(slot.page());
    ++count;
    return true;
  });
  return enough;
}

base::Result<base::RefPtr<Backing>> Backing::Snapshot(uint64_t offset, uint64_t size) {
  if (physical_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  auto child = TRY(Create(size));
  // Nobody else knows the child: its lock is free, and is not held together with ours.
  PageList copy;
  uint64_t count = 0;
  bool enough;
  {
    SpinlockGuard guard(lock_);
    const uint64_t limit = this->size();
    const uint64_t begin = offset < limit ? offset : limit;
    const uint64_t end = size < limit - begin ? begin + size : limit;
    enough = CopySharesLocked(begin, end, copy, count);
    if (enough && count > 0) {
      for (Mapping& mapping : mappings_) {
        kernel::AssertHeld(mapping.backing().lock_);
        mapping.WriteProtectTable(begin, end);
      }
    }
  }
  SpinlockGuard guard(child->lock_);
  child->pages_ = std::move(copy);
  child->page_count_ = count;
  // The child's destructor gives back what it got.
  if (!enough) {
    return base::Error(ZX_ERR_NO_MEMORY);
  }
  return child;
}

// Puts pages that found no place elsewhere back where they came from, as far as that still exists.
void Backing::PutBack(PageList& pages, uint64_t first_index) {
  SpinlockGuard guard(lock_);
  pages.ForEach(0, UINT64_MAX, [&](uint64_t index, PageList::Slot& slot) {
    kernel::AssertHeld(lock_);
    const uint64_t home = first_index + index;
    PageList::Slot* target = home < size() >> kPageShift ? pages_.FindOrCreate(home) : nullptr;
    if (target && !target->present()) {
      UnmapLocked(home << kPageShift, (home + 1) << kPageShift);
      target->Set(slot.page());
      ++page_count_;
    } else {
      Pages().DropShare(slot.page());
    }
    slot.Clear();
    return true;
  });
}

// Takes `pages`, numbered from 0, instead of what is in [begin, end); false if there is no memory
// or the range is not inside any more.
bool Backing::AcceptPages(PageList& pages, uint64_t begin, uint64_t end) {
  SpinlockGuard guard(lock_);
  if (!CheckRange(begin, end - begin)) return false;
  const uint64_t first = begin >> kPageShift;
  bool enough = true;
  pages.ForEach(0, UINT64_MAX, [&](uint64_t index, PageList::Slot&) {
    kernel::AssertHeld(lock_);
    enough = pages_.FindOrCreate(first + index) != nullptr;
    return enough;
  });
  if (!enough) {
    pages_.Prune(first, end >> kPageShift);
    return false;
  }
  UnmapLocked(begin, end);
  pages_.ForEach(first, end >> kPageShift, [&](uint64_t, PageList::Slot& slot) {
    kernel::AssertHeld(lock_);
    Pages().DropShare(slot.page());
    slot.Clear();
    --page_count_;
    return true;
  });
  pages.ForEach(0, UINT64_MAX, [&](uint64_t index, PageList::Slot& slot) {
    kernel::AssertHeld(lock_);
    pages_.Find(first + index)->Set(slot.page());
    slot.Clear();
    ++page_count_;
    return true;
  });
  pages_.Prune(first, end >> kPageShift);
  return true;
}

base::Result<> Backing::TransferFrom(Backing& source, uint64_t source_offset, uint64_t offset,
                                     uint64_t size) {
  if (physical_ || source.physical_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(CheckRange(offset, size));
  PageList moving;
  uint64_t count = 0;
  {
    SpinlockGuard guard(source.lock_);
    TRY(source.CheckRange(source_offset, size));
    // The shares taken here and those given up by the removal cancel each other.
    const bool enough = source.CopySharesLocked(source_offset, source_offset + size, moving, count);
    if (enough) {
      source.RemovePagesLocked(source_offset, source_offset + size);
    } else {
      moving.RemoveRange(0, UINT64_MAX, [](PhysicalAddress page) { Pages().DropShare(page); });
      return base::Error(ZX_ERR_NO_MEMORY);
    }
  }
  if (!AcceptPages(moving, offset, offset + size)) {
    source.PutBack(moving, source_offset >> kPageShift);
    TRY(CheckRange(offset, size));
    return base::Error(ZX_ERR_NO_MEMORY);
  }
  return {};
}

uint64_t Backing::committed_bytes() const {
  SpinlockGuard guard(lock_);
  return page_count_ << kPageShift;
}

}  // namespace vm
