// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/assembly.h"

#include <algorithm>

#include "lib/manifest/moniker.h"
#include "lib/manifest/table.h"

namespace cml {
namespace {

using manifest::Privilege;
using report::Code;

struct Gate {
  manifest::Flag flag;
  Privilege privilege;
};
constexpr Gate kGates[] = {
    {manifest::Flag::kAmbientMarkVmoExec, Privilege::kAmbientMarkVmoExec},
    {manifest::Flag::kMainProcessCritical, Privilege::kMainProcessCritical},
    {manifest::Flag::kCreateRawProcesses, Privilege::kCreateRawProcesses},
};

Options OptionsOf(const SystemManifest& system, const std::string& moniker) {
  const auto place = system.options.find(moniker);
  return place == system.options.end() ? Options() : place->second;
}

manifest::ComponentSpec ToSpec(const std::string& moniker, const Child& child,
                               const ComponentManifest& component, const Options& options) {
  manifest::ComponentSpec spec = options.spec;
  spec.moniker = moniker;
  spec.url = child.url.value;
  spec.binary = component.binary.value;
  spec.args = component.args;
  spec.environ = component.environ;
  for (const FlagUse& use : component.flags) spec.flags |= static_cast<uint32_t>(use.flag);
  if (!component.capabilities.empty()) {
    spec.flags |= static_cast<uint32_t>(manifest::Flag::kOutgoingDirectory);
  }
  spec.bad_handle_policy = component.bad_handle_policy;
  spec.stop_event = component.stop_event;
  spec.stdout_sink = options.stdout_sink.value_or(component.stdout_sink);
  spec.stderr_sink = options.stderr_sink.value_or(component.stderr_sink);
  spec.startup = child.startup;
  spec.on_terminate = child.on_terminate;
  return spec;
}

// What only the whole table shows. The other problems are found before it is made.
Code CodeOf(manifest::Problem problem) {
  switch (problem) {
    case manifest::Problem::kHandleTwice:
      return Code::kHandleTwice;
    case manifest::Problem::kTooManyHandles:
      return Code::kTooManyHandles;
    case manifest::Problem::kMessageTooLarge:
      return Code::kStartMessageTooLarge;
    case manifest::Problem::kMountsOverlap:
      return Code::kPathsOverlap;
    default:
      return Code::kTableRefused;
  }
}

}  // namespace

void Assembly::Add(const Child& child, ComponentManifest component) {
  const std::string moniker = "/" + child.name.value;
  manifest::ComponentSpec spec = ToSpec(moniker, child, component, OptionsOf(system_, moniker));
  instances_.push_back({moniker, &child, std::move(component), std::move(spec)});
  CheckPolicy(instances_.back());
  CheckNeeds(instances_.back());
}

manifest::SystemSpec Assembly::Finish() {
  const Context context{*system_.source, report_};
  // With a component missing, its offers and uses would look wrong.
  if (instances_.size() == system_.children.size()) Routes(system_, context, instances_).Run();
  manifest::SystemSpec spec;
  for (const Instance& instance : instances_) spec.components.push_back(instance.spec);
  for (const PolicyEntry& entry : system_.policy) {
    spec.policy.push_back({entry.privilege, entry.pattern.value});
  }
  spec.system = system_.system;
  if (report_.error_count() == errors_before_) CheckTable(spec);
  return spec;
}

void Assembly::CheckPolicy(const Instance& instance) const {
  const Context in_component{*instance.component.source, report_};
  for (const FlagUse& use : instance.component.flags) {
    for (const Gate& gate : kGates) {
      if (gate.flag != use.flag) continue;
      CheckPrivilege(instance, {gate.privilege, use.span}, in_component);
    }
  }
  const Context in_system{*system_.source, report_};
  if (instance.child->on_terminate != manifest::OnTerminate::kNone) {
    CheckPrivilege(instance, {Privilege::kRebootOnTerminate, instance.child->on_terminate_span},
                   in_system);
  }
  for (const PrivilegeUse& use : OptionsOf(system_, instance.moniker).privileges) {
    CheckPrivilege(instance, use, in_system);
  }
}

void Assembly::CheckPrivilege(const Instance& instance, const PrivilegeUse& use,
                              const Context& context) const {
  const bool allowed = std::ranges::any_of(system_.policy, [&](const PolicyEntry& entry) {
    return entry.privilege == use.privilege &&
           manifest::Matches(entry.pattern.value, instance.moniker);
  });
  if (allowed) return;
  const std::string field(PolicyFieldOf(use.privilege));
  context.Fail(
      Code::kPolicyDisallows, use.span,
      "`" + instance.moniker + "` asks for " + field + ", but the system does not allow it", "",
      {"help: " + system_.source->path + ": hafnon: { policy: { " + field + ": [ \"" +
       instance.moniker + "\" ] } }"});
}

void Assembly::CheckNeeds(const Instance& instance) const {
  const Context context{*system_.source, report_};
  const Options options = OptionsOf(system_, instance.moniker);
  const std::string& file = instance.component.source->path;
  if (instance.component.stop_event != manifest::StopEvent::kNotify) {
    for (const Text& field : options.need_lifecycle) {
      context.Fail(Code::kNeedsLifecycle, field.span,
                   "`" + field.value + "` of `" + instance.moniker + "` needs a lifecycle channel",
                   "", {"help: " + file + ": lifecycle: { stop_event: \"notify\" }"});
    }
  }
  if (!instance.component.capabilities.empty()) return;
  for (const Text& field : options.need_outgoing) {
    context.Fail(Code::kNeedsOutgoingDirectory, field.span,
                 "`" + field.value + "` of `" + instance.moniker + "` needs an outgoing directory",
                 "", {"help: " + file + ": capabilities: [ ... ]"});
  }
}

void Assembly::CheckTable(const manifest::SystemSpec& spec) const {
  const std::vector<std::byte> bytes = manifest::Build(spec);
  manifest::FirstProblem found;
  if (manifest::Table::Open(bytes, found)) return;
  // Records ascend by moniker.
  std::vector<const Instance*> by_record;
  for (const Instance& instance : instances_) by_record.push_back(&instance);
  std::ranges::sort(by_record, {}, [](const Instance* instance) { return instance->moniker; });

  const Context context{*system_.source, report_};
  const std::string text(Describe(found.problem()));
  if (found.record() >= by_record.size()) {
    context.Fail(CodeOf(found.problem()), {0, 0}, text);
    return;
  }
  const Instance& instance = *by_record[found.record()];
  const Options options = OptionsOf(system_, instance.moniker);
  json5::Span span = instance.child->name.span;
  if (!options.spec.handles.empty()) span = options.handles_span;
  if (found.problem() == manifest::Problem::kMountsOverlap) span = options.span;
  std::vector<std::string> lines;
  if (found.problem() == manifest::Problem::kHandleTwice) {
    lines.push_back(
        "note: the runner supplies stdout and stderr (FD 1 and 2), CLOCK_UTC 0, "
        "JOB_DEFAULT 0, VMO_VDSO 0 and, with `config`, VMO_COMPONENT_CONFIG 0");
  }
  context.Fail(CodeOf(found.problem()), span, "`" + instance.moniker + "`: " + text, "",
               std::move(lines));
}

}  // namespace cml
