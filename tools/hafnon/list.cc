// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>

#include "qemu/process.h"
#include "tools/hafnon/verbs.h"
#include "tools/report/codes.h"

namespace hafnon {
namespace {

void PrintNames(const char* kind, const std::vector<std::string>& names) {
  printf("%s:\n", kind);
  for (const std::string& name : names) printf("  %s\n", name.c_str());
}

std::vector<std::string> CodeNames() {
  std::vector<std::string> names;
  for (const report::Explanation& explanation : report::Explanations()) {
    names.push_back(report::CodeName(explanation.code) + "  " + std::string(explanation.title));
  }
  return names;
}

std::vector<std::string> TestNames(const Workspace& workspace) {
  const qemu::Ended ended =
      qemu::Run({.arguments = {"ctest", "--test-dir", workspace.build(), "-N"},
                 .output = qemu::Output::kCapture});
  std::vector<std::string> names;
  size_t position = 0;
  // Lines look like "  Test  #3: manifest_test".
  while ((position = ended.output.find("Test", position)) != std::string::npos) {
    const size_t end = ended.output.find('\n', position);
    const std::string line = ended.output.substr(position, end - position);
    const size_t colon = line.find(": ");
    if (line.find('#') < colon && colon != std::string::npos)
      names.push_back(line.substr(colon + 2));
    position = end == std::string::npos ? ended.output.size() : end;
  }
  return names;
}

}  // namespace

ExitCode List(const Workspace& workspace, const std::string& kind) {
  const bool all = kind.empty();
  if (all || kind == "systems") PrintNames("systems", workspace.Systems());
  if (all || kind == "components") PrintNames("components", workspace.Components());
  if (all || kind == "machines") {
    PrintNames("machines", {"arm64: virt", "x64: q35", "x64: microvm"});
  }
  if (all || kind == "tests") PrintNames("tests", TestNames(workspace));
  if (kind == "codes") PrintNames("codes", CodeNames());
  return kOk;
}

}  // namespace hafnon
