// SPDX-License-Identifier: BSD-2-Clause
// What stands in the vDSO's data pages, for its code in the host kernel. Time is asked of the kernel,
// since it is the test that makes it pass.
#include <arch/layout.h>

#include "sdk/vdso/data.h"

extern "C" {

extern const volatile vdso::TimeValues host_time_values asm("DATA_TIME_VALUES");
const volatile vdso::TimeValues host_time_values = [] {
  vdso::TimeValues values{};
  values.version = vdso::kTimeValuesVersion;
  values.ticks_per_second = 1'000'000'000;
  return values;
}();

extern const volatile vdso::Constants host_constants asm("DATA_CONSTANTS");
const volatile vdso::Constants host_constants = {
    .max_num_cpus = 1,
    .features_cpu = 0,
    .features_hw_breakpoint_count = 0,
    .features_hw_watchpoint_count = 0,
    .features_address_tagging = 0,
    .features_vm = 0,
    .dcache_line_size = 64,
    .icache_line_size = 64,
    .page_size = arch::kPageSize,
    .padding = 0,
    .physmem_bytes = 0,
    .version_string_size = 4,
    .version_string = "host",
};

}  // extern "C"
