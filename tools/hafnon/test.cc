// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "qemu/process.h"
#include "tools/cml/sources.h"
#include "tools/hafnon/junit.h"
#include "tools/hafnon/seeds.h"
#include "tools/hafnon/verbs.h"

namespace hafnon {
namespace {

// What a kind of test needs to be built, and how ctest knows its tests.
struct Kind {
  std::string target;
  std::vector<std::string> selection;
};

const std::map<std::string, Kind>& Kinds() {
  static const std::map<std::string, Kind> kinds = {
      {"host", {"tests-host", {"-L", "host", "-LE", "fuzz"}}},
      {"fuzz", {"tests-fuzz", {"-L", "fuzz"}}},
      {"target", {"tests-target", {"-L", "target"}}},
      {"boot", {"tests-target", {"-L", "boot"}}},
      {"all", {"all", {}}},
  };
  return kinds;
}

// Makes the long tests long, and adds those that always are. What somebody has set in the environment stays.
Kind Nightly(Kind kind) {
  setenv("HAFNON_MODEL_OPERATIONS", "10000000", 0);
  setenv("HAFNON_SCHEDULES", "20000", 0);
  kind.selection.insert(kind.selection.end(), {"-C", "Nightly"});
  return kind;
}

TestCounts RunCtest(const Workspace& workspace, const Kind& kind, const std::string& filter) {
  const std::string results = std::filesystem::absolute(workspace.InBuild("test-results.xml"));
  std::error_code error;
  std::filesystem::remove(results, error);
  std::vector<std::string> arguments = {
      "ctest",
      "--test-dir",
      workspace.build(),
      "--output-junit",
      results,
      "--output-on-failure",
      "-j",
      std::to_string(std::max(1u, std::thread::hardware_concurrency()))};
  arguments.insert(arguments.end(), kind.selection.begin(), kind.selection.end());
  if (!filter.empty()) arguments.insert(arguments.end(), {"-R", filter});
  fflush(stdout);
  qemu::Run({.arguments = arguments});
  return CountTests(cml::ReadFile(results, 64u << 20).value_or(""));
}

// Runs the tests named so, or else the cases of test programs named so.
TestCounts RunFiltered(const Workspace& workspace, const Kind& kind, const std::string& filter) {
  const TestCounts counts = RunCtest(workspace, kind, filter);
  if (counts.passed + counts.failed != 0 || filter.empty()) return counts;
  const std::string pattern = "*" + filter + "*";
  setenv("GTEST_FILTER", pattern.c_str(), 1);
  return RunCtest(workspace, kind, "");
}

TestCounts RunSeeds(const Workspace& workspace, const Kind& kind, const std::string& filter,
                    SeedRange seeds) {
  TestCounts sum;
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    const std::string text = std::to_string(seed);
    setenv("HAFNON_SEED", text.c_str(), 1);
    const TestCounts counts = RunFiltered(workspace, kind, filter);
    printf("seed %s: %d passed, %d failed\n", text.c_str(), counts.passed, counts.failed);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
  }
  return sum;
}

}  // namespace

ExitCode Test(const Workspace& workspace, const TestOptions& options) {
  const auto kind = Kinds().find(options.kind);
  if (kind == Kinds().end()) {
    fprintf(stderr, "there are no tests called %s: host, target, boot, fuzz or all\n",
            options.kind.c_str());
    return kUserError;
  }
  const auto seeds = ParseSeeds(options.seed);
  if (!seeds && !options.seed.empty()) {
    fprintf(stderr, "--seed takes a number or a range such as 1-20, not %s\n", options.seed.c_str());
    return kUserError;
  }
  if (const ExitCode code = Build(workspace, {kind->second.target}); code != kOk) return code;
  if (options.fuzz_seconds != 0) {
    setenv("HAFNON_FUZZ_SECONDS", std::to_string(options.fuzz_seconds).c_str(), 1);
  }
  const Kind chosen = options.nightly ? Nightly(kind->second) : kind->second;
  const TestCounts counts = seeds ? RunSeeds(workspace, chosen, options.filter, *seeds)
                                  : RunFiltered(workspace, chosen, options.filter);
  printf("%d passed, %d failed\n", counts.passed, counts.failed);
  return counts.failed == 0 && counts.passed != 0 ? kOk : kTestFailed;
}

}  // namespace hafnon
