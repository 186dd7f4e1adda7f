// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/transcript.h"

#include <gtest/gtest.h>

namespace qemu {
namespace {

TEST(Transcript, FitsPatternsWithStars) {
  EXPECT_TRUE(Fits("abc", "abc"));
  EXPECT_FALSE(Fits("abc", "abcd"));
  EXPECT_TRUE(Fits("[*][kernel] *", "[0.1][kernel] hello"));
  EXPECT_TRUE(Fits("*", ""));
  EXPECT_TRUE(Fits("a*b*c", "a1b2b3c"));
  EXPECT_FALSE(Fits("a*b*c", "a1c"));
  EXPECT_FALSE(Fits("ab*ba", "aba"));
}

TEST(Transcript, WantsLinesInOrderWithOthersBetween) {
  const std::string_view output = "one\r\ntwo\r\nthree\r\n";
  EXPECT_EQ(CompareTranscript("# comment\none\n\nthree\n", output), std::nullopt);
  EXPECT_EQ(CompareTranscript("three\none\n", output), "missing after three: one");
  EXPECT_EQ(CompareTranscript("four", output), "missing after the start: four");
}

TEST(Transcript, FindsLinesInAnyOrder) {
  EXPECT_EQ(CompareTranscript("+two\n+one\n", "one\ntwo\n"), std::nullopt);
  EXPECT_EQ(CompareTranscript("+three", "one\ntwo\n"), "missing: three");
}

TEST(Transcript, RefusesWhatMustNotAppear) {
  EXPECT_EQ(CompareTranscript("~*panic*", "all is well\n"), std::nullopt);
  EXPECT_EQ(CompareTranscript("~*panic*", "a panic now\n"), "must not appear: a panic now");
}

TEST(Transcript, LimitsTheNumberOfLines) {
  EXPECT_EQ(CompareTranscript("#lines <= 2", "1\n2\n"), std::nullopt);
  EXPECT_EQ(CompareTranscript("#lines <= 2", "1\n2\n3\n"), "3 lines, at most 2 are allowed");
}

}  // namespace
}  // namespace qemu
