// SPDX-License-Identifier: BSD-2-Clause
// What the console shows of a user thread's death: at most 40 lines, in symbolizer markup.
#pragma once

#include <cstdint>

#include <arch/trap_frame.h>

namespace kernel {

class Thread;

// A processor exception nobody handled. `thread` is the current one.
void ReportCrash(Thread& thread, const arch::TrapFrame& frame, const arch::UserException& exception);

// A policy exception (ZX_EXCP_POLICY_CODE_*) raised by a system call of the current thread.
void ReportPolicyCrash(Thread& thread, uint32_t policy_code, uint32_t data);

}  // namespace kernel
