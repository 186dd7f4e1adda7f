// SPDX-License-Identifier: BSD-2-Clause
#include <arch/trap_frame.h>

namespace arch {

// Fields of ESR_EL1 for aborts: Arm Architecture Reference Manual, D17.2.37.
void UserException::DescribeAccess(base::FormatSink& sink) const {
  if (report.header.type != ZX_EXCP_FATAL_PAGE_FAULT) return;
  const uint32_t esr = report.context.arch.arm_64.esr;
  const bool fetch = (esr >> 26) == 0x20;
  const bool write = !fetch && (esr & (1u << 6)) != 0;
  const bool translation = (esr & 0x3c) == 0x04;
  base::FormatTo(sink, ", {} {x} ({})", fetch ? "fetch from" : write ? "write to" : "read from",
                 report.context.arch.arm_64.far, translation ? "not mapped" : "not permitted");
}

}  // namespace arch
