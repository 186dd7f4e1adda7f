// SPDX-License-Identifier: BSD-2-Clause
#include <arch/trap_frame.h>

namespace arch {

// Bits of a page fault's error code: Intel SDM volume 3, 4.7.
void UserException::DescribeAccess(base::FormatSink& sink) const {
  if (report.header.type != ZX_EXCP_FATAL_PAGE_FAULT) return;
  const uint64_t error = report.context.arch.x86_64.err_code;
  const bool fetch = (error & 0x10) != 0;
  const bool write = (error & 0x2) != 0;
  const bool present = (error & 0x1) != 0;
  base::FormatTo(sink, ", {} {x} ({})", fetch ? "fetch from" : write ? "write to" : "read from",
                 report.context.arch.x86_64.cr2, present ? "not permitted" : "not mapped");
}

}  // namespace arch
