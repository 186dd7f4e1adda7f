// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/system_manifest.h"

#include <charconv>
#include <limits>

#include "lib/manifest/moniker.h"
#include "tools/report/suggest.h"

namespace cml {
namespace {

using manifest::Privilege;
using report::Code;

constexpr std::string_view kSystemKnown[] = {"children", "hafnon"};
constexpr std::string_view kSystemRequired[] = {"children"};
constexpr std::string_view kSystemUnsupported[] = {
    "include", "collections", "offer", "use", "expose", "capabilities", "environments", "facets"};
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

constexpr std::string_view kHafnonKnown[] = {"policy", "budgets"};
constexpr std::string_view kHafnonUnsupported[] = {"limits"};
constexpr Fields kHafnon = {
    .owner = "`hafnon`", .known = kHafnonKnown, .unsupported = kHafnonUnsupported};

struct PolicyField {
  std::string_view name;
  Privilege privilege;
};
constexpr PolicyField kPolicyFields[] = {
    {"ambient_mark_vmo_exec", Privilege::kAmbientMarkVmoExec},
    {"main_process_critical", Privilege::kMainProcessCritical},
    {"create_raw_processes", Privilege::kCreateRawProcesses},
};
constexpr std::string_view kPolicyKnown[] = {"ambient_mark_vmo_exec", "main_process_critical",
                                             "create_raw_processes"};
constexpr std::string_view kPolicyUnsupported[] = {"reboot_on_terminate"};
constexpr Fields kPolicy = {
    .owner = "`policy`", .known = kPolicyKnown, .unsupported = kPolicyUnsupported};

constexpr std::string_view kBudgetsKnown[] = {"image"};
constexpr std::string_view kBudgetsUnsupported[] = {"boot_ms"};
constexpr Fields kBudgets = {
    .owner = "`budgets`", .known = kBudgetsKnown, .unsupported = kBudgetsUnsupported};

constexpr std::string_view kStartups[] = {"lazy", "eager"};
constexpr std::string_view kOnTerminate[] = {"none", "reboot"};

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

void ReadOnTerminate(const Object& object, const Context& context) {
  if (object.Choice("on_terminate", kOnTerminate, 0) == 0) return;
  context.Fail(Code::kNotSupportedYet, object.Find("on_terminate")->span,
               "`on_terminate: \"reboot\"` is not supported yet by this version",
               "use \"none\" or remove the field");
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
  child.startup = static_cast<manifest::Startup>(object.Choice("startup", kStartups, 0));
  ReadOnTerminate(object, context);
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
  const json5::Value* image = budgets.Find("image");
  if (!image) return;
  out.image_budget_span = image->span;
  if (image->kind == json5::Kind::kString) out.image_budget_bytes = ParseSize(image->text);
  if (image->kind == json5::Kind::kNumber && image->number >= 0 && image->number < 1e15) {
    out.image_budget_bytes = static_cast<uint64_t>(image->number);
  }
  if (out.image_budget_bytes) return;
  context.Fail(Code::kValueNotAllowed, image->span,
               "`image` must be a number of bytes, or one with K, M or G such as \"256K\"");
}

}  // namespace

std::optional<uint64_t> ParseSize(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr == text.data()) return std::nullopt;
  const std::string_view unit(result.ptr, static_cast<size_t>(end - result.ptr));
  unsigned shift = 0;
  if (unit == "K") {
    shift = 10;
  } else if (unit == "M") {
    shift = 20;
  } else if (unit == "G") {
    shift = 30;
  } else if (!unit.empty()) {
    return std::nullopt;
  }
  if (number > std::numeric_limits<uint64_t>::max() >> shift) return std::nullopt;
  return number << shift;
}

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
  if (const json5::Value* hafnon = top.Find("hafnon")) {
    const Object object(*hafnon, kHafnon, context);
    if (const json5::Value* policy = object.Find("policy")) ReadPolicy(*policy, context, out);
    if (const json5::Value* budgets = object.Find("budgets")) ReadBudgets(*budgets, context, out);
  }
  if (context.report.error_count() != errors_before) return std::nullopt;
  return out;
}

}  // namespace cml
