// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/command_line.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace boot {
namespace {

TEST(CommandLine, PartsAreJoinedWithSingleSpaces) {
  const auto handoff = std::make_unique<kernel::Handoff>();
  AppendCommandLine(*handoff, "  a=1\t b=2\n");
  AppendCommandLine(*handoff, "");
  AppendCommandLine(*handoff, "c=3");

  EXPECT_EQ(handoff->command(), "a=1 b=2 c=3");
}

TEST(CommandLine, WhatDoesNotFitIsCutAtAWord) {
  const auto handoff = std::make_unique<kernel::Handoff>();
  AppendCommandLine(*handoff, std::string(kernel::Handoff::kMaxCommandLine - 3, 'x') + " ab cd");
  EXPECT_EQ(handoff->command_line_size, kernel::Handoff::kMaxCommandLine);
  AppendCommandLine(*handoff, "e");

  EXPECT_TRUE(handoff->command().ends_with("x ab"));
}

TEST(CommandLine, TheLastValueOfAKeyCounts) {
  EXPECT_EQ(FindOption("kernel.exit=a x kernel.exit=semihosting", "kernel.exit"), "semihosting");
  EXPECT_EQ(FindOption("kernel.exits=a kernel.exit", "kernel.exit"), "");
  EXPECT_EQ(FindOption("", "kernel.exit"), "");
}

}  // namespace
}  // namespace boot
