// SPDX-License-Identifier: BSD-2-Clause
#include "runner/launch.h"

#include <zircon/processargs.h>

#include "lib/elf/catalogue.h"
#include "lib/elf/header.h"
#include "lib/manifest/moniker.h"
#include "lib/procargs/procargs.h"
#include "runner/policy.h"

namespace runner {
namespace {

using manifest::Flag;

constexpr zx_rights_t kUtcReaderRights =
    ZX_RIGHT_READ | ZX_RIGHT_WAIT | ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER;

Refusal BrokenBinary(const manifest::Component& component, const elf::Finding& finding) {
  char text[96];
  base::BufferSink sink(text);
  finding.Describe(sink);
  const std::string_view remedy = finding.Remedy();
  return Refusal(elf::CatalogueName(finding.code), ZX_ERR_NOT_FOUND, "{}: {}; {}", component.binary(),
                 sink.text(), remedy.empty() ? std::string_view("build it again") : remedy);
}

std::optional<Refusal> CheckBinary(const manifest::Component& component, const BinaryFacts& binary) {
  switch (binary.state) {
    case BinaryFacts::State::kMissing:
      return Refusal("E0201", ZX_ERR_NOT_FOUND,
                     "{} is not in the boot image; check `program.binary` and the image's files",
                     component.binary());
    case BinaryFacts::State::kUnreadable:
      return Refusal("E0412", binary.status, "{} cannot be read from the boot image; build it again",
                     component.binary());
    case BinaryFacts::State::kBroken:
      return BrokenBinary(component, binary.finding);
    case BinaryFacts::State::kGood:
      break;
  }
  if (!binary.foreign_library.empty()) {
    return Refusal("E0307", ZX_ERR_NOT_FOUND,
                   "{} needs {}, which is not in the image; link it statically",
                   component.binary(), binary.foreign_library);
  }
  return std::nullopt;
}

// A field that the runner cannot honour, and whether it is set.
struct Unsupported {
  bool asked;
  std::string_view field;
};

std::string_view FirstAsked(std::span<const Unsupported> fields) {
  for (const Unsupported& entry : fields) {
    if (entry.asked) return entry.field;
  }
  return {};
}

bool HasLimits(const manifest::Limits& limits) {
  return limits.memory_bytes != 0 || limits.handles != 0 || limits.processes != 0 ||
         limits.threads != 0;
}

bool HasDefaultLog(const manifest::Component& component) {
  return component.log_tag() == manifest::LeafName(component.moniker()) &&
         component.log().min_severity == manifest::LogOptions().min_severity;
}

bool RestartsAlone(const manifest::Restart& restart) {
  return restart.give_up == manifest::GiveUp::kLeaveFailed &&
         restart.scope == manifest::RestartScope::kSelf;
}

std::string_view FindUnsupported(const manifest::Component& component) {
  const manifest::CrashOptions& crash = component.crash();
  const manifest::CrashOptions usual_crash;
  const Unsupported fields[] = {
      {component.has(Flag::kMemoryAttribution), "memory_attribution"},
      {component.has(Flag::kSharedProcess), "is_shared_process"},
      {component.stdout_sink() == manifest::Sink::kConsole ||
           component.stderr_sink() == manifest::Sink::kConsole,
       "a stream forwarded to the console"},
      {component.has(Flag::kOutgoingDirectory), "capabilities (an outgoing directory)"},
      {!component.uses().empty(), "use (services of other components)"},
      {component.has(Flag::kEscrowAllowed), "hafnon.escrow"},
      {HasLimits(component.limits()), "hafnon.limits"},
      {!RestartsAlone(component.restart()), "hafnon.restart with give_up or scope"},
      {component.watchdog().period_ms != 0, "hafnon.watchdog"},
      {component.readiness() != manifest::Readiness::kNone, "hafnon.readiness"},
      {!HasDefaultLog(component), "hafnon.log with tag or min_severity"},
      {crash.frames != usual_crash.frames || crash.keep_bytes != usual_crash.keep_bytes,
       "hafnon.crash"},
      {component.break_on_start_ms() != 0, "hafnon.debug"},
      {!component.name_space().empty(), "hafnon.namespace"},
      {!component.handles().empty(), "hafnon.handles"},
      {!component.config().empty(), "hafnon.config"},
  };
  return FirstAsked(fields);
}

// What the system asks of the runner for all components.
std::string_view FindUnsupported(const manifest::SystemRecord& system) {
  const manifest::SystemRecord usual;
  const Unsupported fields[] = {
      {system.hardware_watchdog_ms != 0, "hafnon.system.hardware_watchdog_ms"},
      {system.on_fatal != usual.on_fatal, "hafnon.system.on_fatal"},
  };
  return FirstAsked(fields);
}

// Fields whose service the runner does not have: starting without it would break a promise.
std::optional<Refusal> CheckSupport(const manifest::Component& component,
                                    const manifest::Table& table) {
  std::string_view field = FindUnsupported(component);
  if (field.empty()) field = FindUnsupported(table.system());
  if (field.empty()) return std::nullopt;
  return Refusal("E0420", ZX_ERR_NOT_SUPPORTED, "this runner does not support {}; remove it",
                 field);
}

void AddPolicy(LaunchPlan& plan, uint32_t condition, uint32_t action) {
  // Nothing below the component's own job may change what the table says.
  plan.policies[plan.policy_count++] = {condition, action, ZX_POL_OVERRIDE_DENY};
}

void PlanJob(LaunchPlan& plan) {
  const manifest::Component& component = plan.component;
  plan.timer_slack.min_slack = component.timer_slack_ns();
  plan.timer_slack.default_mode = static_cast<uint32_t>(component.slack_mode());
  plan.nested_job = component.has(Flag::kNestedExceptionJob);
  plan.critical = component.has(Flag::kMainProcessCritical);
  plan.next_vdso = component.has(Flag::kNextVdso);

  if (!component.has(Flag::kCreateRawProcesses)) {
    AddPolicy(plan, ZX_POL_NEW_PROCESS, ZX_POL_ACTION_DENY);
  }
  if (!component.has(Flag::kAmbientMarkVmoExec)) {
    AddPolicy(plan, ZX_POL_AMBIENT_MARK_VMO_EXEC, ZX_POL_ACTION_DENY);
  }
  switch (component.bad_handle_policy()) {
    case manifest::BadHandlePolicy::kDeny:
      AddPolicy(plan, ZX_POL_BAD_HANDLE, ZX_POL_ACTION_DENY);
      break;
    case manifest::BadHandlePolicy::kDenyException:
      AddPolicy(plan, ZX_POL_BAD_HANDLE, ZX_POL_ACTION_DENY_EXCEPTION);
      break;
    case manifest::BadHandlePolicy::kAllowException:
      AddPolicy(plan, ZX_POL_BAD_HANDLE, ZX_POL_ACTION_ALLOW_EXCEPTION);
      break;
    default:
      break;
  }
  const auto extra = component.job_policies();
  for (size_t i = 0; i < extra.size(); ++i) AddPolicy(plan, extra[i].condition, extra[i].action);
}

void AddHandle(LaunchPlan& plan, HandleSource source, uint32_t type, uint32_t argument,
               zx_rights_t rights) {
  plan.handles[plan.handle_count++] = {source, procargs::HandleInfo(type, argument), rights};
}

bool GoesToLog(manifest::Sink sink) {
  return sink == manifest::Sink::kLog || sink == manifest::Sink::kDebuglog;
}

void PlanHandles(LaunchPlan& plan) {
  const manifest::Component& component = plan.component;
  if (component.utc_clock() != manifest::UtcClock::kNone) {
    const bool maintains = component.utc_clock() == manifest::UtcClock::kMaintainer;
    AddHandle(plan, HandleSource::kUtcClock, PA_CLOCK_UTC, 0,
              maintains ? kUtcReaderRights | ZX_RIGHT_WRITE : kUtcReaderRights);
  }
  if (GoesToLog(component.stdout_sink())) {
    AddHandle(plan, HandleSource::kLog, PA_FD, 1, ZX_RIGHT_SAME_RIGHTS);
  }
  if (GoesToLog(component.stderr_sink())) {
    AddHandle(plan, HandleSource::kLog, PA_FD, 2, ZX_RIGHT_SAME_RIGHTS);
  }
  AddHandle(plan, HandleSource::kJob, PA_JOB_DEFAULT, 0, ZX_RIGHT_SAME_RIGHTS);
}

}  // namespace

std::expected<LaunchPlan, Refusal> Decide(const manifest::Component& component,
                                          const manifest::Table& table, const BinaryFacts& binary) {
  if (const auto refusal = CheckPolicy(component, table)) return std::unexpected(*refusal);
  if (const auto refusal = CheckSupport(component, table)) return std::unexpected(*refusal);
  if (const auto refusal = CheckBinary(component, binary)) return std::unexpected(*refusal);

  LaunchPlan plan{.component = component, .process_name = component.process_name()};
  PlanJob(plan);
  PlanHandles(plan);
  return plan;
}

}  // namespace runner
