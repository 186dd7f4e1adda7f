// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <optional>

#include "qemu/dialogue.h"
#include "qemu/transcript.h"
#include "tools/cml/sources.h"
#include "tools/hafnon/boot.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

constexpr size_t kMaxTranscriptBytes = 1u << 20;

ExitCode CheckTranscript(const std::string& path, const std::string& output) {
  const std::optional<std::string> expectation = cml::ReadFile(path, kMaxTranscriptBytes);
  if (!expectation) {
    fprintf(stderr, "cannot read %s\n", path.c_str());
    return kEnvironment;
  }
  const std::optional<std::string> problem = qemu::CompareTranscript(*expectation, output);
  if (!problem) return kOk;
  fprintf(stderr, "%s: %s\n", path.c_str(), problem->c_str());
  return kTestFailed;
}

// The dialogue of a file; nothing after an error has been printed.
std::optional<qemu::Dialogue> ReadDialogue(const std::string& path) {
  const std::optional<std::string> text = cml::ReadFile(path, kMaxTranscriptBytes);
  std::string problem = "cannot be read";
  std::optional<qemu::Dialogue> dialogue;
  if (text) dialogue = qemu::Dialogue::Parse(*text, problem);
  if (!dialogue) fprintf(stderr, "%s: %s\n", path.c_str(), problem.c_str());
  return dialogue;
}

// A guest that ends without having asked for all of its input did something else.
ExitCode CheckDialogue(const std::string& path, const qemu::Dialogue& dialogue) {
  const auto awaited = dialogue.awaited();
  if (!awaited) return kOk;
  fprintf(stderr, "%s: the guest did not print: %.*s\n", path.c_str(),
          static_cast<int>(awaited->size()), awaited->data());
  return kTestFailed;
}

}  // namespace

ExitCode Exec(const ExecOptions& options) {
  qemu::Options machine = options.machine;
  machine.console = qemu::Console::kCaptured;
  AppendWord(machine.command_line, qemu::ExitOption(machine.architecture));
  machine.profile = qemu::NextProfile();
  if (!options.seed.empty()) AppendWord(machine.command_line, "kernel.seed=" + options.seed);
  if (const ExitCode code = CheckMachine(machine); code != kOk) return code;

  std::optional<qemu::Dialogue> dialogue;
  if (!options.dialogue.empty()) {
    dialogue = ReadDialogue(options.dialogue);
    if (!dialogue) return kEnvironment;
  }
  const qemu::Ended ended = qemu::Run({.arguments = qemu::CommandLine(machine),
                                       .output = qemu::Output::kBoth,
                                       .has_input = false,
                                       .dialogue = dialogue ? &*dialogue : nullptr,
                                       .timeout = std::chrono::seconds(options.timeout_s)});
  ExitCode code = Judge(machine, ended, options.expected_status);
  if (code == kOk && dialogue) code = CheckDialogue(options.dialogue, *dialogue);
  if (code == kOk && !options.transcript.empty()) {
    code = CheckTranscript(options.transcript, ended.output);
  }
  if (code != kOk) {
    if (!options.seed.empty()) fprintf(stderr, "seed: %s\n", options.seed.c_str());
    fprintf(stderr, "command:");
    for (const std::string& argument : qemu::CommandLine(machine)) {
      fprintf(stderr, argument.find(' ') == std::string::npos ? " %s" : " '%s'", argument.c_str());
    }
    fprintf(stderr, "\n");
  }
  return code;
}

}  // namespace hafnon
