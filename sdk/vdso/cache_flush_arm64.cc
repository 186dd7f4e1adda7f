// SPDX-License-Identifier: BSD-2-Clause
// zx_cache_flush: arm64 lets user mode maintain the caches by address.
#include "sdk/vdso/private.h"

namespace {

template <class Operation>
[[gnu::always_inline]] inline void ForEachLine(uintptr_t base, size_t size, uintptr_t line,
                                               Operation operation) {
  for (uintptr_t at = base & ~(line - 1); at < base + size; at += line) operation(at);
}

}  // namespace

VDSO_EXPORT(cache_flush)
zx_status_t _zx_cache_flush(const void* addr, size_t size, uint32_t options) {
  const uint32_t kind = options & (ZX_CACHE_FLUSH_INSN | ZX_CACHE_FLUSH_DATA);
  const uint32_t known = ZX_CACHE_FLUSH_INSN | ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE;
  if (kind == 0 || (options & ~known) != 0) return ZX_ERR_INVALID_ARGS;
  // Invalidating is a variety of flushing data.
  if ((options & ZX_CACHE_FLUSH_INVALIDATE) && !(options & ZX_CACHE_FLUSH_DATA)) {
    return ZX_ERR_INVALID_ARGS;
  }

  const auto base = reinterpret_cast<uintptr_t>(addr);
  const uintptr_t data_line = DATA_CONSTANTS.dcache_line_size;
  if (options & ZX_CACHE_FLUSH_INVALIDATE) {
    ForEachLine(base, size, data_line, [](uintptr_t at) { asm volatile("dc civac, %0" ::"r"(at) : "memory"); });
  } else if (options & ZX_CACHE_FLUSH_DATA) {
    ForEachLine(base, size, data_line, [](uintptr_t at) { asm volatile("dc cvac, %0" ::"r"(at) : "memory"); });
  } else {
    // Instructions are fetched from where both caches meet.
    ForEachLine(base, size, data_line, [](uintptr_t at) { asm volatile("dc cvau, %0" ::"r"(at) : "memory"); });
  }
  asm volatile("dsb ish" ::: "memory");
  if (options & ZX_CACHE_FLUSH_INSN) {
    ForEachLine(base, size, DATA_CONSTANTS.icache_line_size,
                [](uintptr_t at) { asm volatile("ic ivau, %0" ::"r"(at) : "memory"); });
    asm volatile("dsb ish\n\tisb" ::: "memory");
  }
  return ZX_OK;
}
