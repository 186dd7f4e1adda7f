// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/boot.h"

#include <cstdio>
#include <filesystem>

#include "tools/report/report.h"

namespace hafnon {
namespace {

using qemu::Ended;

ExitCode QemuMissing(const qemu::Options& machine) {
  const bool is_arm64 = machine.architecture == tools::Architecture::kArm64;
  report::Report report;
  report.Add({.code = report::Code::kPackageMissing,
              .message = qemu::CommandLine(machine)[0] + " cannot be started",
              .lines = {std::string("help: apt-get install ") +
                        (is_arm64 ? "qemu-system-arm" : "qemu-system-x86")}});
  fputs(report.text().c_str(), stderr);
  return kEnvironment;
}

}  // namespace

ExitCode CheckMachine(const qemu::Options& machine) {
  report::Report report;
  ExitCode code = kOk;
  const std::string arch(NameOf(machine.architecture));
  if (!machine.machine.empty() && !qemu::IsKnownMachine(machine.architecture, machine.machine)) {
    report.Add({.code = report::Code::kUnknownMachine,
                .message = arch + " does not run on the machine " + machine.machine,
                .lines = {"help: `hafnon list machines` lists those that work"}});
    code = kUserError;
  }
  for (const std::string& file : {machine.kernel, machine.initrd}) {
    std::error_code error;
    if (file.empty() || std::filesystem::exists(file, error)) continue;
    report.Add({.code = report::Code::kImageMissing,
                .message = "file not found: " + file,
                .lines = {"help: ./hafnon build makes it"}});
    code = kUserError;
  }
  fputs(report.text().c_str(), stderr);
  return code;
}

ExitCode Judge(const qemu::Options& machine, const Ended& ended, int expected_status) {
  switch (ended.how) {
    case Ended::How::kNotStarted:
      return QemuMissing(machine);
    case Ended::How::kTimeout:
      fprintf(stderr, "no end after %lld ms; QEMU was stopped\n",
              static_cast<long long>(ended.duration.count()));
      return kTimeout;
    case Ended::How::kSignalled:
      fprintf(stderr, "QEMU was ended by signal %d\n", ended.code);
      return kEnvironment;
    case Ended::How::kExited:
      break;
  }
  const std::optional<int> status = qemu::GuestStatus(machine.architecture, ended.code);
  if (status == expected_status) return kOk;
  if (status) {
    fprintf(stderr, "the system ended with status %d, expected %d\n", *status, expected_status);
  } else {
    fprintf(stderr, "the system went off without a status (QEMU's is %d)\n", ended.code);
  }
  return kTestFailed;
}

ExitCode BootToEnd(const qemu::Options& machine, std::chrono::seconds limit, std::string& console) {
  if (const ExitCode code = CheckMachine(machine); code != kOk) return code;
  qemu::Ended ended = qemu::Run({.arguments = qemu::CommandLine(machine),
                                 .output = qemu::Output::kCapture,
                                 .has_input = false,
                                 .timeout = limit});
  const ExitCode code = Judge(machine, ended, 0);
  if (code != kOk) fputs(ended.output.c_str(), stderr);
  console = std::move(ended.output);
  return code;
}

void AppendWord(std::string& command_line, const std::string& word) {
  if (!command_line.empty() && !word.empty()) command_line += ' ';
  command_line += word;
}

}  // namespace hafnon
