// SPDX-License-Identifier: BSD-2-Clause
// Apart from kernel_file.cc because userboot has no start-up handles of this form.
#include <zircon/process.h>
#include <zircon/processargs.h>

#include "lib/procargs/procargs.h"
#include "sdk/launch/kernel_file.h"

namespace launch {

void KernelFileText::TakeFromStartupHandles(std::string_view name) {
  for (uint32_t index = 0; index < procargs::kMaxHandles; ++index) {
    const zx::vmo file(zx_take_startup_handle(procargs::HandleInfo(PA_VMO_KERNEL_FILE, index)));
    if (file.is_valid() && TakeIfNamed(file, name)) return;
  }
}

}  // namespace launch
