// SPDX-License-Identifier: BSD-2-Clause
// The way of an exception from one handler to the next.
//
//   debugger of the process -> thread -> process -> debugger again if it wants a second chance
//     -> jobs from the process's own to the root
//
// A handler that is not there, or cannot be told for lack of memory, is passed over.
#pragma once

#include <cstdint>

#include <zircon/syscalls/exception.h>

namespace kernel {

// What became of an exception of the current thread.
enum class ExceptionOutcome : uint8_t {
  kResumes,    // somebody has dealt with it
  kDies,       // the thread was killed meanwhile, or a handler wants it to end; it has been marked to die
  kUnhandled,  // nobody has
};

// Asks the handlers one after the other; parks the current thread meanwhile.
ExceptionOutcome DeliverException(const zx_exception_report_t& report);

// Tells the debugger of the current thread's process, and nobody else, of an event (ZX_EXCP_THREAD_STARTING,
// ZX_EXCP_THREAD_EXITING), and waits until it lets the thread go on.
void TellProcessDebugger(zx_excp_type_t type);
// The same for the debuggers of the jobs above (ZX_EXCP_PROCESS_STARTING, ZX_EXCP_USER), each of which
// gets an exception of its own.
void TellJobDebuggers(const zx_exception_report_t& report);

// Whether the debuggers of all jobs above hear of an event, or those of the nearest job that has any.
// Set once at boot: kernel.job-debuggers.
enum class JobDebuggerReach : uint8_t { kAll, kNearest };
void SetJobDebuggerReach(JobDebuggerReach reach);

// A report of an exception that no processor raised.
zx_exception_report_t MakeSyntheticReport(zx_excp_type_t type, uint32_t code = 0, uint32_t data = 0);

}  // namespace kernel
