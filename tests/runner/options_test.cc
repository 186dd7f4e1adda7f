// SPDX-License-Identifier: BSD-2-Clause
#include "runner/options.h"

#include <gtest/gtest.h>

#include <string>

namespace runner {
namespace {

// The words that were not understood.
std::string Complaints(std::string_view line, Options& options) {
  std::string complaints;
  options = Options::Parse(line, [&](std::string_view key, std::string_view value) {
    complaints.append(key).append("=").append(value).append(" ");
  });
  return complaints;
}

TEST(Options, ComponentsEndForGoodUnlessTheCommandLineSaysOtherwise) {
  Options options;
  EXPECT_EQ(Complaints("kernel.audit userboot.next=x", options), "");
  EXPECT_FALSE(options.exit);
  EXPECT_EQ(options.restart, RestartPolicy::Mode::kNever);
  const std::pair<std::string_view, RestartPolicy::Mode> kModes[] = {
      {"never", RestartPolicy::Mode::kNever},
      {"on_failure", RestartPolicy::Mode::kOnFailure},
      {"on_abnormal", RestartPolicy::Mode::kOnAbnormal},
      {"always", RestartPolicy::Mode::kAlways}};
  for (const auto& [word, mode] : kModes) {
    EXPECT_EQ(Complaints("runner.exit=true runner.restart=" + std::string(word), options), "");
    EXPECT_TRUE(options.exit);
    EXPECT_EQ(options.restart, mode);
  }
}

TEST(Options, WhatIsNotUnderstoodIsReported) {
  Options options;
  EXPECT_EQ(Complaints("runner.restart=often runner.exits=true runner.exit=never", options),
            "runner.restart=often runner.exits=true runner.exit=never ");
  EXPECT_EQ(options.restart, RestartPolicy::Mode::kNever);
}

}  // namespace
}  // namespace runner
