// SPDX-License-Identifier: BSD-2-Clause
#include "tests/elf_storm/baseline.h"

#include <stdio.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

namespace elf_storm {

base::Result<Baseline::Usage> Baseline::Measure() const {
  zx_info_kmem_stats_t stats = {};
  TRY(base::FromStatus(
      info_.get_info(ZX_INFO_KMEM_STATS, &stats, sizeof(stats), nullptr, nullptr)));
  return Usage{stats.vmo_bytes, stats.mmu_overhead_bytes,
               stats.total_heap_bytes - stats.free_heap_bytes};
}

base::Result<Baseline::Usage> Baseline::Settle() const {
  Usage now = TRY(Measure());
  for (int i = 0; i < kSettle && now != before_; ++i) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    now = TRY(Measure());
  }
  return now;
}

base::Result<> Baseline::Take() {
  zx_nanosleep(zx_deadline_after(ZX_MSEC(10)));
  before_ = TRY(Measure());
  return {};
}

base::Result<bool> Baseline::Check() {
  const Usage now = TRY(Settle());
  const bool is_equal = now == before_;
  if (!is_equal) {
    printf("elf_storm: vmo %ld, page tables %ld, heap %ld bytes not back\n",
           static_cast<int64_t>(now.vmo_bytes - before_.vmo_bytes),
           static_cast<int64_t>(now.table_bytes - before_.table_bytes),
           static_cast<int64_t>(now.heap_bytes - before_.heap_bytes));
    before_ = now;
  }
  const zx_status_t status = zx_debug_send_command(debug_.get(), "audit", 5);
  if (status == ZX_OK) return is_equal;
  if (status != ZX_ERR_BAD_STATE) return base::Error(status);
  printf("elf_storm: the audit found something\n");
  return false;
}

}  // namespace elf_storm
