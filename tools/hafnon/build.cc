// SPDX-License-Identifier: BSD-2-Clause
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "qemu/process.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

ExitCode Configure(const Workspace& workspace) {
  const qemu::Ended ended = qemu::Run({.arguments = {"cmake", "--preset", workspace.preset()},
                                       .folder = workspace.root(),
                                       .output = qemu::Output::kCapture});
  if (ended.succeeded()) return kOk;
  fputs(ended.output.c_str(), stderr);
  return ended.how == qemu::Ended::How::kNotStarted ? kEnvironment : kUserError;
}

}  // namespace

ExitCode Build(const Workspace& workspace, const std::vector<std::string>& targets) {
  std::error_code error;
  if (!std::filesystem::exists(workspace.InBuild("build.ninja"), error)) {
    if (const ExitCode code = Configure(workspace); code != kOk) return code;
  }
  std::vector<std::string> arguments = {"ninja", "-C", workspace.build()};
  arguments.insert(arguments.end(), targets.begin(), targets.end());
  fflush(stdout);
  // On a terminal ninja shows its progress; elsewhere it is only heard when something is wrong.
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  const qemu::Ended ended =
      qemu::Run({.arguments = arguments,
                 .output = is_terminal ? qemu::Output::kInherit : qemu::Output::kCapture});
  if (ended.succeeded()) return kOk;
  fputs(ended.output.c_str(), stderr);
  return ended.how == qemu::Ended::How::kNotStarted ? kEnvironment : kUserError;
}

}  // namespace hafnon
