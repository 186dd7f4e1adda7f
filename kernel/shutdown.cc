// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/shutdown.h"

#include <arch/cpu.h>
#include <arch/power.h>
#include <arch/profile.h>

#include "kernel/audit.h"
#include "kernel/command_line.h"
#include "kernel/console_sink.h"
#include "kernel/log.h"
#include "kernel/object/job.h"
#include "kernel/time/clock.h"
#include "kernel/time/timer_queue.h"
#include "kernel/upcalls.h"

namespace kernel {
namespace {

constexpr uint32_t kAuditFailed = 71;

void OnHang(Alarm&) { Panic("the machine did not end in the time of kernel.hang-timeout-ms"); }

[[clang::no_destroy]] constinit Alarm hang_alarm{&OnHang};

}  // namespace

void ShutdownMachine(uint32_t status) {
  if (TheOptions().audit) {
    ConsoleSink sink;
    if (!Audit(sink)) status = kAuditFailed;
    sink.Put("audit: ");
    Describe(TakeAuditCounts(), sink);
    sink.Put("\n");
  }
  arch::StopOtherCpus();
  arch::WriteProfile();
  arch::Shutdown(static_cast<int>(status));
}

void StartHangTimer(uint32_t timeout_ms) {
  if (timeout_ms != 0) hang_alarm.Set(Now() + ZX_MSEC(timeout_ms));
}

void OnRootJobEmpty() {
  Log(Severity::kInfo, "the root job is empty: powering off");
  ShutdownMachine(0);
}

}  // namespace kernel
