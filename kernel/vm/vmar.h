// SPDX-License-Identifier: BSD-2-Clause
// Address regions: what zx_vmar_* calls work on.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/object/object.h"
#include "kernel/vm/region.h"
#include "kernel/vm/vmo.h"
#include "lib/base/address.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"
#include "lib/base/tree.h"

namespace vm {
class AddressSpace;
class Mapping;
struct Doomed;
}  // namespace vm

namespace kernel {

// The ZX_VM_PERM_* bits an option word asks for on this processor, which cannot execute without
// reading.
constexpr zx_vm_option_t EffectivePermissions(zx_vm_option_t options) {
  zx_vm_option_t permissions = options & (ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE);
  if (options & ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED) permissions |= ZX_VM_PERM_READ;
  return permissions;
}

// A part of an address space in which mappings and smaller regions lie, without overlap.
//
// Lifetime: the parent region holds a reference until the region is destroyed, handles hold others.
// A destroyed region stays as an empty object that answers ZX_ERR_BAD_STATE. Locking: the address
// space's lock guards everything but the constants.
class Vmar final : public Object, public vm::Region {
 public:
  static constexpr ObjectType kType = ObjectType::kVmar;
  // Without READ, WRITE, EXECUTE, which follow from the ZX_VM_CAN_MAP_* options.
  static constexpr zx_rights_t kDefaultRights =
      (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHT_OP_CHILDREN;
  // The rights of a handle to a region made with these options.
  static constexpr zx_rights_t RightsFor(zx_vm_option_t options);

  ~Vmar() override;

  // A region inside this one. `options`: ZX_VM_CAN_MAP_*, SPECIFIC, OFFSET_IS_UPPER_LIMIT, COMPACT,
  // ALIGN. Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_ACCESS_DENIED, ZX_ERR_NO_RESOURCES,
  // ZX_ERR_ALREADY_EXISTS, ZX_ERR_BAD_STATE, ZX_ERR_NO_MEMORY.
  base::Result<base::RefPtr<Vmar>> Allocate(zx_vm_option_t options, uint64_t offset, uint64_t size);

  struct MapRequest {
    base::RefPtr<Vmo> vmo = {};
    uint64_t vmo_offset = 0;
    uint64_t length = 0;       // rounded up to pages
    uint64_t vmar_offset = 0;  // with SPECIFIC, SPECIFIC_OVERWRITE or OFFSET_IS_UPPER_LIMIT
    zx_vm_option_t options = 0;
    // ZX_VM_PERM_* that a later Protect() may ask for: what the VMO handle allows.
    zx_vm_option_t allowed = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE;
  };
  // Errors: as zx_vmar_map(), without the checks of handle rights and job policy.
  base::Result<VirtualAddress> Map(MapRequest request);

  // ZX_VM_PERM_* for all pages of the range, which is inside one or several mappings.
  // Errors: as zx_vmar_protect().
  base::Result<> Protect(zx_vm_option_t options, VirtualRange range);

  // Whether an unmap may take whole child regions with it.
  enum class Children : bool { kKeep, kDestroy };
  // Errors: as zx_vmar_unmap(); ZX_ERR_ACCESS_DENIED when a child is in the range and `children` is
  // kKeep.
  base::Result<> Unmap(VirtualRange range, Children children = Children::kDestroy);

  // Unmaps everything. Errors: ZX_ERR_BAD_STATE, ZX_ERR_NOT_SUPPORTED the root,
  // ZX_ERR_ACCESS_DENIED vDSO code.
  base::Result<> Destroy();

  // ZX_INFO_VMAR. The range of a destroyed region is what it was.
  VirtualRange range() const { return {base_, size_}; }

 private:
  friend class vm::AddressSpace;
  // Where something shall go: at an address, or anywhere that ends at or before a limit.
  struct Placement {
    uint64_t size = 0;
    uint64_t alignment = 0;
    bool specific = false;
    VirtualAddress at;
    VirtualAddress limit;

    VirtualRange range() const { return {at, size}; }
  };

  Vmar(base::RefPtr<vm::AddressSpace> space, VirtualRange range, zx_vm_option_t can_map);

  base::Result<Placement> CheckPlacement(zx_vm_option_t options, uint64_t offset,
                                         uint64_t size) const;
  base::Result<> CheckMapOptions(const MapRequest& request, zx_vm_option_t permissions) const;
  base::Result<> CheckMapSize(const MapRequest& request) const;

  // With the address space's lock:
  base::Result<> CheckVdsoLocked(const MapRequest& request) const;
  base::Result<> CheckProtectLocked(zx_vm_option_t permissions, VirtualRange range) const;
  base::Result<> ProtectLocked(zx_vm_option_t permissions, VirtualRange range);
  base::Result<VirtualAddress> PlaceLocked(const Placement& placement);
  std::optional<VirtualAddress> GuessLocked(const Placement& placement);
  base::Result<VirtualAddress> SearchLocked(const Placement& placement) const;
  bool IsFreeLocked(VirtualRange range) const;
  vm::Region* FirstTouchingLocked(VirtualRange range) const;
  void InsertLocked(vm::Region& region);
  base::Result<> ClearForOverwriteLocked(VirtualRange range, vm::Doomed& doomed);
  base::Result<> RemoveLocked(VirtualRange range, vm::Doomed& doomed);
  void TrimLocked(vm::Mapping& mapping, VirtualRange range);
  void RemoveMappingLocked(vm::Mapping& mapping, vm::Doomed& doomed);
  base::Result<> SplitLocked(vm::Mapping& mapping, uint64_t size);
  void TearDownLocked(vm::Doomed& doomed);

  const base::RefPtr<vm::AddressSpace> space_;
  // ZX_VM_CAN_MAP_* that mappings and children in here may use.
  const zx_vm_option_t can_map_;

  // Guarded by the address space's lock.
  base::Tree<vm::Region> children_;
  bool alive_ = true;
  // Where the last allocation without an address went; the next ones are spread around it, so that
  // they share page tables.
  VirtualAddress neighbourhood_;
};

constexpr zx_rights_t Vmar::RightsFor(zx_vm_option_t options) {
  zx_rights_t rights = kDefaultRights;
  if (options & ZX_VM_CAN_MAP_READ) rights |= ZX_RIGHT_READ;
  if (options & ZX_VM_CAN_MAP_WRITE) rights |= ZX_RIGHT_WRITE;
  if (options & ZX_VM_CAN_MAP_EXECUTE) rights |= ZX_RIGHT_EXECUTE;
  return rights;
}

}  // namespace kernel
