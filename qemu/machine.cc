// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/machine.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace qemu {
namespace {

using tools::Architecture;

constexpr int kX64StatusOffset = 16;

std::vector<std::string> KnownMachines(Architecture architecture) {
  if (architecture == Architecture::kArm64) return {"virt"};
  return {"q35", "microvm"};
}

void AddConsole(const Options& options, std::vector<std::string>& arguments) {
  if (options.console == Console::kInteractive) {
    arguments.insert(arguments.end(), {"-nographic", "-nodefaults", "-serial", "mon:stdio"});
  } else {
    arguments.insert(arguments.end(),
                     {"-display", "none", "-monitor", "none", "-nodefaults", "-serial", "stdio"});
  }
}

}  // namespace

std::string DefaultMachine(Architecture architecture) { return KnownMachines(architecture)[0]; }

bool IsKnownMachine(Architecture architecture, const std::string& machine) {
  const std::vector<std::string> known = KnownMachines(architecture);
  return std::ranges::find(known, machine.substr(0, machine.find(','))) != known.end();
}

std::string NextProfile() {
  static std::atomic<uint32_t> count = 0;
  const char* folder = getenv("HAFNON_PROFILES");
  if (folder == nullptr) return {};
  return std::string(folder) + "/qemu-" + std::to_string(getpid()) + "-" + std::to_string(count++) +
         ".profraw";
}

std::vector<std::string> CommandLine(const Options& options) {
  const bool is_arm64 = options.architecture == Architecture::kArm64;
  std::vector<std::string> arguments = {
      is_arm64 ? "qemu-system-aarch64" : "qemu-system-x86_64",
      "-M",
      options.machine.empty() ? DefaultMachine(options.architecture) : options.machine,
      "-cpu",
      options.cpu,
      "-smp",
      std::to_string(options.cpu_count),
      "-m",
      options.memory};
  if (!options.kernel.empty()) arguments.insert(arguments.end(), {"-kernel", options.kernel});
  if (!options.initrd.empty()) arguments.insert(arguments.end(), {"-initrd", options.initrd});
  if (!options.command_line.empty()) {
    arguments.insert(arguments.end(), {"-append", options.command_line});
  }
  AddConsole(options, arguments);
  const bool has_profile = !options.profile.empty();
  if (is_arm64) {
    arguments.insert(arguments.end(), {"-semihosting-config", "enable=on,target=native" +
                                           (has_profile ? ",arg=" + options.profile : "")});
  } else {
    if (has_profile) {
      arguments.insert(arguments.end(), {"-chardev", "file,id=profile,path=" + options.profile,
                                         "-device", "isa-debugcon,iobase=0xe9,chardev=profile"});
    }
    arguments.insert(arguments.end(), {"-device", "isa-debug-exit,iobase=0xf4,iosize=4"});
  }
  // A guest that resets would boot for ever.
  arguments.push_back("-no-reboot");
  if (options.time == Time::kCounted) {
    arguments.insert(arguments.end(), {"-icount", "shift=0,sleep=off"});
  }
  arguments.insert(arguments.end(), options.extra.begin(), options.extra.end());
  return arguments;
}

std::string ExitOption(Architecture architecture) {
  return architecture == Architecture::kArm64 ? "kernel.exit=semihosting"
                                              : "kernel.exit=isa-debug-exit";
}

std::optional<int> GuestStatus(Architecture architecture, int qemu_status) {
  if (architecture == Architecture::kArm64) return qemu_status;
  const int status = (qemu_status >> 1) - kX64StatusOffset;
  if ((qemu_status & 1) == 0 || status < 0) return std::nullopt;
  return status;
}

}  // namespace qemu
