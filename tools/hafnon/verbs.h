// SPDX-License-Identifier: BSD-2-Clause
// What the tool can do: one function per verb. Each prints for people and returns an ExitCode.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "qemu/machine.h"
#include "tools/hafnon/exit_code.h"
#include "tools/hafnon/workspace.h"

namespace hafnon {

// Which packages are there. Changes nothing.
ExitCode Doctor(const Workspace& workspace);

// Configures the preset if needed and builds the targets; no target means everything.
ExitCode Build(const Workspace& workspace, const std::vector<std::string>& targets);

struct ImageOptions {
  tools::Architecture architecture = tools::Architecture::kArm64;
  std::string system = "demo";
  std::string output = {};                  // empty: the build folder's images/<arch>/<system>.zbi
  std::vector<std::string> manifests = {};  // more folders to look for component manifests
  std::vector<std::string> binaries = {};   // folders of programs; empty: the build folder's
  std::vector<std::string> files = {};      // "image/path=host/path"
  std::vector<std::string> left_out = {};   // image paths of files to leave out
  std::string append = {};                  // command line kept in the image
  bool build_first = true;
};
ExitCode PackImage(const Workspace& workspace, const ImageOptions& options);

struct RunOptions {
  ImageOptions image;
  std::string machine;
  uint32_t cpu_count = 4;
  std::string memory = "512M";
  std::string append = {};
  bool exit_at_end = false;
  uint32_t timeout_s = 0;  // 0: none
};
// Builds, packs and boots a system.
ExitCode RunSystem(const Workspace& workspace, const RunOptions& options);

struct ExecOptions {
  qemu::Options machine;
  uint32_t timeout_s = 60;
  int expected_status = 0;
  std::string transcript;  // an expectation file, see qemu/transcript.h
  std::string seed;
  std::string dialogue;  // what is typed at the serial line, see qemu/dialogue.h
};
// Boots one prepared image to its end and judges it: the body of every test on target.
ExitCode Exec(const ExecOptions& options);

struct FlipOptions {
  qemu::Options machine;
  uint32_t count = 1000;
  uint32_t seed = 1;
  uint32_t span_bytes = 8192;  // flips are in the first bytes of the image: headers and directory
  uint32_t timeout_s = 5;
};
// Boots the image many times with one bit turned over; every boot must end in time, working or with
// an error that says what was found.
ExitCode FlipBits(const FlipOptions& options);

struct TestOptions {
  std::string kind = "all";  // host, target, boot, fuzz, all
  std::string filter;
  std::string seed;           // perturbs preemption on target; "3-7" runs all tests once with each
  uint32_t fuzz_seconds = 0;  // for each fuzz target; 0: the default
  bool nightly = false;       // random and exhaustive tests run for hours instead of seconds
};
// The last line is "N passed, N failed".
ExitCode Test(const Workspace& workspace, const TestOptions& options);

struct BenchOptions {
  tools::Architecture architecture = tools::Architecture::kArm64;
  std::string machine;
};
ExitCode Bench(const Workspace& workspace, const BenchOptions& options);

struct DocsOptions {
  tools::Architecture architecture = tools::Architecture::kArm64;
  std::string kernel = {};  // with `image`: what to boot; otherwise both are built
  std::string image = {};
  bool check_only = false;  // report what is missing or out of date, write nothing
};
// Writes the generated part of docs/syscalls.md from what the conformance tests do. Names the documented
// errors without a test and the calls without one; then the document stays as it is.
ExitCode Docs(const Workspace& workspace, DocsOptions options);

struct CoverageOptions {
  bool check_only = false;  // leave docs/coverage.md as it is
  bool again = false;       // judge what the last run has counted, run nothing
};
// Runs the tests of the kernel in a build that counts which lines run (preset `coverage`, whichever is
// chosen), and writes docs/coverage.md. kTestFailed if too few lines of kernel/ run, or some that do
// not have no reason in docs/coverage-reasons.txt.
ExitCode Coverage(const Workspace& workspace, const CoverageOptions& options);

// kind: systems, components, tests, machines, codes; empty for all.
ExitCode List(const Workspace& workspace, const std::string& kind);
ExitCode Explain(const std::string& code);
ExitCode Clean(const Workspace& workspace);

struct ManifestOptions {
  tools::Architecture architecture = tools::Architecture::kArm64;
  std::string path;
  std::vector<std::string> manifests = {};
  std::vector<std::string> binaries = {};
};
// Reports every error of a component or system manifest.
ExitCode ManifestCheck(const Workspace& workspace, const ManifestOptions& options);
// Dumps the baked table of a system manifest or of a table file, with offsets.
ExitCode ManifestTable(const Workspace& workspace, const ManifestOptions& options);
// Prints what a system manifest comes to when all components are filled in.
ExitCode ManifestShow(const Workspace& workspace, const ManifestOptions& options);

}  // namespace hafnon
