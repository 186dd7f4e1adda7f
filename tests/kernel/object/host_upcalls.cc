// SPDX-License-Identifier: BSD-2-Clause
// What arch/host wants from a kernel, for tests that have no memory management.
#include "kernel/upcalls.h"

namespace kernel {

zx_status_t HandlePageFault(const PageFault&) { return ZX_ERR_NOT_FOUND; }
base::Result<PhysicalAddress> AllocatePageTablePage() { return base::Error(ZX_ERR_NO_MEMORY); }
void FreePageTablePage(PhysicalAddress) {}

}  // namespace kernel
