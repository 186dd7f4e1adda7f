// SPDX-License-Identifier: BSD-2-Clause
#include "runner/policy.h"

namespace runner {
namespace {

using manifest::Flag;
using manifest::Privilege;

struct Demand {
  bool asked;
  Privilege privilege;
  std::string_view field;
  std::string_view allowlist;
};

}  // namespace

std::optional<Refusal> CheckPolicy(const manifest::Component& component,
                                   const manifest::Table& table) {
  const Demand demands[] = {
      {component.has(Flag::kAmbientMarkVmoExec), Privilege::kAmbientMarkVmoExec,
       "job_policy_ambient_mark_vmo_exec", "ambient_mark_vmo_exec"},
      {component.has(Flag::kMainProcessCritical), Privilege::kMainProcessCritical,
       "main_process_critical", "main_process_critical"},
      {component.has(Flag::kCreateRawProcesses), Privilege::kCreateRawProcesses,
       "job_policy_create_raw_processes", "create_raw_processes"},
      {component.on_terminate() != manifest::OnTerminate::kNone, Privilege::kRebootOnTerminate,
       "on_terminate", "reboot_on_terminate"},
      {component.restart().give_up == manifest::GiveUp::kReboot, Privilege::kRebootOnTerminate,
       "restart.give_up: reboot", "reboot_on_terminate"},
      {component.watchdog().action == manifest::WatchdogAction::kReboot,
       Privilege::kRebootOnTerminate, "watchdog.action: reboot", "reboot_on_terminate"},
      {component.utc_clock() == manifest::UtcClock::kMaintainer, Privilege::kUtcMaintainer,
       "utc_clock: maintainer", "utc_maintainer"},
  };
  for (const Demand& demand : demands) {
    if (demand.asked && !table.Allows(demand.privilege, component.moniker())) {
      return Refusal("E0410", ZX_ERR_ACCESS_DENIED,
                     "policy refuses `{}`; add the moniker to the system's allowlist `{}`",
                     demand.field, demand.allowlist);
    }
  }
  return std::nullopt;
}

}  // namespace runner
