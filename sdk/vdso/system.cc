// SPDX-License-Identifier: BSD-2-Clause
// Constants of the machine, and random bytes of any size.
#include <zircon/features.h>

#include "sdk/vdso/private.h"

VDSO_EXPORT(system_get_page_size)
uint32_t _zx_system_get_page_size() { return DATA_CONSTANTS.page_size; }

VDSO_EXPORT(system_get_num_cpus)
uint32_t _zx_system_get_num_cpus() { return DATA_CONSTANTS.max_num_cpus; }

VDSO_EXPORT(system_get_dcache_line_size)
uint32_t _zx_system_get_dcache_line_size() { return DATA_CONSTANTS.dcache_line_size; }

VDSO_EXPORT(system_get_physmem)
uint64_t _zx_system_get_physmem() { return DATA_CONSTANTS.physmem_bytes; }

VDSO_EXPORT(system_get_version_string)
zx_string_view_t _zx_system_get_version_string() {
  return {const_cast<const char*>(DATA_CONSTANTS.version_string), DATA_CONSTANTS.version_string_size};
}

VDSO_EXPORT(system_get_features)
zx_status_t _zx_system_get_features(uint32_t kind, uint32_t* features) {
  // Comparisons, not a switch: a jump table would need relocations or a second data section.
  const volatile uint32_t* value = nullptr;
  if (kind == ZX_FEATURE_KIND_CPU) value = &DATA_CONSTANTS.features_cpu;
  if (kind == ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT) value = &DATA_CONSTANTS.features_hw_breakpoint_count;
  if (kind == ZX_FEATURE_KIND_HW_WATCHPOINT_COUNT) value = &DATA_CONSTANTS.features_hw_watchpoint_count;
  if (kind == ZX_FEATURE_KIND_ADDRESS_TAGGING) value = &DATA_CONSTANTS.features_address_tagging;
  if (kind == ZX_FEATURE_KIND_VM) value = &DATA_CONSTANTS.features_vm;
  if (value == nullptr) return ZX_ERR_INVALID_ARGS;
  *features = *value;
  return ZX_OK;
}

VDSO_EXPORT(cprng_draw)
void _zx_cprng_draw(void* buffer, size_t buffer_size) {
  auto* at = static_cast<unsigned char*>(buffer);
  while (buffer_size > 0) {
    const size_t chunk = buffer_size < ZX_CPRNG_DRAW_MAX_LEN ? buffer_size : ZX_CPRNG_DRAW_MAX_LEN;
    // The call has no way to report an error, so a bad pointer ends here.
    if (SYSCALL_zx_cprng_draw_once(at, chunk) != ZX_OK) __builtin_trap();
    at += chunk;
    buffer_size -= chunk;
  }
}
