// SPDX-License-Identifier: BSD-2-Clause
// What the console shows of a user thread's death: at most 40 lines, in symbolizer markup.
#pragma once

#include <cstdint>

#include <arch/trap_frame.h>

namespace kernel {

class Thread;

// An exception nobody handled, a processor's or a policy exception. `thread` is the current one.
void ReportCrash(Thread& thread, const arch::TrapFrame& frame, const arch::UserException& exception);

}  // namespace kernel
