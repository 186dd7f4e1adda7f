// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "qemu/process.h"
#include "tools/cml/sources.h"
#include "tools/hafnon/coverage_report.h"
#include "tools/hafnon/junit.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kGoal = 93'00;  // hundredths of a per cent
constexpr size_t kMaxFileBytes = 64u << 20;

std::vector<std::string> ReadLines(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream text(cml::ReadFile(path, kMaxFileBytes).value_or(""));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// Runs the tests that count, with a new folder for what they write.
ExitCode RunCountedTests(const Workspace& workspace, const fs::path& profiles) {
  fs::remove_all(profiles);
  fs::create_directories(profiles);
  setenv("HAFNON_PROFILES", profiles.c_str(), 1);
  setenv("LLVM_PROFILE_FILE", (profiles / "host-%2m.profraw").c_str(), 1);
  // With counters there is more between two steps to be explored, so rare outcomes take more schedules.
  setenv("HAFNON_SCHEDULES", "400", 0);
  std::string names;
  for (const std::string& name : ReadLines(workspace.InBuild("coverage.tests"))) {
    names += (names.empty() ? "^(" : "|") + name;
  }
  const std::string results = fs::absolute(workspace.InBuild("test-results.xml"));
  fs::remove(results);
  fflush(stdout);
  qemu::Run({.arguments = {"ctest", "--test-dir", workspace.build(), "--output-junit", results,
                           "--output-on-failure", "-j",
                           std::to_string(std::max(1u, std::thread::hardware_concurrency())), "-R",
                           names + ")$"}});
  const TestCounts counts = CountTests(cml::ReadFile(results, kMaxFileBytes).value_or(""));
  printf("%d passed, %d failed\n", counts.passed, counts.failed);
  return counts.failed == 0 && counts.passed != 0 ? kOk : kTestFailed;
}

ExitCode RunTool(std::vector<std::string> arguments, std::string& output) {
  qemu::Ended ended = qemu::Run({.arguments = std::move(arguments), .output = qemu::Output::kCapture});
  output = std::move(ended.output);
  if (ended.succeeded()) return kOk;
  fputs(output.c_str(), stderr);
  fputs("llvm-22 has llvm-profdata and llvm-cov; ./hafnon doctor says what is missing\n", stderr);
  return kEnvironment;
}

// The counts of all programs, as llvm-cov prints them for every line.
ExitCode Export(const Workspace& workspace, const fs::path& profiles, std::string& lcov) {
  const std::string list = workspace.InBuild("coverage.profiles");
  const std::string merged = workspace.InBuild("coverage.profdata");
  {
    std::ofstream names(list);
    // A boot that ends before the kernel can write leaves an empty file.
    for (const fs::directory_entry& entry : fs::directory_iterator(profiles)) {
      if (entry.file_size() != 0) names << entry.path().string() << '\n';
    }
  }
  std::string output;
  const ExitCode code = RunTool({"llvm-profdata-22", "merge", "-f", list, "-o", merged}, output);
  if (code != kOk) return code;
  std::vector<std::string> arguments = {"llvm-cov-22", "export", "-format=lcov", "-instr-profile=" + merged};
  for (const std::string& program : ReadLines(workspace.InBuild("coverage.programs"))) {
    arguments.insert(arguments.end(), {"-object", program});
  }
  return RunTool(std::move(arguments), lcov);
}

// Sources of the kernel that are not among the files with code.
std::vector<std::string> WithoutLines(const Workspace& workspace, const std::vector<FileCoverage>& files) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(workspace.InTree("kernel"))) {
    const std::string extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h" && extension != ".in") continue;
    const std::string path = fs::relative(entry.path(), workspace.root());
    if (std::ranges::find(files, path, &FileCoverage::path) == files.end()) names.push_back(path);
  }
  std::ranges::sort(names);
  return names;
}

// Says what is wrong with the figures, and whether anything is.
ExitCode JudgeCoverage(const CoverageReport& report) {
  ExitCode code = kOk;
  for (const Gap& gap : report.gaps) {
    if (!gap.reason.empty()) continue;
    fprintf(stderr, "%s:%u: no test runs this and no reason is given: %s\n", gap.path.c_str(), gap.lines.first,
            gap.line.c_str());
    code = kTestFailed;
  }
  for (const CoverageReason& reason : report.unused) {
    fprintf(stderr, "%s: a reason is no longer needed, the line is run or gone: %s\n", reason.path.c_str(),
            reason.line.c_str());
  }
  printf("%u of %u lines of kernel/: %u.%02u %%\n", report.covered(), report.lines(), report.share() / 100,
         report.share() % 100);
  if (report.share() >= kGoal) return code;
  fprintf(stderr, "at least %u %% have to run\n", kGoal / 100);
  return kTestFailed;
}

}  // namespace

ExitCode Coverage(const Workspace& workspace, const CoverageOptions& options) {
  const fs::path profiles = fs::absolute(workspace.InBuild("profiles"));
  if (!options.again) {
    if (const ExitCode code = Build(workspace, {"tests-counted"}); code != kOk) return code;
    if (const ExitCode code = RunCountedTests(workspace, profiles); code != kOk) return code;
  }
  std::string lcov;
  if (const ExitCode code = Export(workspace, profiles, lcov); code != kOk) return code;

  const std::string reasons_path = workspace.InTree("docs/coverage-reasons.txt");
  const CoverageReasons reasons =
      ParseCoverageReasons(cml::ReadFile(reasons_path, kMaxFileBytes).value_or(""));
  for (const std::string& problem : reasons.problems) {
    fprintf(stderr, "%s: %s\n", reasons_path.c_str(), problem.c_str());
  }
  if (!reasons.problems.empty()) return kUserError;
  const CoverageReport report =
      Explain(ParseLcov(lcov, "kernel/"), reasons.reasons,
              [&](const std::string& path) { return ReadLines(workspace.InTree(path)); });
  const ExitCode code = JudgeCoverage(report);
  if (options.check_only) return code;

  const std::string path = workspace.InTree("docs/coverage.md");
  std::ofstream document(path, std::ios::binary | std::ios::trunc);
  document << RenderCoverage(report, WithoutLines(workspace, report.files));
  document.close();
  if (document.good()) return code;
  fprintf(stderr, "cannot write %s\n", path.c_str());
  return kEnvironment;
}

}  // namespace hafnon
