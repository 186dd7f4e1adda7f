// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>

#include "lib/manifest/table.h"
#include "tools/cml/compile.h"
#include "tools/hafnon/table_text.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

cml::Search SearchOf(const Workspace& workspace, const ManifestOptions& options) {
  cml::Search search{.manifest_folders = options.manifests, .binary_folders = options.binaries};
  if (search.binary_folders.empty()) {
    search.binary_folders = workspace.Programs(options.architecture);
  }
  return search;
}

// The table of a system manifest, or the bytes of a table file; empty when errors were printed.
std::vector<std::byte> LoadTable(const Workspace& workspace, const ManifestOptions& options) {
  if (!options.path.ends_with(".table")) {
    cml::Search search = SearchOf(workspace, options);
    // The table says nothing about the binaries, which may not be built yet.
    search.check_binaries = false;
    cml::Sources sources;
    report::Report report;
    cml::Compiler compiler(options.architecture, search, sources, report);
    const auto system = compiler.Compile(workspace.System(options.path));
    fputs(report.text().c_str(), stderr);
    return system ? manifest::Build(system->spec) : std::vector<std::byte>();
  }
  const auto contents = cml::ReadFile(options.path, manifest::kMaxTableBytes);
  if (!contents) {
    fprintf(stderr, "cannot read %s\n", options.path.c_str());
    return {};
  }
  const auto bytes = std::as_bytes(std::span(*contents));
  return {bytes.begin(), bytes.end()};
}

// Opens the table or says what is wrong with it.
std::optional<manifest::Table> OpenTable(std::span<const std::byte> bytes) {
  manifest::FirstProblem problem;
  auto table = manifest::Table::Open(bytes, problem);
  if (!table) {
    const std::string_view text = Describe(problem.problem());
    fprintf(stderr, "table refused: %.*s (record %d, offset 0x%llx)\n",
            static_cast<int>(text.size()), text.data(), static_cast<int>(problem.record()),
            static_cast<unsigned long long>(problem.offset()));
  }
  return table;
}

}  // namespace

ExitCode ManifestCheck(const Workspace& workspace, const ManifestOptions& options) {
  const std::string path = workspace.System(options.path);
  cml::Sources sources;
  report::Report report;
  cml::Compiler(options.architecture, SearchOf(workspace, options), sources, report).Check(path);
  fputs(report.text().c_str(), stderr);
  if (report.has_errors()) return kUserError;
  printf("%s: ok\n", path.c_str());
  return kOk;
}

ExitCode ManifestTable(const Workspace& workspace, const ManifestOptions& options) {
  const std::vector<std::byte> bytes = LoadTable(workspace, options);
  if (bytes.empty()) return kUserError;
  const auto table = OpenTable(bytes);
  if (!table) return kUserError;
  fputs(DumpTable(*table, bytes).c_str(), stdout);
  return kOk;
}

ExitCode ManifestShow(const Workspace& workspace, const ManifestOptions& options) {
  const std::vector<std::byte> bytes = LoadTable(workspace, options);
  if (bytes.empty()) return kUserError;
  const auto table = OpenTable(bytes);
  if (!table) return kUserError;
  fputs(ShowSystem(*table).c_str(), stdout);
  return kOk;
}

}  // namespace hafnon
