// SPDX-License-Identifier: BSD-2-Clause
// Any text is a manifest or has at least one rendered error; manifests that pass make a table that
// the reader accepts. Text may hold several manifests between lines of "---": a system and the
// components that its children stand for, in turn.
#include <cstdint>
#include <deque>

#include "lib/base/assert.h"
#include "lib/manifest/table.h"
#include "tools/cml/assembly.h"
#include "tools/cml/compile.h"

namespace {

constexpr std::string_view kBetween = "\n---\n";
constexpr size_t kMostChildren = 16;

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t at; (at = text.find(kBetween)) != std::string_view::npos;) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + kBetween.size());
  }
  parts.emplace_back(text);
  return parts;
}

// The table of what was read without an error.
void CheckTable(const manifest::SystemSpec& spec) {
  manifest::FirstProblem problem;
  ASSERT(manifest::Table::Open(manifest::Build(spec), problem));
}

// The table of one component under a name that cannot clash.
void CheckComponent(const cml::ComponentManifest& component) {
  manifest::SystemSpec system;
  manifest::ComponentSpec spec;
  spec.moniker = "/component";
  spec.url = "fuchsia-boot:///#meta/component.cm";
  spec.binary = component.binary.value;
  spec.args = component.args;
  spec.environ = component.environ;
  for (const cml::FlagUse& use : component.flags) spec.flags |= static_cast<uint32_t>(use.flag);
  if (!component.capabilities.empty()) {
    spec.flags |= static_cast<uint32_t>(manifest::Flag::kOutgoingDirectory);
  }
  spec.bad_handle_policy = component.bad_handle_policy;
  system.components = {spec};
  CheckTable(system);
}

// Whether an error of this text is one that only a fault of the tool can cause.
bool BlamesTheTool(const report::Report& report) {
  return report.text().find("error[E0502]") != std::string::npos;
}

void CheckSystem(const cml::SystemManifest& system, const std::deque<report::Source>& sources,
                 report::Report& report) {
  if (sources.size() < 2 || system.children.size() > kMostChildren) return;
  cml::Assembly assembly(system, report);
  for (size_t i = 0; i < system.children.size(); ++i) {
    const report::Source& source = sources[1 + i % (sources.size() - 1)];
    const auto value = cml::Parse(source, report);
    if (!value) return;
    auto component = cml::ReadComponent(*value, {source, report});
    if (!component) return;
    assembly.Add(system.children[i], *std::move(component));
  }
  const manifest::SystemSpec spec = assembly.Finish();
  ASSERT(!BlamesTheTool(report));
  if (!report.has_errors()) CheckTable(spec);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 1u << 14) return 0;
  std::deque<report::Source> sources;
  for (std::string& part : Split({reinterpret_cast<const char*>(data), size})) {
    sources.push_back({"a.cml", std::move(part)});
  }
  report::Report report;
  const cml::Context context{sources[0], report};
  const auto value = cml::Parse(sources[0], report);
  if (value && cml::IsSystem(*value)) {
    const auto system = cml::ReadSystem(*value, context);
    ASSERT(system.has_value() != report.has_errors());
    if (system) CheckSystem(*system, sources, report);
  } else if (value) {
    const auto component = cml::ReadComponent(*value, context);
    ASSERT(component.has_value() != report.has_errors());
    if (component) CheckComponent(*component);
  }
  ASSERT(!report.has_errors() || !report.text().empty());
  return 0;
}
