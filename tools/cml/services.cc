// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/services.h"

#include <algorithm>

#include "lib/manifest/moniker.h"
#include "tools/cml/names.h"
#include "tools/report/suggest.h"

namespace cml {
namespace {

using report::Code;

constexpr std::string_view kServices = "/svc";

// The name of a protocol is one element of a path.
std::optional<Text> ReadProtocol(const Object& object, const Context& context) {
  std::optional<Text> protocol = object.String("protocol");
  if (!protocol) return std::nullopt;
  const std::string& name = protocol->value;
  if (manifest::IsImagePath(name) && name.find('/') == std::string::npos) return protocol;
  context.Fail(Code::kBadPath, protocol->span,
               "\"" + name + "\" cannot be the name of a protocol, such as \"example.Echo\"");
  return std::nullopt;
}

// The path of a service below /svc, given or by default.
std::string ReadServicePath(const Object& object, const Text& protocol, const Context& context) {
  const std::optional<Text> given = object.String("path");
  const std::string path = given ? given->value : std::string(kServices) + "/" + protocol.value;
  const bool below = path != kServices && manifest::PathsOverlap(path, kServices);
  if (below && manifest::IsMountPath(path)) return path;
  context.Fail(Code::kBadPath, given ? given->span : protocol.span,
               "the `path` of a service must be below /svc, such as \"/svc/example.Echo\"");
  return path;
}

Use ReadUse(const json5::Value& value, const Context& context) {
  static constexpr std::string_view kKnown[] = {"protocol", "path", "dependency", "availability",
                                                "from"};
  static constexpr std::string_view kRequired[] = {"protocol"};
  static constexpr std::string_view kUnsupported[] = {
      "service", "directory", "storage", "event_stream", "runner", "config", "as", "rights"};
  static constexpr std::string_view kFrom[] = {"parent"};
  const Object object(
      value,
      {.owner = "this use", .known = kKnown, .required = kRequired, .unsupported = kUnsupported},
      context);
  Use use;
  object.Choice("from", kFrom, 0);
  object.Enumerator("dependency", kDependencies, use.dependency);
  object.Enumerator("availability", kAvailabilities, use.availability);
  if (std::optional<Text> protocol = ReadProtocol(object, context)) {
    use.protocol = *std::move(protocol);
    use.path = ReadServicePath(object, use.protocol, context);
  }
  return use;
}

Capability ReadCapability(const json5::Value& value, const Context& context) {
  static constexpr std::string_view kKnown[] = {"protocol", "path"};
  static constexpr std::string_view kRequired[] = {"protocol"};
  static constexpr std::string_view kUnsupported[] = {"service",    "directory", "storage",
                                                      "runner",     "resolver",  "event_stream",
                                                      "dictionary", "config",    "delivery"};
  const Object object(value,
                      {.owner = "this capability",
                       .known = kKnown,
                       .required = kRequired,
                       .unsupported = kUnsupported},
                      context);
  Capability capability;
  if (std::optional<Text> protocol = ReadProtocol(object, context)) {
    capability.protocol = *std::move(protocol);
    capability.path = ReadServicePath(object, capability.protocol, context).substr(1);
  }
  return capability;
}

void ReadExpose(const json5::Value& value, const Context& context,
                std::vector<Capability>& capabilities) {
  static constexpr std::string_view kKnown[] = {"protocol", "from", "to"};
  static constexpr std::string_view kRequired[] = {"protocol", "from"};
  static constexpr std::string_view kUnsupported[] = {"service", "directory", "runner", "as",
                                                      "availability"};
  static constexpr std::string_view kFrom[] = {"self"};
  static constexpr std::string_view kTo[] = {"parent"};
  const Object object(
      value,
      {.owner = "this expose", .known = kKnown, .required = kRequired, .unsupported = kUnsupported},
      context);
  object.Choice("from", kFrom, 0);
  object.Choice("to", kTo, 0);
  const std::optional<Text> protocol = ReadProtocol(object, context);
  if (!protocol) return;
  for (Capability& capability : capabilities) {
    if (capability.protocol.value != protocol->value) continue;
    if (capability.exposed) {
      context.Fail(Code::kTwice, protocol->span, "`" + protocol->value + "` is exposed twice",
                   "remove this one or the other");
    }
    capability.exposed = true;
    return;
  }
  std::vector<std::string_view> names;
  for (const Capability& capability : capabilities) names.push_back(capability.protocol.value);
  context.Fail(Code::kNotProvided, protocol->span,
               "`" + protocol->value + "` is not one of the `capabilities` of this component",
               report::DidYouMean(protocol->value, names));
}

// "#store" as a moniker; reports anything else.
std::optional<Text> ToMoniker(const json5::Value& value, std::string_view field,
                              const Context& context) {
  std::optional<Text> text = ToText(context, value, "`" + std::string(field) + "`");
  if (!text) return std::nullopt;
  if (text->value.starts_with('#')) return Text{"/" + text->value.substr(1), text->span};
  context.Fail(Code::kValueNotAllowed, text->span,
               "`" + std::string(field) + "` must be a component of this system such as " +
                   "\"#store\", found \"" + text->value + "\"");
  return std::nullopt;
}

void ReadOffer(const json5::Value& value, const Context& context, std::vector<Offer>& out) {
  static constexpr std::string_view kKnown[] = {"protocol", "from", "to", "dependency"};
  static constexpr std::string_view kRequired[] = {"protocol", "from", "to"};
  static constexpr std::string_view kUnsupported[] = {
      "service",      "directory", "storage", "runner",       "resolver",
      "event_stream", "as",        "rights",  "availability", "source_availability"};
  const Object object(
      value,
      {.owner = "this offer", .known = kKnown, .required = kRequired, .unsupported = kUnsupported},
      context);
  Offer offer;
  object.Enumerator("dependency", kDependencies, offer.dependency);
  const std::optional<Text> protocol = ReadProtocol(object, context);
  const json5::Value* from_value = object.Find("from");
  const std::optional<Text> from =
      from_value ? ToMoniker(*from_value, "from", context) : std::nullopt;
  const json5::Value* to = object.Find("to");
  if (!to) return;
  const bool is_list = to->kind == json5::Kind::kArray;
  for (const json5::Value& item : is_list ? std::span(to->items) : std::span(to, 1)) {
    const std::optional<Text> target = ToMoniker(item, "to", context);
    if (!target || !protocol || !from) continue;
    offer.protocol = *protocol;
    offer.from = *from;
    offer.to = *target;
    out.push_back(offer);
  }
}

}  // namespace

std::vector<Use> ReadUses(const Object& component, const Context& context) {
  std::vector<Use> uses;
  for (const json5::Value& value : component.List("use")) {
    Use use = ReadUse(value, context);
    const auto overlaps = [&](const Use& other) {
      return manifest::PathsOverlap(other.path, use.path);
    };
    if (!use.path.empty() && std::ranges::any_of(uses, overlaps)) {
      context.Fail(Code::kPathsOverlap, use.protocol.span,
                   "`" + use.path + "` overlaps the path of another use");
    }
    if (!use.path.empty()) uses.push_back(std::move(use));
  }
  if (uses.size() > manifest::kMaxUses) {
    context.Fail(Code::kOutOfRange, {component.SpanOf("use").offset, 1},
                 "a component uses at most " + std::to_string(manifest::kMaxUses) + " services");
  }
  return uses;
}

std::vector<Capability> ReadCapabilities(const Object& component, const Context& context) {
  std::vector<Capability> capabilities;
  for (const json5::Value& value : component.List("capabilities")) {
    Capability capability = ReadCapability(value, context);
    const std::string& name = capability.protocol.value;
    const auto is_same = [&](const Capability& other) { return other.protocol.value == name; };
    if (!name.empty() && std::ranges::any_of(capabilities, is_same)) {
      context.Fail(Code::kTwice, capability.protocol.span,
                   "`" + name + "` is in `capabilities` twice", "remove this one or the other");
    }
    if (!name.empty()) capabilities.push_back(std::move(capability));
  }
  for (const json5::Value& value : component.List("expose")) {
    ReadExpose(value, context, capabilities);
  }
  return capabilities;
}

std::vector<Offer> ReadOffers(const Object& system, const Context& context) {
  std::vector<Offer> offers;
  for (const json5::Value& value : system.List("offer")) ReadOffer(value, context, offers);
  return offers;
}

}  // namespace cml
