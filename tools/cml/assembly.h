// SPDX-License-Identifier: BSD-2-Clause
// Puts the manifests of a system and of its components together, and checks what only the whole
// shows: privileges, dependencies, limits of the start message.
#pragma once

#include <vector>

#include "lib/manifest/builder.h"
#include "tools/cml/routes.h"

namespace cml {

class Assembly {
 public:
  // Both stay where they are until the assembly is finished.
  Assembly(const SystemManifest& system, report::Report& report)
      : system_(system), report_(report), errors_before_(report.error_count()) {}

  // Adds the component that `child`, one of the system's, stands for.
  void Add(const Child& child, ComponentManifest component);

  // The components, the policy and the system record of the whole. Means nothing when errors were
  // reported. A child that was not added has had an error already.
  manifest::SystemSpec Finish();

 private:
  void CheckPolicy(const Instance& instance) const;
  void CheckPrivilege(const Instance& instance, const PrivilegeUse& use,
                      const Context& context) const;
  void CheckNeeds(const Instance& instance) const;
  // Opens the table as the runner will, and reports what only it can tell.
  void CheckTable(const manifest::SystemSpec& spec) const;

  const SystemManifest& system_;
  report::Report& report_;
  uint32_t errors_before_;
  std::vector<Instance> instances_;
};

}  // namespace cml
