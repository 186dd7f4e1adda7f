// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/system_manifest.h"

#include <algorithm>
#include <limits>

#include "lib/manifest/moniker.h"
#include "tools/cml/names.h"
#include "tools/report/suggest.h"

namespace cml {
namespace {

using manifest::Privilege;
using report::Code;

constexpr std::string_view kSystemKnown[] = {"children", "offer", "hafnon"};
constexpr std::string_view kSystemRequired[] = {"children"};
constexpr std::string_view kSystemUnsupported[] = {
    "include", "collections", "use", "expose", "capabilities", "environments", "facets"};
constexpr Fields kSystem = {.owner = "the system manifest",
                            .known = kSystemKnown,
                            .required = kSystemRequired,
                            .unsupported = kSystemUnsupported};

constexpr std::string_view kChildKnown[] = {"name", "url", "startup", "on_terminate"};
constexpr std::string_view kChildRequired[] = {"name", "url"};
constexpr std::string_view kChildUnsupported[] = {"environment"};
constexpr Fields kChild = {.owner = "this child",
                           .known = kChildKnown,
                           .required = kChildRequired,
                           .unsupported = kChildUnsupported};

// Beside the topics.
constexpr std::string_view kHafnonOwn[] = {"policy", "budgets", "system"};

struct PolicyField {
  std::string_view name;
  Privilege privilege;
};
constexpr PolicyField kPolicyFields[] = {
    {"ambient_mark_vmo_exec", Privilege::kAmbientMarkVmoExec},
    {"main_process_critical", Privilege::kMainProcessCritical},
    {"create_raw_processes", Privilege::kCreateRawProcesses},
    {"reboot_on_terminate", Privilege::kRebootOnTerminate},
    {"utc_maintainer", Privilege::kUtcMaintainer},
};
constexpr std::string_view kPolicyKnown[] = {"ambient_mark_vmo_exec", "main_process_critical",
                                             "create_raw_processes", "reboot_on_terminate",
                                             "utc_maintainer"};
constexpr Fields kPolicy = {.owner = "`policy`", .known = kPolicyKnown};

constexpr std::string_view kSystemFields[] = {"stop_deadline_ms", "hardware_watchdog_ms",
                                              "on_fatal"};

constexpr std::string_view kBudgetsKnown[] = {"image"};
constexpr std::string_view kBudgetsUnsupported[] = {"boot_ms"};
constexpr Fields kBudgets = {
    .owner = "`budgets`", .known = kBudgetsKnown, .unsupported = kBudgetsUnsupported};

constexpr std::string_view kUrlPrefix = "fuchsia-boot:///#meta/";
constexpr std::string_view kUrlSuffix = ".cm";

void ReadUrl(const Context& context, Child& child) {
  const std::string_view url = child.url.value;
  if (url.size() > kUrlPrefix.size() + kUrlSuffix.size() && url.starts_with(kUrlPrefix) &&
      url.ends_with(kUrlSuffix)) {
    child.manifest_name =
        url.substr(kUrlPrefix.size(), url.size() - kUrlPrefix.size() - kUrlSuffix.size());
    if (manifest::IsChildName(child.manifest_name)) return;
  }
  context.Fail(Code::kBadUrl, child.url.span, "URL \"" + child.url.value + "\" is not understood",
               "", {"help: write \"fuchsia-boot:///#meta/NAME.cm\" for the component of NAME.cml"});
}

Child ReadChild(const json5::Value& value, const Context& context) {
  const Object object(value, kChild, context);
  Child child;
  if (std::optional<Text> name = object.String("name")) {
    child.name = *std::move(name);
    if (!manifest::IsChildName(child.name.value)) {
      context.Fail(Code::kBadChildName, child.name.span,
                   "\"" + child.name.value + "\" cannot be the name of a component", "",
                   {"help: use a-z 0-9 _ - . and start with a letter, digit or underscore"});
    }
  }
  if (std::optional<Text> url = object.String("url")) {
    child.url = *std::move(url);
    ReadUrl(context, child);
  }
  object.Enumerator("startup", kStartups, child.startup);
  object.Enumerator("on_terminate", kOnTerminate, child.on_terminate);
  child.on_terminate_span = object.SpanOf("on_terminate");
  return child;
}

void CheckDuplicateNames(const std::vector<Child>& children, const Context& context) {
  for (size_t i = 0; i < children.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (children[i].name.value.empty() || children[i].name.value != children[j].name.value)
        continue;
      context.Fail(Code::kDuplicateChild, children[i].name.span,
                   "two components are named `" + children[i].name.value + "`", "rename this one",
                   {"note: first in line " +
                    std::to_string(context.source.PositionOf(children[j].name.span.offset).line)});
      break;
    }
  }
}

std::string_view DescribeFault(manifest::PatternFault fault) {
  switch (fault) {
    case manifest::PatternFault::kNone:
      break;
    case manifest::PatternFault::kNoLeadingSlash:
      return "does not start with `/`";
    case manifest::PatternFault::kDescendantWildcardOnlyAtEnd:
      return "has `**` before its end";
    case manifest::PatternFault::kInvalidCollectionName:
      return "has a bad collection name";
    case manifest::PatternFault::kInvalidChildName:
      return "has a bad component name";
  }
  return "is not understood";
}

void ReadPolicy(const json5::Value& value, const Context& context, SystemManifest& out) {
  const Object policy(value, kPolicy, context);
  for (const PolicyField& field : kPolicyFields) {
    for (const Text& pattern : policy.Strings(field.name)) {
      const manifest::PatternFault fault = manifest::CheckPattern(pattern.value);
      if (fault != manifest::PatternFault::kNone) {
        context.Fail(
            Code::kBadPattern, pattern.span,
            "allowlist entry \"" + pattern.value + "\" " + std::string(DescribeFault(fault)));
      }
      out.policy.push_back({field.privilege, pattern});
    }
  }
}

void ReadBudgets(const json5::Value& value, const Context& context, SystemManifest& out) {
  const Object budgets(value, kBudgets, context);
  if (!budgets.Find("image")) return;
  out.image_budget_span = budgets.SpanOf("image");
  out.image_budget_bytes.emplace();
  budgets.Size("image", 0, std::numeric_limits<uint64_t>::max(), *out.image_budget_bytes);
}

void ReadSystemFields(const json5::Value& value, const Context& context, SystemManifest& out) {
  constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
  const Object system(value, {.owner = "`system`", .known = kSystemFields}, context);
  system.Number("stop_deadline_ms", 1, kMost, out.system.stop_deadline_ms);
  system.Number("hardware_watchdog_ms", 0, kMost, out.system.hardware_watchdog_ms);
  system.Enumerator("on_fatal", kOnFatal, out.system.on_fatal);
}

void ReadHafnon(const json5::Value& value, const Context& context, SystemManifest& out) {
  std::vector<std::string_view> known(std::begin(kHafnonOwn), std::end(kHafnonOwn));
  known.insert(known.end(), TopicNames().begin(), TopicNames().end());
  const Object object(value, {.owner = "`hafnon`", .known = known}, context);
  if (const json5::Value* policy = object.Find("policy")) ReadPolicy(*policy, context, out);
  if (const json5::Value* budgets = object.Find("budgets")) ReadBudgets(*budgets, context, out);
  if (const json5::Value* system = object.Find("system")) ReadSystemFields(*system, context, out);
  ReadTopics(object, context, out.options);
}

// Reports monikers that are not those of children.
class ReferenceCheck {
 public:
  ReferenceCheck(const SystemManifest& system, const Context& context) : context_(context) {
    for (const Child& child : system.children) monikers_.push_back("/" + child.name.value);
  }
  void Check(const std::string& moniker, json5::Span span) const {
    if (std::ranges::find(monikers_, moniker) != monikers_.end()) return;
    const std::vector<std::string_view> names(monikers_.begin(), monikers_.end());
    context_.Fail(Code::kUnknownComponent, span, "no component of this system is `" + moniker + "`",
                  report::DidYouMean(moniker, names));
  }

