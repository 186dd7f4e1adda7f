// SPDX-License-Identifier: BSD-2-Clause
// Manifests compiled from text in a test.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/manifest/table.h"
#include "tools/cml/assembly.h"
#include "tools/cml/sources.h"

namespace cml {

class InMemory {
 public:
  std::optional<ComponentManifest> Component(const std::string& text) {
    const report::Source* source = sources_.Add("a.cml", text);
    const auto value = Parse(*source, report_);
    return value ? ReadComponent(*value, {*source, report_}) : std::nullopt;
  }

  // The system whose children are described by `components`, by the name in their URL.
  std::optional<manifest::SystemSpec> System(const std::string& text,
                                             const std::map<std::string, std::string>& components) {
    const report::Source* source = sources_.Add("system.cml", text);
    const auto value = Parse(*source, report_);
    if (!value) return std::nullopt;
    const auto system = ReadSystem(*value, {*source, report_});
    if (!system) return std::nullopt;
    Assembly assembly(*system, report_);
    for (const Child& child : system->children) {
      auto component = Component(components.at(child.manifest_name));
      if (!component) return std::nullopt;
      assembly.Add(child, *std::move(component));
    }
    const manifest::SystemSpec spec = assembly.Finish();
    return report_.has_errors() ? std::nullopt : std::optional(spec);
  }

  std::string text() const { return report_.text(); }
  bool has_errors() const { return report_.has_errors(); }

 private:
  Sources sources_;
  report::Report report_;
};

}  // namespace cml
