// SPDX-License-Identifier: BSD-2-Clause
// The topics `handles` and `namespace`.
#include <algorithm>
#include <limits>

#include "lib/manifest/component_check.h"
#include "lib/manifest/moniker.h"
#include "tools/cml/names.h"
#include "tools/cml/topics.h"

namespace cml {
namespace {

using manifest::HandleSource;
using manifest::NamespaceSource;
using report::Code;

// Fields of a handle, by what its source needs; the first ones are those of every handle.
constexpr std::string_view kPlainFields[] = {"type", "arg", "source", "rights"};
constexpr std::string_view kRangeFields[] = {"type", "arg", "source", "rights", "base", "size"};
constexpr std::string_view kBaseFields[] = {"type", "arg", "source", "rights", "base"};
constexpr std::string_view kNamedFields[] = {"type", "arg", "source", "rights", "name"};
constexpr std::string_view kPairFields[] = {"type", "arg", "source", "rights", "name", "end"};
constexpr std::string_view kOfJobFields[] = {"type", "arg", "source", "rights", "component"};

std::span<const std::string_view> FieldsOf(HandleSource source) {
  switch (source) {
    case HandleSource::kMmio:
    case HandleSource::kIrq:
    case HandleSource::kIoPort:
    case HandleSource::kSmc:
      return kRangeFields;
    case HandleSource::kSystem:
      return kBaseFields;
    case HandleSource::kKernelVmo:
    case HandleSource::kEvent:
      return kNamedFields;
    case HandleSource::kChannel:
    case HandleSource::kSocket:
    case HandleSource::kEventpair:
      return kPairFields;
    case HandleSource::kJob:
      return kOfJobFields;
    case HandleSource::kConfigVmo:
    case HandleSource::kUtcClock:
    case HandleSource::kReadiness:
    case HandleSource::kCount:
      break;
  }
  return kPlainFields;
}

// The source alone decides which fields there are, so it is read before the object is.
HandleSource SourceOf(const json5::Value& value) {
  const json5::Member* source = value.Find("source");
  const auto place = std::ranges::find(kHandleSources, source ? source->value.text : "");
  return place == std::end(kHandleSources)
             ? HandleSource::kCount
             : static_cast<HandleSource>(place - std::begin(kHandleSources));
}

uint32_t ReadRights(const Object& object, const Context& context) {
  const std::vector<std::string_view> names = NamesOf(kRights);
  uint32_t rights = 0;
  for (const Text& text : object.Strings("rights")) {
    const auto place = std::ranges::find(names, text.value);
    if (place == names.end()) {
      context.Fail(Code::kValueNotAllowed, text.span,
                   "\"" + text.value + "\" is not a right; rights are " + Alternatives(names));
    } else {
      rights |= kRights[place - names.begin()].value;
    }
  }
  if (rights == 0 && object.Find("rights") && object.Find("rights")->items.empty()) {
    context.Fail(Code::kOutOfRange, object.SpanOf("rights"), "`rights` must not be empty");
  }
  return rights;
}

void ReadSourceFields(const Object& object, const Context& context, Options& out,
                      manifest::HandleSpec& handle) {
  object.Number("base", 0, kMostExact, handle.base);
  object.Number("size", 1, kMostExact, handle.size);
  object.Number("end", 0, 1, handle.end);
  if (const std::optional<Text> name = object.String("name")) {
    handle.name = name->value;
    if (!manifest::IsImagePath(name->value)) {
      context.Fail(Code::kBadPath, name->span,
                   "`name` must be a name without spaces, such as \"link\" or \"a/b\"");
    }
  }
  if (const std::optional<Text> component = object.String("component")) {
    handle.component = component->value;
    out.components.push_back(*component);
  }
}

void ReadHandle(const json5::Value& value, const Context& context, Options& out) {
  const HandleSource source = SourceOf(value);
  const std::span<const std::string_view> known = FieldsOf(source);
  std::vector<std::string_view> required(known.begin(), known.end());
  std::erase(required, "arg");
  const Object object(value, {.owner = "this handle", .known = known, .required = required},
                      context);
  manifest::HandleSpec handle;
  if (source == HandleSource::kCount) {
    object.Choice("source", kHandleSources, 0);
    return;
  }
  const std::vector<std::string_view> types = NamesOf(kHandleTypes);
  handle.source = source;
  handle.type =
      static_cast<uint16_t>(kHandleTypes[object.Choice("type", types, types.size() - 1)].value);
  object.Number("arg", 0, std::numeric_limits<uint16_t>::max(), handle.argument);
  handle.rights = ReadRights(object, context);
  ReadSourceFields(object, context, out, handle);
  const auto is_same = [&](const manifest::HandleSpec& other) {
    return other.type == handle.type && other.argument == handle.argument;
  };
  if (std::ranges::any_of(out.spec.handles, is_same)) {
    context.Fail(Code::kHandleTwice, object.SpanOf("type"),
                 "this component has a handle of this type and `arg` already");
  }
  out.spec.handles.push_back(handle);
}

// Where an entry comes from: "image", "empty" or "#component".
void ReadFrom(const Object& object, const Context& context, Options& out,
              manifest::NamespaceSpec& entry) {
  const std::optional<Text> from = object.String("from");
  if (!from) return;
  if (from->value == "empty") {
    entry.source = NamespaceSource::kEmpty;
  } else if (from->value.starts_with('#')) {
    entry.source = NamespaceSource::kProvider;
    entry.provider = "/" + from->value.substr(1);
    out.components.push_back({entry.provider, from->span});
  } else if (from->value != "image") {
    context.Fail(Code::kValueNotAllowed, from->span,
                 "`from` must be \"image\", \"empty\" or a component such as \"#store\", found \"" +
                     from->value + "\"");
  }
}

void ReadEntryPaths(const Object& object, const Context& context, const Options& out,
                    manifest::NamespaceSpec& entry) {
  if (const std::optional<Text> path = object.String("path")) {
    entry.path = path->value;
    if (!manifest::IsMountPath(path->value)) {
      context.Fail(Code::kBadPath, path->span, "`path` must be absolute, such as \"/data\"");
    }
    const auto overlaps = [&](const manifest::NamespaceSpec& other) {
      return manifest::PathsOverlap(other.path, entry.path);
    };
    const bool hides_package = entry.path != "/pkg" && manifest::PathsOverlap(entry.path, "/pkg");
    if (hides_package || std::ranges::any_of(out.spec.name_space, overlaps)) {
      context.Fail(Code::kPathsOverlap, path->span,
                   "`" + path->value + "` overlaps " +
                       (hides_package ? "`/pkg`" : "another entry of the namespace"));
    }
  }
  const std::optional<Text> directory = object.String("directory");
  if (!directory) return;
  entry.source_path = directory->value;
  if (entry.source == NamespaceSource::kEmpty) {
    context.Fail(Code::kContradiction, directory->span, "an empty directory has no `directory`");
  } else if (!manifest::IsImagePath(directory->value)) {
    context.Fail(Code::kBadPath, directory->span,
                 "`directory` must be a path without a leading slash, such as \"usr/fonts\"");
  }
}

void ReadEntry(const json5::Value& value, const Context& context, Options& out) {
  static constexpr std::string_view kKnown[] = {"path", "from", "directory", "rights"};
  static constexpr std::string_view kRequired[] = {"path", "from"};
  const Object object(
      value, {.owner = "this namespace entry", .known = kKnown, .required = kRequired}, context);
  manifest::NamespaceSpec entry;
  ReadFrom(object, context, out, entry);
  ReadEntryPaths(object, context, out, entry);
  object.Enumerator("rights", kNamespaceRights, entry.rights);
  if (entry.rights == manifest::NamespaceRights::kReadWrite &&
      entry.source != NamespaceSource::kProvider) {
    context.Fail(Code::kContradiction, object.SpanOf("rights"),
                 "only the directory of a component can have `rights: \"rw\"`");
  }
  if (entry.source == NamespaceSource::kProvider) {
    out.need_outgoing_of.push_back({entry.provider, object.SpanOf("from")});
  }
  out.spec.name_space.push_back(entry);
}

std::span<const json5::Value> ListOf(const json5::Value& value, std::string_view subject,
                                     size_t most, const Context& context) {
  if (value.kind != json5::Kind::kArray) {
    FailType(context, value, subject, "a list");
    return {};
  }
  if (value.items.size() <= most) return value.items;
  context.Fail(Code::kOutOfRange, {value.span.offset, 1},
               std::string(subject) + " has more than " + std::to_string(most) + " entries");
  return {};
}

}  // namespace

void ReadHandles(const json5::Value& value, const Context& context, Options& out) {
  out.handles_span = {value.span.offset, 1};
  for (const json5::Value& handle :
       ListOf(value, "`handles` of a component", manifest::kMaxHandles, context)) {
    ReadHandle(handle, context, out);
  }
}

void ReadNamespace(const json5::Value& value, const Context& context, Options& out) {
  for (const json5::Value& entry :
       ListOf(value, "`namespace` of a component", manifest::kMaxNamespaceEntries, context)) {
    ReadEntry(entry, context, out);
  }
}

}  // namespace cml
