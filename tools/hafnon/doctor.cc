// SPDX-License-Identifier: BSD-2-Clause
#include <unistd.h>

#include <cstdio>

#include "qemu/process.h"
#include "tools/cml/sources.h"
#include "tools/hafnon/packages.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

// The installed version, or nothing.
std::string VersionOf(const std::string& package) {
  const qemu::Ended ended =
      qemu::Run({.arguments = {"dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", package},
                 .output = qemu::Output::kCapture});
  constexpr std::string_view kInstalled = "installed ";
  if (!ended.succeeded() || !ended.output.starts_with(kInstalled)) return {};
  return ended.output.substr(kInstalled.size());
}

}  // namespace

ExitCode Doctor(const Workspace& workspace) {
  const auto list = cml::ReadFile(workspace.InTree("tools/packages.txt"), 1u << 16);
  std::string missing;
  for (const Package& package : ParsePackages(list.value_or(""))) {
    const std::string version = VersionOf(package.name);
    const char* state = !version.empty()   ? "ok"
                        : package.optional ? "missing (optional)"
                                           : "missing";
    printf("  %-24s %-28s %s\n", package.name.c_str(), version.c_str(), state);
    if (version.empty() && !package.optional) missing += " " + package.name;
  }
  printf("  %-24s %-28s %s\n", "KVM", "",
         access("/dev/kvm", R_OK | W_OK) == 0 ? "there, not used (TCG is repeatable)"
                                              : "none (TCG is used in any case)");
  if (missing.empty()) return kOk;
  printf("\ninstall what is missing: apt-get install --no-install-recommends%s\n", missing.c_str());
  return kEnvironment;
}

}  // namespace hafnon
