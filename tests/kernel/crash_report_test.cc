// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/crash_report.h"

#include <string>

#include <arch/host_machine.h>

#include "kernel/object/exception_delivery.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

class CrashReport : public test::ScheduledMachine {
 protected:
  // The console after a thread has died of it.
  std::string Report(uint32_t type, uint32_t code = 0, uint32_t data = 0) {
    arch::host::TakeConsole();
    Start([&] {
      const arch::TrapFrame frame{.program_counter = 0x1230};
      kernel::ReportCrash(kernel::Thread::Current(), frame, {kernel::MakeSyntheticReport(type, code, data)});
    });
    Run();
    return arch::host::TakeConsole();
  }
};

TEST_F(CrashReport, NamesEachKindOfException) {
  const struct {
    uint32_t type;
    const char* text;
  } kinds[] = {{ZX_EXCP_GENERAL, ": general exception, pc 0x1230"},
               {ZX_EXCP_UNDEFINED_INSTRUCTION, ": undefined instruction, pc"},
               {ZX_EXCP_SW_BREAKPOINT, ": software breakpoint, pc"},
               {ZX_EXCP_HW_BREAKPOINT, ": hardware breakpoint, pc"},
               {ZX_EXCP_UNALIGNED_ACCESS, ": unaligned access, pc"}};
  for (const auto& kind : kinds) {
    const std::string console = Report(kind.type);
    EXPECT_NE(console.find(kind.text), std::string::npos) << console;
    EXPECT_NE(console.find("{{{bt:0:0x1230:pc}}}"), std::string::npos) << console;
  }
}

TEST_F(CrashReport, SaysWhichRuleWasBrokenAndHow) {
  const struct {
    uint32_t code;
    const char* text;
  } rules[] = {
      {ZX_EXCP_POLICY_CODE_BAD_HANDLE, "(bad handle), data 77"},
      {ZX_EXCP_POLICY_CODE_WRONG_OBJECT, "(wrong object type), data 77"},
      {ZX_EXCP_POLICY_CODE_VMAR_WX, "(memory both writable and executable), data 77"},
      {ZX_EXCP_POLICY_CODE_BAD_SYSCALL, "(system call from outside the vDSO or with a bad number), data 77"},
      {ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE, "(too many messages in a channel), data 77"},
      {ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_PACKETS, "(too many packets in a port), data 77"},
      {ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_OBSERVERS, "(too many observers of a port), data 77"},
      {ZX_EXCP_POLICY_CODE_NEW_VMO, "(an object the job may not create), data 77"}};
  for (const auto& rule : rules) {
    const std::string console = Report(ZX_EXCP_POLICY_ERROR, rule.code, 77);
    const std::string text = "policy error " + std::to_string(rule.code) + " " + rule.text;
    EXPECT_NE(console.find(text), std::string::npos) << console;
  }
}

}  // namespace
