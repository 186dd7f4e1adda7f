// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>

#include "tools/hafnon/boot.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
ExitCode RunSystem(const Workspace& workspace, const RunOptions& options) {
  if (const ExitCode code = PackImage(workspace, options.image); code != kOk) return code;
  qemu::Options machine;
  machine.architecture = options.image.architecture;
  machine.machine = options.machine;
  machine.cpu_count = options.cpu_count;
  machine.memory = options.memory;
  machine.kernel = workspace.Kernel(machine.architecture);
  const std::string name = Workspace::SystemName(workspace.System(options.image.system));
  machine.initrd = options.image.output.empty() ? workspace.Image(machine.architecture, name)
                                                : options.image.output;
  machine.command_line = options.append;
  if (options.exit_at_end) {
    machine.console = qemu::Console::kCaptured;
    AppendWord(machine.command_line, qemu::ExitOption(machine.architecture));
    AppendWord(machine.command_line, "runner.exit=true");
  }
  if (const ExitCode code = CheckMachine(machine); code != kOk) return code;
  const std::string board =
      machine.machine.empty() ? qemu::DefaultMachine(machine.architecture) : machine.machine;
  printf("  qemu    %s, %u CPUs, %s, TCG%s\n", board.c_str(), machine.cpu_count,
         machine.memory.c_str(),
         options.exit_at_end ? "" : "                exit: Ctrl-A X,  help: Ctrl-A H");
  fflush(stdout);

  qemu::ProcessOptions process{.arguments = qemu::CommandLine(machine)};
  process.has_input = !options.exit_at_end;
  if (options.timeout_s != 0) process.timeout = std::chrono::seconds(options.timeout_s);
  const qemu::Ended ended = qemu::Run(process);
  // Without --exit the user ends QEMU, which is no failure.
  if (!options.exit_at_end && ended.how == qemu::Ended::How::kExited && ended.code == 0) return kOk;
  const ExitCode code = Judge(machine, ended, 0);
  if (code == kOk) {
    printf("  ended   status 0 after %lld ms\n", static_cast<long long>(ended.duration.count()));
  }
  return code;
}

}  // namespace hafnon
