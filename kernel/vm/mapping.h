// SPDX-License-Identifier: BSD-2-Clause
// A range of addresses at which a memory object is visible.
#pragma once

#include <arch/page_table.h>
#include <zircon/types.h>

#include <cstdint>

#include "kernel/upcalls.h"
#include "kernel/vm/backing.h"
#include "kernel/vm/region.h"
#include "kernel/vm/vmo.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace vm {

class AddressSpace;

// Lifetime: belongs to the region around it.
// Locking: range, offset and permissions are written under the address space's lock and the
// backing's lock, and read under either: faults come from the address space, evictions from the
// memory object.
class Mapping final : public Region, public base::ListNode<> {
 public:
  struct Permissions {
    zx_vm_option_t now = 0;      // ZX_VM_PERM_*
    zx_vm_option_t allowed = 0;  // what Protect() may set
    bool fault_beyond_stream_size = false;
  };

  // `offset` is in the VMO's backing.
  Mapping(AddressSpace& space, base::RefPtr<kernel::Vmo> vmo, uint64_t offset, VirtualRange range,
          Permissions permissions);
  ~Mapping();

  // Joins the backing's mappings; leaves them after taking every page out of the page table.
  void Attach();
  void Detach();

  // See AddressSpace::HandleFault(). `address` lies inside.
  zx_status_t HandleFault(const kernel::PageFault& fault);
  // Maps what is there already. Stops at the first page for which there is no memory.
  void Populate();

  // Takes the pages of the backing's range [begin, end) out of the page table, or makes them
  // read-only.
  void UnmapFromTable(uint64_t begin, uint64_t end) REQUIRES(backing().lock());
  void WriteProtectTable(uint64_t begin, uint64_t end) REQUIRES(backing().lock());

  // Splits at `size` bytes; `rest` is a fresh mapping that becomes the upper part (not in any tree
  // yet).
  void SplitInto(Mapping& rest, uint64_t size);
  // Takes bytes off an end; their pages leave the page table. The caller reorders the tree for
  // kFront.
  enum class End { kFront, kBack };
  void Shrink(End end, uint64_t bytes);
  void SetPermissions(zx_vm_option_t now);

  const Permissions& permissions() const { return permissions_; }
  Backing& backing() const { return vmo_->backing(); }
  kernel::Vmo& vmo() const { return *vmo_; }
  const base::RefPtr<kernel::Vmo>& vmo_ref() const { return vmo_; }
  uint64_t offset() const { return offset_; }
  AddressSpace& space() const { return space_; }

 private:
  // Which pages of the backing may be seen through here end at this offset.
  uint64_t FaultLimit() const REQUIRES(backing().lock());
  // The addresses of the backing's range, cut to this mapping.
  VirtualRange AddressesOf(uint64_t begin, uint64_t end) const;
  arch::Access AccessFor(const Backing::Page& page) const;
  base::Result<> MapPages(VirtualRange where, const Backing::Page& first)
      REQUIRES(backing().lock());

  AddressSpace& space_;
  const base::RefPtr<kernel::Vmo> vmo_;
  uint64_t offset_;
  Permissions permissions_;
};

}  // namespace vm
