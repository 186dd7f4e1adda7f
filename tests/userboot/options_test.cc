// SPDX-License-Identifier: BSD-2-Clause
#include "userboot/options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace userboot {
namespace {

class Collector final : public OptionProblems {
 public:
  void UnknownKey(std::string_view key) override { unknown.emplace_back(key); }
  void BadValue(std::string_view key, std::string_view) override { bad.emplace_back(key); }
  std::vector<std::string> unknown, bad;
};

Options Parse(std::string_view text) {
  Collector problems;
  const Options options = Options::Parse(text, problems);
  EXPECT_TRUE(problems.unknown.empty() && problems.bad.empty()) << text;
  return options;
}

TEST(Options, DefaultsToTheRunnerAndNoTest) {
  const Options options = Parse("kernel.smp.maxcpus=2  other");

  EXPECT_EQ(options.next.path, "bin/runner");
  EXPECT_EQ(options.next.argument_count, 1u);
  EXPECT_TRUE(options.test.path.empty());
  EXPECT_FALSE(options.check_crc);
}

TEST(Options, SplitsAProgramAtPlusSigns) {
  const Options options = Parse("userboot.next=bin/a+--one+two userboot.test.next=test/b");

  EXPECT_EQ(options.next.path, "bin/a");
  ASSERT_EQ(options.next.argument_count, 3u);
  EXPECT_EQ(options.next.arguments[1], "--one");
  EXPECT_EQ(options.next.arguments[2], "two");
  EXPECT_EQ(options.test.path, "test/b");
}

TEST(Options, TheLastWordWins) {
  EXPECT_EQ(Parse("userboot.next=bin/a userboot.next=bin/b").next.path, "bin/b");
}

TEST(Options, BytesThatDoNotPrintSeparateWords) {
  const Options options = Parse("userboot.crc\x01userboot.root=pkg/x/\n");

  EXPECT_TRUE(options.check_crc);
  EXPECT_EQ(options.root, "pkg/x");
}

TEST(Options, UnknownKeysAreReportedAndIgnored) {
  Collector problems;
  const Options options = Options::Parse("userboot.nxt=bin/a", problems);

  EXPECT_EQ(problems.unknown, std::vector<std::string>{"userboot.nxt"});
  EXPECT_EQ(options.next.path, "bin/runner");
}

TEST(Options, BadValuesAreReportedAndLeaveTheDefault) {
  const std::string too_long = "userboot.next=" + std::string(Options::kMaxValueBytes + 1, 'x');
  for (const std::string& text :
       {std::string("userboot.crc=maybe"), std::string("userboot.next="), too_long,
        std::string("userboot.next=/bin/a"), std::string("userboot.next=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q")}) {
    Collector problems;
    const Options options = Options::Parse(text, problems);
    EXPECT_EQ(problems.bad.size(), 1u) << text;
    EXPECT_EQ(options.next.path, "bin/runner") << text;
    EXPECT_FALSE(options.check_crc) << text;
  }
}

}  // namespace
}  // namespace userboot
