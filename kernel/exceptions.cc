// SPDX-License-Identifier: BSD-2-Clause
// What arch/ reports about user mode.
#include <arch/trap_frame.h>

#include "kernel/crash_report.h"
#include "kernel/log.h"
#include "kernel/log/console_input.h"
#include "kernel/object/exception_delivery.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"
#include "kernel/upcalls.h"

namespace kernel {

void HandleDeviceInterrupt(uint32_t irq) {
  if (HandleConsoleInterrupt(irq)) return;
  // Interrupt objects do not exist yet, so nobody has asked for it; it stays masked.
  Log(Severity::kWarning, "interrupt {} has no taker", irq);
}

void HandleUserException(arch::TrapFrame& frame, const arch::UserException& exception) {
  ExceptionOutcome outcome;
  [[clang::always_inline]] outcome = DeliverException(exception.report);
  if (outcome != ExceptionOutcome::kUnhandled) [[likely]] return;
  ReportCrash(Thread::Current(), frame, exception);
  Process::Current().Kill(ZX_TASK_RETCODE_EXCEPTION_KILL);
}

uint64_t HandleBadSyscall(uint64_t number) {
  RaisePolicyException(ZX_EXCP_POLICY_CODE_BAD_SYSCALL, static_cast<uint32_t>(number));
  return static_cast<uint64_t>(int64_t{ZX_ERR_BAD_SYSCALL});
}

}  // namespace kernel
