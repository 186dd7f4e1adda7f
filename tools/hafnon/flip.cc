// SPDX-License-Identifier: BSD-2-Clause
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string_view>

#include "tools/cml/sources.h"
#include "tools/hafnon/boot.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

constexpr size_t kMaxImageBytes = 1u << 30;

// The forms of a named error: the log's "ERROR: what; remedy" and the boot stage's
// "boot: <stage>: what; remedy" (its only other line says what it found and has no remedy).
bool SaysError(std::string_view text) {
  if (text.find("ERROR: ") != std::string_view::npos) return true;
  const size_t boot = text.find("boot: ");
  if (boot == std::string_view::npos) return false;
  const std::string_view line = text.substr(boot, text.find('\n', boot) - boot);
  return line.find("; ") != std::string_view::npos;
}

// What is wrong with the way a boot ended; empty when nothing is.
std::string Complaint(const qemu::Options& machine, const qemu::Ended& ended) {
  if (ended.how == qemu::Ended::How::kTimeout) return "no end in time";
  if (ended.how != qemu::Ended::How::kExited) return "QEMU failed";
  const std::optional<int> status = qemu::GuestStatus(machine.architecture, ended.code);
  if (!status) return "went off without a status";
  if (*status != 0 && !SaysError(ended.output)) return "failed without naming an error";
  return {};
}

}  // namespace

ExitCode FlipBits(const FlipOptions& options) {
  if (const ExitCode code = CheckMachine(options.machine); code != kOk) return code;
  const std::optional<std::string> image = cml::ReadFile(options.machine.initrd, kMaxImageBytes);
  if (!image || image->empty()) {
    fprintf(stderr, "cannot read %s\n", options.machine.initrd.c_str());
    return kUserError;
  }
  qemu::Options machine = options.machine;
  machine.console = qemu::Console::kCaptured;
  machine.initrd = (std::filesystem::temp_directory_path() /
                    ("hafnon-flip-" + std::to_string(getpid()) + ".zbi"))
                       .string();
  AppendWord(machine.command_line, qemu::ExitOption(machine.architecture));
  AppendWord(machine.command_line, "runner.exit=true");

  std::mt19937 random(options.seed);
  const size_t bits = std::min<size_t>(options.span_bytes, image->size()) * 8;
  uint32_t failed = 0;
  for (uint32_t i = 0; i < options.count; ++i) {
    const size_t bit = random() % bits;
    std::string changed = *image;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    std::ofstream(machine.initrd, std::ios::binary | std::ios::trunc) << changed;
    const qemu::Ended ended = qemu::Run({.arguments = qemu::CommandLine(machine),
                                         .output = qemu::Output::kCapture,
                                         .has_input = false,
                                         .timeout = std::chrono::seconds(options.timeout_s)});
    const std::string complaint = Complaint(machine, ended);
    if (complaint.empty()) continue;
    ++failed;
    printf("byte %zu bit %zu: %s\n%s\n", bit / 8, bit % 8, complaint.c_str(), ended.output.c_str());
  }
  std::error_code error;
  std::filesystem::remove(machine.initrd, error);
  printf("%u passed, %u failed\n", options.count - failed, failed);
  return failed == 0 ? kOk : kTestFailed;
}

}  // namespace hafnon
