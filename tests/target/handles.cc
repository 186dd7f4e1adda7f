// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/handles.h"

#include <lib/zx/event.h>
#include <zircon/process.h>
#include <zircon/processargs.h>

namespace target {

zx::unowned_vmo VdsoVmo() {
  static const zx_handle_t handle = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
  return zx::unowned_vmo(handle);
}

zx::unowned_resource SystemResource() {
  static const zx_handle_t handle = zx_take_startup_handle(PA_HND(PA_SYSTEM_RESOURCE, 0));
  return zx::unowned_resource(handle);
}

zx::unowned_resource Vmex() {
  static constinit zx_handle_t handle = ZX_HANDLE_INVALID;
  if (handle == ZX_HANDLE_INVALID) {
    zx_resource_create(SystemResource()->get(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1, "vmex", 4,
                       &handle);
  }
  return zx::unowned_resource(handle);
}

zx_info_handle_basic_t Basic(zx_handle_t handle) {
  zx_info_handle_basic_t info = {};
  zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr);
  return info;
}

zx_rights_t RightsOf(zx_handle_t handle) { return Basic(handle).rights; }
zx_koid_t KoidOf(zx_handle_t handle) { return Basic(handle).koid; }

zx_signals_t SignalsOf(zx_handle_t handle) {
  zx_signals_t observed = 0;
  zx_object_wait_one(handle, 0, ZX_TIME_INFINITE_PAST, &observed);
  return observed;
}

zx::handle WithOnly(zx_handle_t handle, zx_rights_t rights) {
  zx::handle result;
  zx_handle_duplicate(handle, rights, result.reset_and_get_address());
  return result;
}

zx::handle Without(zx_handle_t handle, zx_rights_t removed) {
  return WithOnly(handle, RightsOf(handle) & ~removed);
}

zx_handle_t ClosedHandle() {
  zx::event event;
  zx::event::create(0, &event);
  return event.get();
}

}  // namespace target
