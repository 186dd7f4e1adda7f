// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/topics.h"

#include <algorithm>
#include <array>
#include <limits>

#include "lib/manifest/component_check.h"
#include "lib/manifest/moniker.h"
#include "tools/cml/names.h"

namespace cml {
namespace {

using manifest::Privilege;
using report::Code;

constexpr uint64_t kMost32 = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kMost16 = std::numeric_limits<uint16_t>::max();
constexpr size_t kMaxChecksumBytes = 64;
constexpr size_t kMaxConfigBytes = 64 << 10;

Object ObjectOf(const json5::Value& value, std::string_view owner,
                std::span<const std::string_view> known, const Context& context) {
  return Object(value, {.owner = owner, .known = known}, context);
}

void ReadLimits(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"memory", "handles", "processes", "threads"};
  const Object object = ObjectOf(value, "`limits`", kKnown, context);
  object.Size("memory", 1, kMostExact, out.spec.limits.memory_bytes);
  object.Number("handles", 1, kMost32, out.spec.limits.handles);
  object.Number("processes", 1, kMost32, out.spec.limits.processes);
  object.Number("threads", 1, kMost32, out.spec.limits.threads);
}

void ReadRestart(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"policy",  "first_delay_ms", "max_delay_ms",
                                                "burst",   "window_ms",      "stable_ms",
                                                "give_up", "scope"};
  static constexpr std::string_view kRequired[] = {"policy"};
  const Object object(value, {.owner = "`restart`", .known = kKnown, .required = kRequired},
                      context);
  manifest::Restart& restart = out.spec.restart;
  object.Enumerator("policy", kRestartPolicies, restart.policy);
  object.Number("first_delay_ms", 0, kMost32, restart.first_delay_ms);
  object.Number("max_delay_ms", 0, kMost32, restart.max_delay_ms);
  object.Number("burst", 1, kMost32, restart.burst);
  object.Number("window_ms", 1, kMost32, restart.window_ms);
  object.Number("stable_ms", 0, kMost32, restart.stable_ms);
  object.Enumerator("give_up", kGiveUps, restart.give_up);
  object.Enumerator("scope", kRestartScopes, restart.scope);
  if (restart.give_up == manifest::GiveUp::kReboot) {
    out.privileges.push_back({Privilege::kRebootOnTerminate, object.SpanOf("give_up")});
  }
  if (restart.first_delay_ms <= restart.max_delay_ms) return;
  const char* place = object.Find("first_delay_ms") ? "first_delay_ms" : "max_delay_ms";
  context.Fail(Code::kContradiction, object.SpanOf(place),
               "`first_delay_ms` is above `max_delay_ms`", "",
               {"note: " + std::to_string(restart.first_delay_ms) + " ms and " +
                std::to_string(restart.max_delay_ms) + " ms, one of them by default"});
}

void ReadWatchdog(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"period_ms", "misses", "action"};
  static constexpr std::string_view kRequired[] = {"period_ms"};
  const Object object(value, {.owner = "`watchdog`", .known = kKnown, .required = kRequired},
                      context);
  manifest::Watchdog& watchdog = out.spec.watchdog;
  object.Number("period_ms", 1, kMost32, watchdog.period_ms);
  object.Number("misses", 1, kMost16, watchdog.misses);
  object.Enumerator("action", kWatchdogActions, watchdog.action);
  out.need_lifecycle.push_back({"watchdog", object.SpanOf("period_ms")});
  if (watchdog.action == manifest::WatchdogAction::kReboot) {
    out.privileges.push_back({Privilege::kRebootOnTerminate, object.SpanOf("action")});
  }
}

void ReadReadiness(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"signal", "path", "timeout_ms"};
  static constexpr std::string_view kRequired[] = {"signal"};
  const Object object(value, {.owner = "`readiness`", .known = kKnown, .required = kRequired},
                      context);
  object.Enumerator("signal", kReadinesses, out.spec.readiness);
  object.Number("timeout_ms", 1, kMost32, out.spec.timeouts.start_ms);
  if (out.spec.readiness == manifest::Readiness::kLifecycle) {
    out.need_lifecycle.push_back({"readiness", object.SpanOf("signal")});
  }
  const bool by_path = out.spec.readiness == manifest::Readiness::kOutgoing;
  if (by_path) out.need_outgoing.push_back({"readiness", object.SpanOf("signal")});
  const std::optional<Text> path = object.String("path");
  if (by_path != path.has_value()) {
    context.Fail(Code::kContradiction, object.SpanOf(path ? "path" : "signal"),
                 "`signal: \"outgoing\"` and `path` need each other");
  } else if (path && !manifest::IsImagePath(path->value)) {
    context.Fail(Code::kBadPath, path->span,
                 "`path` must be a path inside the outgoing directory, such as \"svc/a.B\"");
  }
  if (path) out.spec.ready_path = path->value;
}

