// SPDX-License-Identifier: BSD-2-Clause
// What a system manifest says about single components under `hafnon`: topics such as `limits` or
// `restart`, each an object with monikers as names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/manifest/builder.h"
#include "tools/cml/object.h"

namespace cml {

// A field that needs an allowlist entry.
struct PrivilegeUse {
  manifest::Privilege privilege;
  json5::Span span;
};

// Everything that the topics say about one component.
struct Options {
  json5::Span span;              // of the first moniker that named it
  manifest::ComponentSpec spec;  // only the fields that topics set
  std::optional<manifest::Sink> stdout_sink;
  std::optional<manifest::Sink> stderr_sink;
  std::vector<PrivilegeUse> privileges;
  // Fields that mean something only together with what the component manifest may say.
  std::vector<Text> need_lifecycle;
  std::vector<Text> need_outgoing;
  std::vector<Text> components;        // other components that it names, by moniker
  std::vector<Text> need_outgoing_of;  // of those, the ones that must have an outgoing directory
  json5::Span handles_span;
};

using OptionsByMoniker = std::map<std::string, Options>;

// The names of all topics.
std::span<const std::string_view> TopicNames();

// Reads the topics in `hafnon`, the object of that name.
void ReadTopics(const Object& hafnon, const Context& context, OptionsByMoniker& out);

// The topics whose value is a list (handles.cc).
void ReadHandles(const json5::Value& value, const Context& context, Options& out);
void ReadNamespace(const json5::Value& value, const Context& context, Options& out);

}  // namespace cml
