// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>

#include "tools/hafnon/bench_rows.h"
#include "tools/hafnon/boot.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

constexpr std::chrono::seconds kTimeLimit(120);

// One CPU, one tick of the counter is one instruction.
qemu::Options CountingMachine(const Workspace& workspace, const BenchOptions& options) {
  const bool is_arm64 = options.architecture == tools::Architecture::kArm64;
  qemu::Options machine;
  machine.architecture = options.architecture;
  machine.machine = options.machine;
  // With ERMS every byte of a `rep` would count as one instruction.
  machine.cpu = is_arm64 ? "max,cntfrq=1000000000" : "max,-erms,-fsrm";
  machine.cpu_count = 1;
  machine.kernel = workspace.Kernel(options.architecture);
  machine.command_line = qemu::ExitOption(options.architecture);
  machine.console = qemu::Console::kCaptured;
  machine.time = qemu::Time::kCounted;
  return machine;
}

void AddLogTime(const char* key, const std::string& console, std::string_view text,
                std::map<std::string, Sample>& samples) {
  if (const auto time = ParseLogTime(console, text)) samples[key] = {*time, *time};
}

// The rows of the bench program.
ExitCode MeasureCalls(const Workspace& workspace, const BenchOptions& options,
                      std::map<std::string, Sample>& samples) {
  const std::string arch(NameOf(options.architecture));
  const std::string program = workspace.InBuild("conformance/" + arch + "/bin/bench");
  const ImageOptions image{.architecture = options.architecture,
                           .output = workspace.Image(options.architecture, "bench"),
                           .files = {"test/bench=" + program},
                           .build_first = false};
  if (const ExitCode code = PackImage(workspace, image); code != kOk) return code;
  qemu::Options machine = CountingMachine(workspace, options);
  machine.initrd = image.output;
  AppendWord(machine.command_line, "userboot.test.next=test/bench");
  std::string console;
  if (const ExitCode code = BootToEnd(machine, kTimeLimit, console); code != kOk) return code;
  samples = ParseBench(console);
  if (!samples.empty()) return kOk;
  fprintf(stderr, "%sthe bench program printed no figures\n", console.c_str());
  return kTestFailed;
}

// The boot rows, from the log of the default system. PC firmware would be most of it on q35.
ExitCode MeasureBoot(const Workspace& workspace, const BenchOptions& options,
                     std::map<std::string, Sample>& samples) {
  qemu::Options machine = CountingMachine(workspace, options);
  if (options.architecture == tools::Architecture::kX64 && machine.machine.empty()) {
    machine.machine = "microvm";
  }
  machine.initrd = workspace.Image(options.architecture, "bench");
  AppendWord(machine.command_line, "runner.exit=true");
  std::string console;
  if (const ExitCode code = BootToEnd(machine, kTimeLimit, console); code != kOk) return code;
  AddLogTime("boot_to_userboot", console, "[kernel] INFO: userboot:", samples);
  AddLogTime("boot_to_component", console, "[runner] INFO: [hello] hello, world", samples);
  return kOk;
}

}  // namespace

ExitCode Bench(const Workspace& workspace, const BenchOptions& options) {
  const std::string arch(NameOf(options.architecture));
  const std::vector<std::string> targets = {"programs-" + arch,
                                            "program.conformance.bench." + arch};
  if (const ExitCode code = Build(workspace, targets); code != kOk) return code;
  std::map<std::string, Sample> samples;
  if (const ExitCode code = MeasureCalls(workspace, options, samples); code != kOk) return code;
  if (const ExitCode code = MeasureBoot(workspace, options, samples); code != kOk) return code;
  printf("%s, instructions under -icount shift=0,sleep=off, 1 CPU\n", arch.c_str());
  fputs(RenderBench(samples, options.architecture == tools::Architecture::kArm64).c_str(), stdout);
  return kOk;
}

}  // namespace hafnon
