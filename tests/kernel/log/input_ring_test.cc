// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log/input_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include <arch/host_machine.h>

#include "kernel/log/console_input.h"

namespace kernel {
namespace {

void Put(InputRing& ring, std::string_view text) {
  for (const char c : text) ring.Put(c);
}

std::string Take(InputRing& ring, size_t most) {
  std::string text(most, '?');
  text.resize(ring.Take(text));
  return text;
}

TEST(InputRing, GivesCharactersInOrderAndOnce) {
  InputRing ring;
  Put(ring, "hafnon");
  EXPECT_EQ(Take(ring, 4), "hafn");
  EXPECT_EQ(Take(ring, 4), "on");
  EXPECT_EQ(Take(ring, 4), "");
}

TEST(InputRing, LosesAndCountsWhatDoesNotFitAndKeepsWhatWasFirst) {
  InputRing ring;
  Put(ring, std::string(InputRing::kCapacity, 'a') + "bcd");
  EXPECT_EQ(ring.size(), InputRing::kCapacity);
  EXPECT_EQ(ring.TakeLost(), 3u);
  EXPECT_EQ(ring.TakeLost(), 0u);
  EXPECT_EQ(Take(ring, 2), "aa");
  Put(ring, "ef");
  EXPECT_EQ(Take(ring, 2 * InputRing::kCapacity), std::string(InputRing::kCapacity - 2, 'a') + "ef");
  EXPECT_EQ(ring.TakeLost(), 0u);
}

TEST(InputRing, GoesRoundManyTimes) {
  InputRing ring;
  for (int round = 0; round < 1000; ++round) {
    const std::string text = "line " + std::to_string(round) + "\n";
    Put(ring, text);
    ASSERT_EQ(Take(ring, 64), text);
  }
}

TEST(ConsoleInput, IsPolledWhereThePortHasNoLine) {
  InitConsoleInput();
  EXPECT_FALSE(HandleConsoleInterrupt(0));
  char text[4];
  EXPECT_EQ(ConsoleRead(text), 0u);
  arch::host::Type("abcdef");
  EXPECT_EQ(std::string(text, ConsoleRead(text)), "abcd");
  EXPECT_EQ(std::string(text, ConsoleRead(text)), "ef");
}

TEST(ConsoleInput, WhatGotLostIsLogged) {
  arch::host::Type(std::string(InputRing::kCapacity + 7, 'x'));
  arch::host::TakeConsole();
  char text[InputRing::kCapacity];
  EXPECT_EQ(ConsoleRead(text), InputRing::kCapacity);
  EXPECT_NE(arch::host::TakeConsole().find("WARN: console: 7 characters typed were lost"),
            std::string::npos);
}

}  // namespace
}  // namespace kernel
