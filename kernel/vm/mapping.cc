// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/mapping.h"

#include <arch/barrier.h>
#include <arch/layout.h>

#include "kernel/sync/assert_held.h"
#include "kernel/vm/address_space.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace vm {
namespace {

using arch::kPageSize;

}  // namespace

Mapping::Mapping(AddressSpace& space, base::RefPtr<kernel::Vmo> vmo, uint64_t offset,
                 VirtualRange range, Permissions permissions)
    : Region(RegionKind::kMapping, range),
      space_(space),
      vmo_(std::move(vmo)),
      offset_(offset),
      permissions_(permissions) {}

Mapping::~Mapping() = default;

void Mapping::Attach() {
  SpinlockGuard guard(backing().lock());
  backing().mappings().PushBack(*this);
}

void Mapping::Detach() {
  SpinlockGuard guard(backing().lock());
  UnmapFromTable(offset_, offset_ + size_);
  base::List<Mapping>::Remove(*this);
}

uint64_t Mapping::FaultLimit() const {
  const uint64_t end = vmo_->EndInBackingLocked();
  if (!permissions_.fault_beyond_stream_size) return end;
  const uint64_t stream_end = vmo_->StreamEndInBackingLocked();
  return stream_end < end ? stream_end : end;
}

VirtualRange Mapping::AddressesOf(uint64_t begin, uint64_t end) const {
  const uint64_t own_end = offset_ + size_;
  const uint64_t from = begin > offset_ ? begin : offset_;
  const uint64_t to = end < own_end ? end : own_end;
  if (from >= to) return {};
  return {base_ + (from - offset_), to - from};
}

arch::Access Mapping::AccessFor(const Backing::Page& page) const {
  return {.read = (permissions_.now & ZX_VM_PERM_READ) != 0,
          .write = (permissions_.now & ZX_VM_PERM_WRITE) != 0 && page.writable,
          .execute = (permissions_.now & ZX_VM_PERM_EXECUTE) != 0,
          .user = true,
          .type = backing().type()};
}

zx_status_t Mapping::HandleFault(const kernel::PageFault& fault) {
  const zx_vm_option_t needed = fault.write     ? ZX_VM_PERM_WRITE
                                : fault.execute ? ZX_VM_PERM_EXECUTE
                                                : ZX_VM_PERM_READ;
  if (!(permissions_.now & needed)) return ZX_ERR_ACCESS_DENIED;
  const VirtualAddress where{base::AlignDown(fault.address.value, uint64_t{kPageSize})};
  const uint64_t offset = offset_ + (where - base_);
  SpinlockGuard guard(backing().lock());
  if (offset >= FaultLimit()) return ZX_ERR_OUT_OF_RANGE;
  const auto page = backing().GetPageLocked(
      offset, fault.write ? Backing::Purpose::kWrite : Backing::Purpose::kRead);
  if (!page) return page.error();
  return ToStatus(MapPages({where, kPageSize}, *page));
}

// Shows neighbouring physical pages, of which `first` is the first, at `where`.
base::Result<> Mapping::MapPages(VirtualRange where, const Backing::Page& first) {
  const arch::Access access = AccessFor(first);
  // What was written through other addresses must be visible to instruction fetch.
  if (access.execute && backing().type() == arch::MemoryType::kNormal && !backing().is_physical()) {
    arch::CleanDataToUnification(arch::PhysmapAddress(first.address), where.size);
    arch::InvalidateInstructions(arch::PhysmapAddress(first.address), where.size);
  }
  SpinlockGuard guard(space_.table_lock_);
  if (const auto old = space_.table_.Query(where.base)) [[unlikely]] {
    // Another CPU was faster, or the page may be written from now on.
    if (old->address == first.address) {
      if (old->access != access) space_.table_.Protect(where, access);
      return {};
    }
    space_.table_.Unmap(where);
  }
  return space_.table_.Map(where, first.address, access);
}

void Mapping::Populate() {
  SpinlockGuard guard(backing().lock());
  const uint64_t limit = FaultLimit();
  const uint64_t end = offset_ + size_ < limit ? offset_ + size_ : limit;
  // Neighbours become one call.
  VirtualRange run;
  Backing::Page run_page;
  // A failure only means faults later.
  backing().ForEachPageLocked(
      offset_, end, [&](uint64_t offset, uint64_t size, const Backing::Page& page) {
        kernel::AssertHeld(backing().lock());
        const VirtualAddress where = base_ + (offset - offset_);
        if (!run.empty() && where == run.end() && page.address == run_page.address + run.size &&
            page.writable == run_page.writable) {
          run.size += size;
          return true;
        }
        if (!run.empty() && !MapPages(run, run_page)) {
          run.size = 0;
          return false;
        }
        run = {where, size};
        run_page = page;
        return true;
      });
  if (!run.empty()) (void)MapPages(run, run_page);
}

void Mapping::UnmapFromTable(uint64_t begin, uint64_t end) {
  const VirtualRange range = AddressesOf(begin, end);
  if (range.empty()) return;
  SpinlockGuard guard(space_.table_lock_);
  space_.table_.Unmap(range);
}

void Mapping::WriteProtectTable(uint64_t begin, uint64_t end) {
  const VirtualRange range = AddressesOf(begin, end);
  if (range.empty() || !(permissions_.now & ZX_VM_PERM_WRITE)) return;
  const arch::Access access = AccessFor({.address = {}, .writable = false});
  SpinlockGuard guard(space_.table_lock_);
  space_.table_.Protect(range, access);
}

void Mapping::SplitInto(Mapping& rest, uint64_t size) {
  ASSERT(size > 0 && size < size_ && rest.vmo_ == vmo_);
  SpinlockGuard guard(backing().lock());
  rest.base_ = base_ + size;
  rest.size_ = size_ - size;
  rest.offset_ = offset_ + size;
  rest.permissions_ = permissions_;
  size_ = size;
  backing().mappings().PushBack(rest);
}

void Mapping::Shrink(End end, uint64_t bytes) {
  ASSERT(bytes < size_);
  SpinlockGuard guard(backing().lock());
  if (end == End::kFront) {
    UnmapFromTable(offset_, offset_ + bytes);
    base_ += bytes;
    offset_ += bytes;
  } else {
    UnmapFromTable(offset_ + size_ - bytes, offset_ + size_);
  }
  size_ -= bytes;
}

void Mapping::SetPermissions(zx_vm_option_t now) {
  SpinlockGuard guard(backing().lock());
  if (now == permissions_.now) return;
  const zx_vm_option_t gained = now & ~permissions_.now;
  permissions_.now = now;
  const VirtualRange range{base_, size_};
  SpinlockGuard table_guard(space_.table_lock_);
  if (now == 0 || (gained & ZX_VM_PERM_EXECUTE) != 0) {
    // New code is made fetchable page by page, in faults.
    space_.table_.Unmap(range);
  } else {
    // Pages may be shared, so writing starts with a fault.
    space_.table_.Protect(range, AccessFor({.address = {}, .writable = false}));
  }
}

}  // namespace vm
