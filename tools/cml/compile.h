// SPDX-License-Identifier: BSD-2-Clause
// From manifests to the baked table: finds the files a system names, checks the system as a whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/manifest/builder.h"
#include "tools/architecture.h"
#include "tools/cml/binary_check.h"
#include "tools/cml/component_manifest.h"
#include "tools/cml/sources.h"
#include "tools/cml/system_manifest.h"

namespace cml {

// Where the files a system names are looked for.
struct Search {
  std::vector<std::string> manifest_folders;  // besides the system manifest's own
  std::vector<std::string> binary_folders;    // "bin/hello" is looked for below each
  std::map<std::string, std::string> files = {};  // in the image anyway: image path to host path
  // Binaries are neither looked for nor checked when false: for checking text before a build.
  bool check_binaries = true;
};

struct CompiledSystem {
  manifest::SystemSpec spec;
  std::vector<ImageFile> binaries;  // with their libraries, each once, ascending by image path
  std::optional<uint64_t> image_budget_bytes;
  report::Place image_budget_place;
};

class Compiler {
 public:
  Compiler(tools::Architecture architecture, Search search, Sources& sources,
           report::Report& report)
      : architecture_(architecture),
        search_(std::move(search)),
        sources_(sources),
        report_(report) {}

  // The system described by the file, or nothing when errors were reported. Only errors that do
  // not depend on each other are reported together.
  std::optional<CompiledSystem> Compile(const std::string& path);
  // Checks a component manifest or a system manifest, whichever the file is.
  void Check(const std::string& path);

 private:
  std::optional<CompiledSystem> CompileSystem(const report::Source& source,
                                              const SystemManifest& system);
  std::optional<ComponentManifest> LoadComponent(const Child& child, const Context& context);
  std::string FindManifest(const Child& child, const Context& context);
  void AddBinary(const ComponentManifest& component, std::vector<ImageFile>& binaries);

  tools::Architecture architecture_;
  Search search_;
  Sources& sources_;
  report::Report& report_;
};

}  // namespace cml
