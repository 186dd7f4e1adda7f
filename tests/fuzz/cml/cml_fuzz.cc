// SPDX-License-Identifier: BSD-2-Clause
// Any text is a manifest or has at least one rendered error; a manifest that passes makes a table
// that the reader accepts.
#include <cstdint>

#include "lib/base/assert.h"
#include "lib/manifest/table.h"
#include "tools/cml/compile.h"

namespace {

// The table of one component under a name that cannot clash.
void CheckTable(const cml::ComponentManifest& component) {
  manifest::SystemSpec system;
  manifest::ComponentSpec spec;
  spec.moniker = "/component";
  spec.url = "fuchsia-boot:///#meta/component.cm";
  spec.binary = component.binary.value;
  spec.args = component.args;
  spec.environ = component.environ;
  for (const cml::FlagUse& use : component.flags) spec.flags |= static_cast<uint32_t>(use.flag);
  spec.bad_handle_policy = component.bad_handle_policy;
  system.components = {spec};
  manifest::FirstProblem problem;
  ASSERT(manifest::Table::Open(manifest::Build(system), problem));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 1u << 14) return 0;
  const report::Source source{"a.cml", std::string(reinterpret_cast<const char*>(data), size)};
  report::Report report;
  const cml::Context context{source, report};
  const auto value = cml::Parse(source, report);
  if (value && cml::IsSystem(*value)) {
    ASSERT(cml::ReadSystem(*value, context).has_value() == report.empty());
  } else if (value) {
    const auto component = cml::ReadComponent(*value, context);
    ASSERT(component.has_value() == report.empty());
    if (component) CheckTable(*component);
  }
  ASSERT(report.empty() == report.text().empty());
  return 0;
}