 private:
  const Context& context_;
  std::vector<std::string> monikers_;
};

void CheckReferences(const SystemManifest& system, const Context& context) {
  const ReferenceCheck references(system, context);
  for (const auto& [moniker, options] : system.options) {
    references.Check(moniker, options.span);
    for (const Text& named : options.components) references.Check(named.value, named.span);
  }
  uint32_t checked = 0;
  for (const Offer& offer : system.offers) {
    // One `from` may have many `to`.
    if (offer.from.span.offset != checked) references.Check(offer.from.value, offer.from.span);
    checked = offer.from.span.offset;
    references.Check(offer.to.value, offer.to.span);
  }
}

}  // namespace

std::string_view PolicyFieldOf(Privilege privilege) {
  for (const PolicyField& field : kPolicyFields) {
    if (field.privilege == privilege) return field.name;
  }
  return "";
}

bool IsSystem(const json5::Value& value) {
  return !value.Find("program") && (value.Find("children") || value.Find("hafnon"));
}

std::optional<SystemManifest> ReadSystem(const json5::Value& value, const Context& context) {
  const uint32_t errors_before = context.report.error_count();
  SystemManifest out;
  out.source = &context.source;
  const Object top(value, kSystem, context);
  for (const json5::Value& child : top.List("children")) {
    out.children.push_back(ReadChild(child, context));
  }
  CheckDuplicateNames(out.children, context);
  out.offers = ReadOffers(top, context);
  if (const json5::Value* hafnon = top.Find("hafnon")) ReadHafnon(*hafnon, context, out);
  CheckReferences(out, context);
  if (context.report.error_count() != errors_before) return std::nullopt;
  return out;
}

}  // namespace cml
