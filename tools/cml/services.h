// SPDX-License-Identifier: BSD-2-Clause
// `use`, `capabilities` and `expose` of a component, `offer` of a system.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/manifest/format.h"
#include "tools/cml/object.h"

namespace cml {

struct Use {
  Text protocol;
  std::string path;  // "/svc/example.Echo"
  manifest::Dependency dependency = manifest::Dependency::kStrong;
  manifest::Availability availability = manifest::Availability::kRequired;
};

struct Capability {
  Text protocol;
  std::string path;  // below the outgoing directory: "svc/example.Echo"
  bool exposed = false;
};

// One component's offer to one other; a list in `to` becomes as many.
struct Offer {
  Text protocol;
  Text from;  // moniker
  Text to;
  manifest::Dependency dependency = manifest::Dependency::kStrong;
};

std::vector<Use> ReadUses(const Object& component, const Context& context);
// With what is exposed of them.
std::vector<Capability> ReadCapabilities(const Object& component, const Context& context);
std::vector<Offer> ReadOffers(const Object& system, const Context& context);

}  // namespace cml
