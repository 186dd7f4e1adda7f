// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <filesystem>

#include "tools/hafnon/verbs.h"

namespace hafnon {

ExitCode Clean(const Workspace& workspace) {
  std::error_code error;
  std::filesystem::remove_all(workspace.InTree("build"), error);
  if (!error) return kOk;
  fprintf(stderr, "cannot remove %s: %s\n", workspace.InTree("build").c_str(),
          error.message().c_str());
  return kUserError;
}

}  // namespace hafnon
