// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <fstream>

#include "tools/cml/sources.h"
#include "tools/hafnon/boot.h"
#include "tools/hafnon/call_pages.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

constexpr std::chrono::seconds kRecordingLimit(300);
constexpr size_t kMaxDocumentBytes = 4u << 20;

// Builds the program with all tests and packs it.
ExitCode MakeImage(const Workspace& workspace, DocsOptions& options) {
  const std::string arch(NameOf(options.architecture));
  const ExitCode code =
      Build(workspace, {"programs-" + arch, "program.conformance.recorded." + arch});
  if (code != kOk) return code;
  options.kernel = workspace.Kernel(options.architecture);
  options.image = workspace.Image(options.architecture, "recorded");
  const std::string program = workspace.InBuild("conformance/" + arch + "/bin/recorded");
  const ImageOptions image{.architecture = options.architecture,
                           .output = options.image,
                           .files = {"test/recorded=" + program},
                           .build_first = false};
  return PackImage(workspace, image);
}

// Runs all conformance tests in one boot, in repeatable time, and takes down what they called.
ExitCode Record(const DocsOptions& options, Recording& recording) {
  qemu::Options machine;
  machine.architecture = options.architecture;
  if (options.architecture == tools::Architecture::kX64) machine.machine = "microvm";
  machine.cpu_count = 1;
  machine.kernel = options.kernel;
  machine.initrd = options.image;
  machine.command_line = qemu::ExitOption(options.architecture);
  AppendWord(machine.command_line, "userboot.test.next=test/recorded+--record");
  machine.console = qemu::Console::kCaptured;
  machine.time = qemu::Time::kCounted;
  std::string console;
  if (const ExitCode code = BootToEnd(machine, kRecordingLimit, console); code != kOk) return code;
  recording = ParseRecording(console);
  return kOk;
}

ExitCode Compare(const std::string& path, const std::string& document,
                 const std::string& expected) {
  const std::optional<size_t> line = FirstDifferentLine(document, expected);
  if (!line) return kOk;
  fprintf(stderr, "%s:%zu: is not what the tests do now; ./hafnon docs writes it\n", path.c_str(),
          *line);
  return kTestFailed;
}

ExitCode Write(const std::string& path, const std::string& document) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << document;
  file.close();
  if (file.good()) return kOk;
  fprintf(stderr, "cannot write %s\n", path.c_str());
  return kEnvironment;
}

}  // namespace

ExitCode Docs(const Workspace& workspace, DocsOptions options) {
  if (options.image.empty()) {
    if (const ExitCode code = MakeImage(workspace, options); code != kOk) return code;
  }
  const std::string path = workspace.InTree("docs/syscalls.md");
  const std::string document = cml::ReadFile(path, kMaxDocumentBytes).value_or("");
  Recording recording;
  if (const ExitCode code = Record(options, recording); code != kOk) return code;
  const std::vector<CallPage> pages = CallPages();
  const std::vector<std::string> gaps = FindGaps(pages, recording);
  for (const std::string& gap : gaps) fprintf(stderr, "%s\n", gap.c_str());
  if (!gaps.empty()) return kTestFailed;

  const auto expected = ReplaceGenerated(document, RenderCallPages(pages, recording));
  if (!expected) {
    fprintf(stderr, "%s: there is no line after which the generated part begins\n", path.c_str());
    return kUserError;
  }
  return options.check_only ? Compare(path, document, *expected) : Write(path, *expected);
}

}  // namespace hafnon
