// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/vmar.h"

#include <arch/layout.h>

#include <memory>
#include <new>

#include "kernel/random.h"
#include "kernel/sync/assert_held.h"
#include "kernel/vm/address_space.h"
#include "kernel/vm/mapping.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace vm {

Doomed::~Doomed() {
  while (first) {
    Region* region = first;
    first = region->next_doomed_;
    if (region->is_mapping()) {
      delete static_cast<Mapping*>(region);
    } else {
      // The reference its parent held.
      base::RefPtr<kernel::Vmar>::Adopt(static_cast<kernel::Vmar*>(region)).reset();
    }
  }
}

}  // namespace vm

namespace kernel {
namespace {

using arch::kPageSize;
using vm::AddressSpace;
using vm::Mapping;
using vm::Region;

constexpr zx_vm_option_t kPermissions = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE;
constexpr zx_vm_option_t kCanMap =
    ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
constexpr zx_vm_option_t kAlign = zx_vm_option_t{0xff} << ZX_VM_ALIGN_BASE;

bool IsPageAligned(uint64_t value) { return base::IsAligned(value, uint64_t{kPageSize}); }

// Permissions a mapping may have in a region with these ZX_VM_CAN_MAP_* options.
zx_vm_option_t PermissionsFor(zx_vm_option_t can_map) {
  zx_vm_option_t permissions = 0;
  if (can_map & ZX_VM_CAN_MAP_READ) permissions |= ZX_VM_PERM_READ;
  if (can_map & ZX_VM_CAN_MAP_WRITE) permissions |= ZX_VM_PERM_WRITE;
  if (can_map & ZX_VM_CAN_MAP_EXECUTE) permissions |= ZX_VM_PERM_EXECUTE;
  return permissions;
}

Vmar& AsVmar(Region& region) { return static_cast<Vmar&>(region); }
Mapping& AsMapping(Region& region) { return static_cast<Mapping&>(region); }

}  // namespace

Vmar::Vmar(base::RefPtr<AddressSpace> space, VirtualRange range, zx_vm_option_t can_map)
    : Object(ObjectType::kVmar),
      Region(RegionKind::kVmar, range),
      space_(std::move(space)),
      can_map_(can_map),
      children_(static_cast<uint32_t>(DrawRandom64())) {}

Vmar::~Vmar() = default;

base::Result<base::RefPtr<Vmar>> Vmar::Allocate(zx_vm_option_t options, uint64_t offset,
                                                uint64_t size) {
  constexpr zx_vm_option_t kAllowed =
      kCanMap | ZX_VM_SPECIFIC | ZX_VM_OFFSET_IS_UPPER_LIMIT | ZX_VM_COMPACT | kAlign;
  if ((options & ~kAllowed) != 0 || size == 0 || !IsPageAligned(size))
    return base::Error(ZX_ERR_INVALID_ARGS);
  const Placement placement = TRY(CheckPlacement(options, offset, size));
  // A range of its own is found under the lock.
  auto child =
      base::RefPtr<Vmar>::Adopt(new (std::nothrow) Vmar(space_, {{}, size}, options & kCanMap));
  if (!child) return base::Error(ZX_ERR_NO_MEMORY);

  SpinlockGuard guard(space_->lock());
  if (!alive_) return base::Error(ZX_ERR_BAD_STATE);
  const bool specific = (options & (ZX_VM_SPECIFIC | ZX_VM_OFFSET_IS_UPPER_LIMIT)) != 0;
  if ((options & kCanMap & ~can_map_) != 0 || (specific && !(can_map_ & ZX_VM_CAN_MAP_SPECIFIC))) {
    return base::Error(ZX_ERR_ACCESS_DENIED);
  }
  child->base_ = TRY(PlaceLocked(placement));
  InsertLocked(*base::RefPtr<Vmar>(child).Leak());
  return child;
}

void Vmar::InsertLocked(Region& region) {
  region.parent_ = this;
  children_.Insert(region);
}

base::Result<VirtualAddress> Vmar::Map(MapRequest request) {
  const zx_vm_option_t permissions = EffectivePermissions(request.options);
  TRY(CheckMapOptions(request, permissions));
  request.length = base::AlignUp(request.length, uint64_t{kPageSize});
  const Placement placement =
      TRY(CheckPlacement(request.options, request.vmar_offset, request.length));
  TRY(CheckMapSize(request));

  Mapping::Permissions allowed{
      .now = permissions,
      .allowed = request.allowed & PermissionsFor(can_map_),
      .fault_beyond_stream_size = (request.options & ZX_VM_FAULT_BEYOND_STREAM_SIZE) != 0};
  const bool vdso_code = request.vmo->is_vdso() && (permissions & ZX_VM_PERM_EXECUTE) != 0;
  if (request.vmo->is_vdso() && !vdso_code) allowed.allowed &= ~ZX_VM_PERM_EXECUTE;
  if (permissions & ~allowed.allowed) return base::Error(ZX_ERR_ACCESS_DENIED);
  const uint64_t backing_offset = request.vmo->backing_offset() + request.vmo_offset;
  std::unique_ptr<Mapping> mapping(new (std::nothrow) Mapping(*space_, request.vmo, backing_offset,
                                                              {{}, request.length}, allowed));
  if (!mapping) return base::Error(ZX_ERR_NO_MEMORY);

  vm::Doomed doomed;
  SpinlockGuard guard(space_->lock());
  if (!alive_) return base::Error(ZX_ERR_BAD_STATE);
  const bool specific = (request.options & (ZX_VM_SPECIFIC | ZX_VM_SPECIFIC_OVERWRITE |
                                            ZX_VM_OFFSET_IS_UPPER_LIMIT)) != 0;
  if (specific && !(can_map_ & ZX_VM_CAN_MAP_SPECIFIC)) return base::Error(ZX_ERR_ACCESS_DENIED);
  if (vdso_code) TRY(CheckVdsoLocked(request));
  if (request.options & ZX_VM_SPECIFIC_OVERWRITE)
    TRY(ClearForOverwriteLocked(placement.range(), doomed));
  mapping->base_ = TRY(PlaceLocked(placement));
  Mapping& inserted = *mapping.release();
  InsertLocked(inserted);
  inserted.Attach();
  space_->mapped_bytes_ += inserted.size();
  if (vdso_code) space_->SetVdsoLocked(inserted.range(), request.vmo_offset);
  if (request.options & ZX_VM_MAP_RANGE) inserted.Populate();
  return inserted.base();
}

base::Result<> Vmar::CheckMapOptions(const MapRequest& request, zx_vm_option_t permissions) const {
  constexpr zx_vm_option_t kAllowed =
      kPermissions | ZX_VM_COMPACT | ZX_VM_SPECIFIC | ZX_VM_SPECIFIC_OVERWRITE | ZX_VM_MAP_RANGE |
      ZX_VM_REQUIRE_NON_RESIZABLE | ZX_VM_ALLOW_FAULTS | ZX_VM_OFFSET_IS_UPPER_LIMIT |
      ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED | ZX_VM_FAULT_BEYOND_STREAM_SIZE | kAlign;
  const zx_vm_option_t options = request.options;
  if ((options & ~kAllowed) != 0 || request.length == 0 || !IsPageAligned(request.vmo_offset) ||
      request.length > vm::Backing::kMaxSize || request.vmo_offset > vm::Backing::kMaxSize) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  // No processor of ours can write or execute without reading.
  if ((permissions & (ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE)) != 0 &&
      !(permissions & ZX_VM_PERM_READ)) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  if ((options & ZX_VM_MAP_RANGE) && (options & ZX_VM_SPECIFIC_OVERWRITE)) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  if (((options & ZX_VM_REQUIRE_NON_RESIZABLE) && request.vmo->is_resizable()) ||
      (!(options & ZX_VM_ALLOW_FAULTS) && request.vmo->is_discardable())) {
    return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
  return {};
}

base::Result<> Vmar::CheckMapSize(const MapRequest& request) const {
  if (request.options & ZX_VM_ALLOW_FAULTS) return {};
  const uint64_t size = request.vmo->size();
  if (request.vmo_offset <= size && request.length <= size - request.vmo_offset) return {};
  return base::Error(request.vmo->is_resizable() ? ZX_ERR_OUT_OF_RANGE : ZX_ERR_BUFFER_TOO_SMALL);
}

// The rules of executable vDSO mappings: the whole code, once per process.
base::Result<> Vmar::CheckVdsoLocked(const MapRequest& request) const {
  const bool whole = request.vmo_offset == request.vmo->vdso_code_offset() &&
                     request.length == request.vmo->vdso_code_size();
  if (!whole || space_->vdso_code_base() != 0) return base::Error(ZX_ERR_ACCESS_DENIED);
  return {};
}

base::Result<> Vmar::ClearForOverwriteLocked(VirtualRange range, vm::Doomed& doomed) {
  AssertHeld(space_->lock());
  if (space_->TouchesVdsoLocked(range)) return base::Error(ZX_ERR_ACCESS_DENIED);
  for (Region* region = FirstTouchingLocked(range); region && region->base() < range.end();
       region = children_.Next(*region)) {
    if (!region->is_mapping()) return base::Error(ZX_ERR_ALREADY_EXISTS);
  }
  return RemoveLocked(range, doomed);
}

Region* Vmar::FirstTouchingLocked(VirtualRange range) const {
  Region* region = children_.FindAtOrBelow(range.base.value);
  if (region && region->end() > range.base) return region;
  return region ? children_.Next(*region) : children_.first();
}

// Takes mappings, parts of mappings and whole regions out of the range.
base::Result<> Vmar::RemoveLocked(VirtualRange range, vm::Doomed& doomed) {
  Region* region = FirstTouchingLocked(range);
  // A hole in the middle of a mapping leaves two: the only step that may fail comes first.
  if (region && region->is_mapping() && region->base() < range.base &&
      region->end() > range.end()) {
    TRY(SplitLocked(AsMapping(*region), range.end() - region->base()));
  }
  while (region && region->base() < range.end()) {
    Region* next = children_.Next(*region);
    if (!region->is_mapping()) {
      AsVmar(*region).TearDownLocked(doomed);
    } else if (range.Contains(region->range())) {
      RemoveMappingLocked(AsMapping(*region), doomed);
    } else {
      TrimLocked(AsMapping(*region), range);
    }
    region = next;
  }
  return {};
}

// Cuts the part of a mapping that lies in the range, which covers one of its ends.
void Vmar::TrimLocked(Mapping& mapping, VirtualRange range) {
  AssertHeld(space_->lock());
  if (mapping.base() < range.base) {
    const uint64_t bytes = mapping.end() - range.base;
    mapping.Shrink(Mapping::End::kBack, bytes);
    space_->mapped_bytes_ -= bytes;
    return;
  }
  const uint64_t bytes = range.end() - mapping.base();
  children_.Remove(mapping);
  mapping.Shrink(Mapping::End::kFront, bytes);
  children_.Insert(mapping);
  space_->mapped_bytes_ -= bytes;
}

void Vmar::RemoveMappingLocked(Mapping& mapping, vm::Doomed& doomed) {
  AssertHeld(space_->lock());
  mapping.Detach();
  mapping.parent_->children_.Remove(mapping);
  space_->mapped_bytes_ -= mapping.size();
  doomed.Add(mapping);
}

// Errors: ZX_ERR_NO_MEMORY.
base::Result<> Vmar::SplitLocked(Mapping& mapping, uint64_t size) {
  auto* rest = new (std::nothrow)
      Mapping(*space_, mapping.vmo_ref(), mapping.offset(), mapping.range(), mapping.permissions());
  if (!rest) return base::Error(ZX_ERR_NO_MEMORY);
  mapping.SplitInto(*rest, size);
  InsertLocked(*rest);
  return {};
}

base::Result<> Vmar::Unmap(VirtualRange range, Children children) {
  if (range.size == 0 || !IsPageAligned(range.base.value) || range.size > size_) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  range.size = base::AlignUp(range.size, uint64_t{kPageSize});
  vm::Doomed doomed;
  SpinlockGuard guard(space_->lock());
  if (!alive_) return base::Error(ZX_ERR_BAD_STATE);
  if (!this->range().Contains(range)) return base::Error(ZX_ERR_INVALID_ARGS);
  if (space_->TouchesVdsoLocked(range)) return base::Error(ZX_ERR_ACCESS_DENIED);
  Region* first = FirstTouchingLocked(range);
  if (!first || first->base() >= range.end()) return base::Error(ZX_ERR_NOT_FOUND);
  for (Region* region = first; region && region->base() < range.end();
       region = children_.Next(*region)) {
    if (region->is_mapping()) continue;
    if (!range.Contains(region->range())) return base::Error(ZX_ERR_INVALID_ARGS);
    if (children == Children::kKeep) return base::Error(ZX_ERR_ACCESS_DENIED);
  }
  return RemoveLocked(range, doomed);
}

base::Result<> Vmar::Protect(zx_vm_option_t options, VirtualRange range) {
  const zx_vm_option_t permissions = EffectivePermissions(options);
  if ((options & ~(kPermissions | ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED)) != 0 || range.size == 0 ||
      !IsPageAligned(range.base.value) || range.size > size_) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  if ((permissions & (ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE)) != 0 &&
      !(permissions & ZX_VM_PERM_READ)) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  range.size = base::AlignUp(range.size, uint64_t{kPageSize});
  SpinlockGuard guard(space_->lock());
  if (!alive_) return base::Error(ZX_ERR_BAD_STATE);
  if (!this->range().Contains(range)) return base::Error(ZX_ERR_INVALID_ARGS);
  if (space_->TouchesVdsoLocked(range)) return base::Error(ZX_ERR_ACCESS_DENIED);
  // The common case: exactly one mapping.
  Region* region = children_.FindAtOrBelow(range.base.value);
  if (region && region->is_mapping() && region->range() == range) {
    if (permissions & ~AsMapping(*region).permissions().allowed)
      return base::Error(ZX_ERR_ACCESS_DENIED);
    AsMapping(*region).SetPermissions(permissions);
    return {};
  }
  TRY(CheckProtectLocked(permissions, range));
  return ProtectLocked(permissions, range);
}

// Every page of the range lies in a mapping of this region that allows the permissions.
base::Result<> Vmar::CheckProtectLocked(zx_vm_option_t permissions, VirtualRange range) const {
  VirtualAddress next = range.base;
  for (Region* region = FirstTouchingLocked(range); region && region->base() < range.end();
       region = children_.Next(*region)) {
    if (!region->is_mapping()) return base::Error(ZX_ERR_INVALID_ARGS);
    if (region->base() > next) return base::Error(ZX_ERR_NOT_FOUND);
    if (permissions & ~AsMapping(*region).permissions().allowed)
      return base::Error(ZX_ERR_ACCESS_DENIED);
    next = region->end();
  }
  if (next < range.end()) return base::Error(ZX_ERR_NOT_FOUND);
  return {};
}

base::Result<> Vmar::ProtectLocked(zx_vm_option_t permissions, VirtualRange range) {
  // Both cuts come first, because only they can fail. A cut alone changes nothing that can be seen.
  Region* last = children_.FindAtOrBelow(range.end().value - 1);
  if (last->end() > range.end() && AsMapping(*last).permissions().now != permissions) {
    TRY(SplitLocked(AsMapping(*last), range.end() - last->base()));
  }
  Region* first = FirstTouchingLocked(range);
  if (first->base() < range.base && AsMapping(*first).permissions().now != permissions) {
    TRY(SplitLocked(AsMapping(*first), range.base - first->base()));
    first = children_.Next(*first);
  }
  for (Region* region = first; region && region->base() < range.end();
       region = children_.Next(*region)) {
    AsMapping(*region).SetPermissions(permissions);
  }
  return {};
}

base::Result<> Vmar::Destroy() {
  vm::Doomed doomed;
  SpinlockGuard guard(space_->lock());
  if (!alive_) return base::Error(ZX_ERR_BAD_STATE);
  if (!parent_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  if (space_->TouchesVdsoLocked(range())) return base::Error(ZX_ERR_ACCESS_DENIED);
  TearDownLocked(doomed);
  return {};
}

// Empties the region and everything in it, deepest first and without recursion, and takes it out of
// its parent.
void Vmar::TearDownLocked(vm::Doomed& doomed) {
  Vmar* current = this;
  while (true) {
    Region* child = current->children_.first();
    if (child && child->is_mapping()) {
      RemoveMappingLocked(AsMapping(*child), doomed);
      continue;
    }
    if (child) {
      current = &AsVmar(*child);
      continue;
    }
    current->alive_ = false;
    Vmar* parent = current->parent_;
    if (parent) {
      parent->children_.Remove(*current);
      current->parent_ = nullptr;
      doomed.Add(*current);
    }
    if (current == this) return;
    current = parent;
  }
}

}  // namespace kernel
