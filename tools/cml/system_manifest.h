// SPDX-License-Identifier: BSD-2-Clause
// A system's .cml file, checked.
#pragma once

#include <optional>
#include <vector>

#include "lib/manifest/format.h"
#include "tools/cml/object.h"
#include "tools/cml/services.h"
#include "tools/cml/topics.h"

namespace cml {

struct Child {
  Text name;
  Text url;
  std::string manifest_name;  // "hello" of "fuchsia-boot:///#meta/hello.cm"
  manifest::Startup startup = manifest::Startup::kLazy;
  manifest::OnTerminate on_terminate = manifest::OnTerminate::kNone;
  json5::Span on_terminate_span;
};

struct PolicyEntry {
  manifest::Privilege privilege;
  Text pattern;
};

struct SystemManifest {
  const report::Source* source = nullptr;
  std::vector<Child> children;
  std::vector<Offer> offers;
  std::vector<PolicyEntry> policy;
  OptionsByMoniker options;
  manifest::SystemRecord system;
  std::optional<uint64_t> image_budget_bytes;
  json5::Span image_budget_span;
};

// Whether a manifest describes a system rather than one component.
bool IsSystem(const json5::Value& value);

// The manifest in `value`, or nothing when errors were reported.
std::optional<SystemManifest> ReadSystem(const json5::Value& value, const Context& context);

// The field of hafnon.policy that lists who has `privilege`.
std::string_view PolicyFieldOf(manifest::Privilege privilege);

}  // namespace cml
