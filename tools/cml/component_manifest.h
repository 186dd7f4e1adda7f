// SPDX-License-Identifier: BSD-2-Clause
// One component's .cml file, checked.
#pragma once

#include <optional>
#include <vector>

#include "lib/manifest/format.h"
#include "tools/cml/object.h"
#include "tools/cml/services.h"

namespace cml {

// A flag and where it was set, for errors that only a whole system shows.
struct FlagUse {
  manifest::Flag flag;
  json5::Span span;
};

struct ComponentManifest {
  const report::Source* source = nullptr;
  Text binary;
  std::vector<std::string> args;
  std::vector<std::string> environ;
  std::vector<FlagUse> flags;
  manifest::BadHandlePolicy bad_handle_policy = manifest::BadHandlePolicy::kUnset;
  manifest::StopEvent stop_event = manifest::StopEvent::kIgnore;
  manifest::Sink stdout_sink = manifest::Sink::kLog;
  manifest::Sink stderr_sink = manifest::Sink::kLog;
  std::vector<Use> uses;
  std::vector<Capability> capabilities;
};

// The manifest in `value`, or nothing when errors were reported.
std::optional<ComponentManifest> ReadComponent(const json5::Value& value, const Context& context);

}  // namespace cml
