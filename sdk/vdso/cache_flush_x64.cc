// SPDX-License-Identifier: BSD-2-Clause
// zx_cache_flush: x86-64 keeps its caches coherent, so only the arguments are checked.
#include "sdk/vdso/private.h"

VDSO_EXPORT(cache_flush)
zx_status_t _zx_cache_flush(const void*, size_t, uint32_t options) {
  const uint32_t kind = options & (ZX_CACHE_FLUSH_INSN | ZX_CACHE_FLUSH_DATA);
  const uint32_t known = ZX_CACHE_FLUSH_INSN | ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE;
  if (kind == 0 || (options & ~known) != 0) return ZX_ERR_INVALID_ARGS;
  if ((options & ZX_CACHE_FLUSH_INVALIDATE) && !(options & ZX_CACHE_FLUSH_DATA)) {
    return ZX_ERR_INVALID_ARGS;
  }
  return ZX_OK;
}
