// SPDX-License-Identifier: BSD-2-Clause
// Who depends on whom in a system: connects uses with offers, and puts components into waves.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/manifest/builder.h"
#include "tools/cml/component_manifest.h"
#include "tools/cml/system_manifest.h"

namespace cml {

// A component of a system with everything that is known about it.
struct Instance {
  std::string moniker;
  const Child* child;  // in the system manifest
  ComponentManifest component;
  manifest::ComponentSpec spec;
};

class Routes {
 public:
  // `system_context` is that of the system manifest, where offers are.
  Routes(const SystemManifest& system, const Context& system_context,
         std::vector<Instance>& instances)
      : system_(system), system_context_(system_context), instances_(instances) {}

  // Fills in `uses` and `wave` of each spec; reports what does not fit together, and warns of what
  // has no effect.
  void Run();

 private:
  struct Edge {
    size_t client;
    size_t provider;
    manifest::Dependency dependency;
    const report::Source* source;  // where the client asks for it
    json5::Span span;
  };

  const Instance* Find(std::string_view moniker) const;
  size_t IndexOf(const Instance& instance) const {
    return static_cast<size_t>(&instance - instances_.data());
  }
  const Capability* FindCapability(const Offer& offer) const;
  void CheckOffers() const;
  void Connect(Instance& client, const Use& use);
  void ConnectNamespace(Instance& client);
  void CheckEnabled(const Instance& provider, const Context& context, json5::Span span,
                    const std::string& client) const;
  void AssignWaves();
  void ReportCycle(const std::vector<bool>& placed) const;
  void WarnOfWeakCycles() const;
  // Those that `clients` depend on, directly or not, and themselves.
  std::vector<bool> NeededBy(std::vector<size_t> clients) const;
  void WarnOfUnused() const;
  void WarnOfNeverStarted() const;

  const SystemManifest& system_;
  const Context& system_context_;
  std::vector<Instance>& instances_;
  std::vector<Edge> edges_;
};

}  // namespace cml