void ReadStop(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"timeout_ms", "kill_timeout_ms"};
  const Object object = ObjectOf(value, "`stop`", kKnown, context);
  object.Number("timeout_ms", 0, kMost32, out.spec.timeouts.stop_ms);
  object.Number("kill_timeout_ms", 1, kMost32, out.spec.timeouts.kill_ms);
}

void ReadLog(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"tag", "min_severity", "lines_per_second", "burst"};
  const Object object = ObjectOf(value, "`log`", kKnown, context);
  object.Enumerator("min_severity", kSeverities, out.spec.log.min_severity);
  object.Number("lines_per_second", 1, kMost16, out.spec.log.lines_per_second);
  object.Number("burst", 1, kMost16, out.spec.log.burst);
  const std::optional<Text> tag = object.String("tag");
  if (!tag) return;
  out.spec.log_tag = tag->value;
  if (manifest::IsChildName(tag->value)) return;
  context.Fail(Code::kBadChildName, tag->span,
               "\"" + tag->value + "\" cannot be the tag of a component", "",
               {"help: use a-z 0-9 _ - . and start with a letter, digit or underscore"});
}

void ReadCrash(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"frames", "keep"};
  const Object object = ObjectOf(value, "`crash`", kKnown, context);
  object.Number("frames", 0, manifest::kMaxBacktraceFrames, out.spec.crash.frames);
  object.Size("keep", 0, kMost32, out.spec.crash.keep_bytes);
}

void ReadOutput(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"stdout", "stderr"};
  const Object object = ObjectOf(value, "`output`", kKnown, context);
  for (const auto& [name, sink] :
       {std::pair("stdout", &out.stdout_sink), std::pair("stderr", &out.stderr_sink)}) {
    if (!object.Find(name)) continue;
    sink->emplace();
    object.Enumerator(name, kSinks, **sink);
  }
}

void ReadJobPolicy(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"condition", "action"};
  const Object object(value, {.owner = "this policy", .known = kKnown, .required = kKnown},
                      context);
  const std::vector<std::string_view> conditions = NamesOf(kPolicyConditions);
  const size_t condition = object.Choice("condition", conditions, conditions.size());
  const size_t action = object.Choice("action", kPolicyActions, 0);
  if (condition == conditions.size()) return;
  const manifest::JobPolicyRecord record = {kPolicyConditions[condition].value,
                                            static_cast<uint32_t>(action)};
  const auto known = std::ranges::find(out.spec.job_policies, record.condition,
                                       &manifest::JobPolicyRecord::condition);
  if (known != out.spec.job_policies.end()) {
    context.Fail(Code::kTwice, object.SpanOf("condition"),
                 "two policies for `" + std::string(conditions[condition]) + "`",
                 "remove this one or the other");
    return;
  }
  out.spec.job_policies.push_back(record);
}

void ReadJob(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"policies", "timer_slack_ns", "timer_mode"};
  const Object object = ObjectOf(value, "`job`", kKnown, context);
  object.Number("timer_slack_ns", 0, kMostExact, out.spec.timer_slack_ns);
  object.Enumerator("timer_mode", kSlackModes, out.spec.slack_mode);
  for (const json5::Value& policy : object.List("policies")) ReadJobPolicy(policy, context, out);
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<uint8_t> ReadHex(const Object& object, std::string_view name, size_t most_bytes,
                             const Context& context) {
  const std::optional<Text> text = object.String(name);
  if (!text) return {};
  std::vector<uint8_t> bytes;
  bool good = text->value.size() % 2 == 0 && text->value.size() / 2 <= most_bytes;
  for (size_t i = 0; good && i < text->value.size(); i += 2) {
    const int high = DigitOf(text->value[i]);
    const int low = DigitOf(text->value[i + 1]);
    good = high >= 0 && low >= 0;
    if (good) bytes.push_back(static_cast<uint8_t>(high << 4 | low));
  }
  if (good) return bytes;
  context.Fail(Code::kBadConfig, text->span,
               "`" + std::string(name) + "` must be pairs of hexadecimal digits, at most " +
                   std::to_string(most_bytes));
  return {};
}

