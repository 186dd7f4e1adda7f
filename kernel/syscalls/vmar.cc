// SPDX-License-Identifier: BSD-2-Clause
// zx_vmar_*.
#include "kernel/vm/vmar.h"

#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

constexpr zx_vm_option_t kWritableCode = ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE;

// The handle rights that permissions ask for, and the other way round: the same three in each.
zx_rights_t RightsForPermissions(zx_vm_option_t permissions) {
  zx_rights_t rights = 0;
  if (permissions & ZX_VM_PERM_READ) rights |= ZX_RIGHT_READ;
  if (permissions & ZX_VM_PERM_WRITE) rights |= ZX_RIGHT_WRITE;
  if (permissions & ZX_VM_PERM_EXECUTE) rights |= ZX_RIGHT_EXECUTE;
  return rights;
}

zx_vm_option_t PermissionsForRights(zx_rights_t rights) {
  zx_vm_option_t permissions = 0;
  if (rights & ZX_RIGHT_READ) permissions |= ZX_VM_PERM_READ;
  if (rights & ZX_RIGHT_WRITE) permissions |= ZX_VM_PERM_WRITE;
  if (rights & ZX_RIGHT_EXECUTE) permissions |= ZX_VM_PERM_EXECUTE;
  return permissions;
}

base::Result<> EnforceWritableCodePolicy(zx_vm_option_t permissions) {
  if ((permissions & kWritableCode) != kWritableCode) return {};
  return Process::Current().EnforcePolicy(ZX_POL_VMAR_WX);
}

}  // namespace

base::Result<> sys_vmar_allocate(Handle parent_vmar, zx_vm_option_t options, size_t offset,
                                 size_t size, UserOut<zx_handle_t> child_vmar,
                                 UserOut<zx_vaddr_t> child_addr) {
  // What handles of the child may do, those of the parent must be able to.
  const zx_rights_t needed = Vmar::RightsFor(options) & (ZX_RIGHTS_IO | ZX_RIGHT_EXECUTE);
  const auto parent = TRY(GetObject<Vmar>(parent_vmar, needed));
  auto child = TRY(parent->Allocate(options, offset, size));
  const zx_vaddr_t address = child->range().base.value;

  auto published = [&]() -> base::Result<> {
    auto handle = TRY(CallerHandles().Reserve(child, Vmar::RightsFor(options)));
    TRY(child_addr.Write(address));
    return Publish(std::move(handle), child_vmar);
  }();
  // Without a handle nobody could give the addresses back.
  if (!published) (void)child->Destroy();
  return published;
}

base::Result<> sys_vmar_map(Handle handle, zx_vm_option_t options, size_t vmar_offset, Handle vmo,
                            uint64_t vmo_offset, size_t len, UserOut<zx_vaddr_t> mapped_addr) {
  const zx_vm_option_t permissions = EffectivePermissions(options);
  const zx_rights_t needed = RightsForPermissions(permissions);
  HandleTable& handles = CallerHandles();
  const auto vmar = TRY(handles.Get<Vmar>(handle.value, needed));
  auto memory = TRY(handles.GetWithRights<Vmo>(vmo.value, needed | ZX_RIGHT_MAP));
  TRY(EnforceWritableCodePolicy(permissions));

  const VirtualAddress mapped = TRY(vmar->Map({.vmo = std::move(memory.object),
                                               .vmo_offset = vmo_offset,
                                               .length = len,
                                               .vmar_offset = vmar_offset,
                                               .options = options,
                                               .allowed = PermissionsForRights(memory.rights)}));
  const auto written = mapped_addr.Write(mapped.value);
  if (!written) (void)vmar->Unmap({mapped, len});
  return written;
}

base::Result<> sys_vmar_protect(Handle handle, zx_vm_option_t options, zx_vaddr_t addr,
                                size_t len) {
  const zx_vm_option_t permissions = EffectivePermissions(options);
  const auto vmar = TRY(GetObject<Vmar>(handle, RightsForPermissions(permissions)));
  TRY(EnforceWritableCodePolicy(permissions));
  return vmar->Protect(options, {VirtualAddress{addr}, len});
}

base::Result<> sys_vmar_unmap(Handle handle, zx_vaddr_t addr, size_t len) {
  const auto found = TRY(CallerHandles().GetWithRights<Vmar>(handle.value, 0));
  const auto children =
      (found.rights & ZX_RIGHT_OP_CHILDREN) ? Vmar::Children::kDestroy : Vmar::Children::kKeep;
  return found.object->Unmap({VirtualAddress{addr}, len}, children);
}

base::Result<> sys_vmar_destroy(Handle handle) {
  return TRY(GetObject<Vmar>(handle, ZX_RIGHT_OP_CHILDREN))->Destroy();
}

}  // namespace kernel
