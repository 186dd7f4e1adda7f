// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/component_text.h"

#include <algorithm>
#include <string_view>

#include "lib/manifest/moniker.h"
#include "tools/cml/names.h"

namespace hafnon {
namespace {

using cml::NameIn;
using manifest::Component;
using manifest::Table;

constexpr std::string_view kFlags[] = {"main_process_critical",
                                       "job_policy_ambient_mark_vmo_exec",
                                       "job_policy_create_raw_processes",
                                       "is_shared_process",
                                       "job_with_available_exception_channel",
                                       "use_next_vdso",
                                       "memory_attribution",
                                       "outgoing_directory",
                                       "escrow_allowed"};

std::string Text(std::string_view text) { return std::string(text); }

// "      name     value" of one field or a few that belong together.
std::string Line(std::string_view name, const std::string& value) {
  std::string line = "      " + Text(name);
  line.resize(std::max(line.size() + 1, size_t{15}), ' ');
  return line + value + "\n";
}

std::string Ms(uint64_t milliseconds) { return std::to_string(milliseconds) + " ms"; }

std::string Quoted(const manifest::StringList& list) {
  std::string text = "[";
  for (size_t i = 0; i < list.size(); ++i) {
    text += (i == 0 ? " \"" : ", \"") + Text(list[i]) + "\"";
  }
  return text + (list.empty() ? "]" : " ]");
}

std::string FlagNames(const Component& component) {
  std::string text;
  for (size_t bit = 0; bit < std::size(kFlags); ++bit) {
    if (component.has(manifest::Flag{1u << bit}))
      text += (text.empty() ? "" : " ") + Text(kFlags[bit]);
  }
  return text.empty() ? "none" : text;
}

std::string LimitsText(const manifest::Limits& limits) {
  std::string text;
  const auto add = [&](const char* name, uint64_t value) {
    if (value != 0)
      text += std::string(text.empty() ? "" : ", ") + name + " " + std::to_string(value);
  };
  add("memory", limits.memory_bytes);
  add("handles", limits.handles);
  add("processes", limits.processes);
  add("threads", limits.threads);
  return text.empty() ? "" : Line("limits", text);
}

std::string RestartText(const manifest::Restart& restart) {
  if (restart.policy == manifest::RestartPolicy::kNever) return "";
  return Line("restart", Text(NameIn(cml::kRestartPolicies, restart.policy)) + " after " +
                             Ms(restart.first_delay_ms) + " to " + Ms(restart.max_delay_ms) +
                             ", at most " + std::to_string(restart.burst) + " in " +
                             Ms(restart.window_ms) + ", stable after " + Ms(restart.stable_ms) +
                             ", then " + Text(NameIn(cml::kGiveUps, restart.give_up)) + ", scope " +
                             Text(NameIn(cml::kRestartScopes, restart.scope)));
}

std::string SupervisionText(const Component& component) {
  std::string text = LimitsText(component.limits()) + RestartText(component.restart());
  if (const manifest::Watchdog& watchdog = component.watchdog(); watchdog.period_ms != 0) {
    text += Line("watchdog", "every " + Ms(watchdog.period_ms) + ", " +
                                 std::to_string(watchdog.misses) + " misses, then " +
                                 Text(NameIn(cml::kWatchdogActions, watchdog.action)));
  }
  if (component.readiness() != manifest::Readiness::kNone) {
    text += Line("readiness", Text(NameIn(cml::kReadinesses, component.readiness())) +
                                  (component.ready_path().empty() ? "" : " ") +
                                  Text(component.ready_path()) + " within " +
                                  Ms(component.timeouts().start_ms));
  }
  const manifest::Timeouts usual;
  const manifest::Timeouts& timeouts = component.timeouts();
  if (timeouts.stop_ms != usual.stop_ms || timeouts.kill_ms != usual.kill_ms) {
    text += Line("stop", "killed after " + Ms(timeouts.stop_ms) + ", given up after " +
                             Ms(timeouts.kill_ms) + " more");
  }
  if (component.on_terminate() != manifest::OnTerminate::kNone) {
    text += Line("on_terminate", Text(NameIn(cml::kOnTerminate, component.on_terminate())));
  }
  return text;
}

std::string OutputText(const Component& component) {
  std::string text;
  const manifest::LogOptions& log = component.log();
  const manifest::LogOptions usual;
  if (component.log_tag() != manifest::LeafName(component.moniker()) ||
      log.min_severity != usual.min_severity || log.burst != usual.burst ||
      log.lines_per_second != usual.lines_per_second) {
    text += Line("log", "tag " + Text(component.log_tag()) + ", from " +
                            Text(NameIn(cml::kSeverities, log.min_severity)) + ", " +
                            std::to_string(log.lines_per_second) + " lines a second, burst " +
                            std::to_string(log.burst));
  }
  const manifest::CrashOptions& crash = component.crash();
  const manifest::CrashOptions usual_crash;
  if (crash.frames != usual_crash.frames || crash.keep_bytes != usual_crash.keep_bytes) {
    text += Line("crash", std::to_string(crash.frames) + " frames, keeps " +
                              std::to_string(crash.keep_bytes) + " bytes");
  }
  if (component.break_on_start_ms() != 0) {
    text += Line("debug", "break_on_start " + Ms(component.break_on_start_ms()));
  }
  if (component.utc_clock() != manifest::UtcClock::kReadOnly) {
    text += Line("clock", "utc " + Text(NameIn(cml::kUtcClocks, component.utc_clock())));
  }
  if (!component.config().empty()) {
    text += Line("config", std::to_string(component.config().size()) + " bytes");
  }
  return text;
}

std::string UseText(const Table& table, const manifest::UseRecord& use) {
  return Line("use", Text(table.Text(use.path)) + " from " +
                         Text(table.component(use.provider).moniker()) + " " +
                         Text(table.Text(use.provider_path)) + ", " +
                         Text(NameIn(cml::kDependencies, use.dependency)) + ", " +
                         Text(NameIn(cml::kAvailabilities, use.availability)));
}

std::string NamespaceText(const Table& table, const manifest::NamespaceRecord& entry) {
  const bool of_component = entry.source == manifest::NamespaceSource::kProvider;
  const std::string source = of_component ? Text(table.component(entry.component).moniker())
                                          : Text(NameIn(cml::kNamespaceSources, entry.source));
  const std::string_view path = table.Text(entry.source_path);
  return Line("namespace", Text(table.Text(entry.path)) + " from " + source +
                               (path.empty() ? "" : " ") + Text(path) + ", " +
                               Text(NameIn(cml::kNamespaceRights, entry.rights)));
}

std::string RightsText(uint32_t rights) {
  std::string text;
  for (const cml::Word& right : cml::kRights) {
    if ((rights & right.value) != 0) text += (text.empty() ? "" : "+") + Text(right.name);
  }
  return text;
}

std::string HandleText(const Table& table, const manifest::HandleRecord& handle) {
  using manifest::HandleSource;
  std::string source = Text(NameIn(cml::kHandleSources, handle.source));
  if (handle.source <= HandleSource::kSystem) source += " " + std::to_string(handle.base);
  if (handle.source <= HandleSource::kSmc) source += "+" + std::to_string(handle.size);
  if (handle.name.size != 0) source += " " + Text(table.Text(handle.name));
  if (handle.source >= HandleSource::kChannel && handle.source <= HandleSource::kEventpair) {
    source += " end " + std::to_string(handle.end);
  }
  if (handle.source == HandleSource::kJob) {
    source += " of " + Text(table.component(handle.component).moniker());
  }
  return Line("handle", Text(cml::NameOf(cml::kHandleTypes, handle.type)) + " " +
                            std::to_string(handle.argument) + " from " + source + ", " +
                            RightsText(handle.rights));
}

std::string ConnectionText(const Table& table, const Component& component) {
  std::string text;
  for (size_t i = 0; i < component.uses().size(); ++i) text += UseText(table, component.uses()[i]);
  for (size_t i = 0; i < component.name_space().size(); ++i) {
    text += NamespaceText(table, component.name_space()[i]);
  }
  for (size_t i = 0; i < component.handles().size(); ++i) {
    text += HandleText(table, component.handles()[i]);
  }
  for (size_t i = 0; i < component.job_policies().size(); ++i) {
    const manifest::JobPolicyRecord policy = component.job_policies()[i];
    text += Line("policy", Text(cml::NameOf(cml::kPolicyConditions, policy.condition)) + " " +
                               Text(NameIn(cml::kPolicyActions, policy.action)));
  }
  return text;
}

}  // namespace

std::string ComponentText(const Table& table, const Component& component) {
  return Line("url", Text(component.url())) + Line("binary", Text(component.binary())) +
         Line("args", Quoted(component.args())) + Line("environ", Quoted(component.environ())) +
         Line("flags", FlagNames(component)) + "      stdout " +
         Text(NameIn(cml::kSinks, component.stdout_sink())) + ", stderr " +
         Text(NameIn(cml::kSinks, component.stderr_sink())) + ", stop_event " +
         Text(NameIn(cml::kStopEvents, component.stop_event())) + ", bad_handles " +
         Text(NameIn(cml::kBadHandlePolicies, component.bad_handle_policy())) + "\n" +
         "      startup " + Text(NameIn(cml::kStartups, component.startup())) + ", wave " +
         std::to_string(component.wave()) + ", timer slack " +
         std::to_string(component.timer_slack_ns()) + " ns " +
         Text(NameIn(cml::kSlackModes, component.slack_mode())) + "\n" +
         SupervisionText(component) + OutputText(component) + ConnectionText(table, component);
}

std::string SystemText(const Table& table) {
  const manifest::SystemRecord system = table.system();
  const manifest::SystemRecord usual;
  if (system.stop_deadline_ms == usual.stop_deadline_ms && system.hardware_watchdog_ms == 0 &&
      system.on_fatal == usual.on_fatal) {
    return "";
  }
  return "  system: stop deadline " + Ms(system.stop_deadline_ms) + ", hardware watchdog " +
         (system.hardware_watchdog_ms == 0 ? "off" : Ms(system.hardware_watchdog_ms)) +
         ", on_fatal " + Text(NameIn(cml::kOnFatal, system.on_fatal)) + "\n";
}

}  // namespace hafnon