void ReadConfig(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"checksum", "payload"};
  const Object object(value, {.owner = "`config`", .known = kKnown, .required = kKnown}, context);
  const std::vector<uint8_t> checksum = ReadHex(object, "checksum", kMaxChecksumBytes, context);
  const std::vector<uint8_t> payload = ReadHex(object, "payload", kMaxConfigBytes, context);
  std::vector<uint8_t>& config = out.spec.config;
  config = {static_cast<uint8_t>(checksum.size()), 0};
  config.insert(config.end(), checksum.begin(), checksum.end());
  config.insert(config.end(), payload.begin(), payload.end());
}

void ReadDebug(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"break_on_start_ms"};
  const Object object = ObjectOf(value, "`debug`", kKnown, context);
  object.Number("break_on_start_ms", 0, 300, out.spec.break_on_start_ms);
}

void ReadEscrow(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"allowed"};
  const Object object = ObjectOf(value, "`escrow`", kKnown, context);
  if (!object.Boolean("allowed")) return;
  out.spec.flags |= static_cast<uint32_t>(manifest::Flag::kEscrowAllowed);
  out.need_lifecycle.push_back({"escrow", object.SpanOf("allowed")});
}

void ReadClock(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"utc"};
  const Object object = ObjectOf(value, "`clock`", kKnown, context);
  object.Enumerator("utc", kUtcClocks, out.spec.utc_clock);
  if (out.spec.utc_clock == manifest::UtcClock::kMaintainer) {
    out.privileges.push_back({Privilege::kUtcMaintainer, object.SpanOf("utc")});
  }
}

struct Topic {
  std::string_view name;
  void (*read)(const json5::Value& value, const Context& context, Options& out);
};
constexpr Topic kTopics[] = {
    {"limits", ReadLimits}, {"restart", ReadRestart},     {"watchdog", ReadWatchdog},
    {"stop", ReadStop},     {"readiness", ReadReadiness}, {"log", ReadLog},
    {"crash", ReadCrash},   {"output", ReadOutput},       {"job", ReadJob},
    {"config", ReadConfig}, {"debug", ReadDebug},         {"escrow", ReadEscrow},
    {"clock", ReadClock},   {"handles", ReadHandles},     {"namespace", ReadNamespace},
};
constexpr size_t kTopicCount = std::size(kTopics);

constexpr std::array<std::string_view, kTopicCount> kTopicNames = [] {
  std::array<std::string_view, kTopicCount> names = {};
  for (size_t i = 0; i < kTopicCount; ++i) names[i] = kTopics[i].name;
  return names;
}();

void ReadTopic(const Topic& topic, const json5::Value& value, const Context& context,
               OptionsByMoniker& out) {
  if (value.kind != json5::Kind::kObject) {
    FailType(context, value, "`" + std::string(topic.name) + "`",
             "an object with monikers as names");
    return;
  }
  for (const json5::Member& member : value.members) {
    const json5::Member* first = value.Find(member.name);
    if (first != &member) {
      context.Fail(Code::kDuplicateField, member.name_span,
                   "`" + member.name + "` is given twice in `" + std::string(topic.name) + "`",
                   "remove this one or the other",
                   {"note: first given in " + context.LineOf(first->name_span)});
      continue;
    }
    const auto [place, is_new] = out.try_emplace(member.name);
    if (is_new) place->second.span = member.name_span;
    topic.read(member.value, context, place->second);
  }
}

// Reports topics that contradict each other.
void CheckOptions(const Options& options, const Context& context) {
  const auto is_readiness = [](const manifest::HandleSpec& handle) {
    return handle.source == manifest::HandleSource::kReadiness;
  };
  const auto handles = std::ranges::count_if(options.spec.handles, is_readiness);
  const bool by_eventpair = options.spec.readiness == manifest::Readiness::kEventpair;
  if (handles != (by_eventpair ? 1 : 0)) {
    context.Fail(
        Code::kContradiction, handles ? options.handles_span : options.span,
        "`signal: \"eventpair\"` and one handle with `source: \"readiness\"` need each other");
  }
  const auto is_config = [](const manifest::HandleSpec& handle) {
    return handle.source == manifest::HandleSource::kConfigVmo;
  };
  if (options.spec.config.empty() && std::ranges::any_of(options.spec.handles, is_config)) {
    context.Fail(Code::kContradiction, options.handles_span,
                 "a handle has `source: \"config\"`, but the component has no `config`");
  }
}

}  // namespace

std::span<const std::string_view> TopicNames() { return kTopicNames; }

void ReadTopics(const Object& hafnon, const Context& context, OptionsByMoniker& out) {
  for (const Topic& topic : kTopics) {
    if (const json5::Value* value = hafnon.Find(topic.name)) {
      ReadTopic(topic, *value, context, out);
    }
  }
  for (const auto& [moniker, options] : out) CheckOptions(options, context);
}

}  // namespace cml
