// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/dialogue.h"

#include <gtest/gtest.h>

namespace qemu {
namespace {

Dialogue Parsed(std::string_view text) {
  std::string problem;
  auto dialogue = Dialogue::Parse(text, problem);
  EXPECT_TRUE(dialogue) << problem;
  return dialogue.value_or(Dialogue());
}

std::string ProblemOf(std::string_view text) {
  std::string problem;
  EXPECT_FALSE(Dialogue::Parse(text, problem)) << text;
  return problem;
}

TEST(Dialogue, TypesNothingBeforeItsTextHasAppeared) {
  Dialogue dialogue = Parsed("# a comment\nwait ready\n\nsend help\\n\n");
  EXPECT_EQ(dialogue.Advance("rea"), "");
  EXPECT_EQ(dialogue.awaited(), "ready");
  EXPECT_EQ(dialogue.Advance("ready"), "help\n");
  EXPECT_FALSE(dialogue.awaited());
  EXPECT_EQ(dialogue.Advance("ready ready"), "") << "each step is done once";
}

TEST(Dialogue, WaitsForTheSameTextAgain) {
  Dialogue dialogue = Parsed("wait >\nsend a\nwait >\nsend b\nsend c\n");
  EXPECT_EQ(dialogue.Advance(">"), "a");
  EXPECT_EQ(dialogue.Advance("> "), "");
  EXPECT_EQ(dialogue.Advance("> >"), "bc");
}

TEST(Dialogue, HasEscapesForWhatALineCannotHold) {
  EXPECT_EQ(Parsed("send \\x03\\t\\r\\n\\\\\\x7f").Advance(""), "\x03\t\r\n\\\x7f");
}

TEST(Dialogue, SaysWhichLineIsWrong) {
  EXPECT_EQ(ProblemOf("wait a\nsnd b\n"), "line 2 is neither `wait TEXT` nor `send TEXT`");
  for (const std::string_view text : {"send", "send ", "wait \\q", "send \\x1", "send \\x1g", "send \\"}) {
    EXPECT_EQ(ProblemOf(text), "line 1 is neither `wait TEXT` nor `send TEXT`") << text;
  }
}

TEST(Dialogue, SendsNoMoreThanAPipeHolds) {
  const std::string most = "send " + std::string(Dialogue::kMaxSentBytes, 'a');
  EXPECT_EQ(Parsed(most).Advance("").size(), Dialogue::kMaxSentBytes);
  EXPECT_EQ(ProblemOf(most + "a"), "it sends more than 32768 bytes");
}

}  // namespace
}  // namespace qemu
