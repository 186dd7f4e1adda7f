// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/entropy.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <set>

namespace boot {
namespace {

constexpr std::array<uint8_t, 5> kSeed = {1, 2, 3, 4, 5};

TEST(Entropy, SameSourcesGiveTheSameBytesAndEveryDrawIsNew) {
  Entropy a;
  Entropy b;
  a.Absorb(Entropy::Source::kRngSeed, kSeed);
  b.Absorb(Entropy::Source::kRngSeed, kSeed);

  const uint64_t first = a.DrawWord();
  EXPECT_EQ(first, b.DrawWord());
  EXPECT_NE(first, a.DrawWord());
}

TEST(Entropy, EverySeedBitSourceAndBoundaryMatters) {
  std::set<uint64_t> seen;
  Entropy none;
  seen.insert(none.DrawWord());
  for (size_t bit = 0; bit < kSeed.size() * 8; ++bit) {
    auto seed = kSeed;
    seed[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    Entropy entropy;
    entropy.Absorb(Entropy::Source::kCpu, seed);
    seen.insert(entropy.DrawWord());
  }
  Entropy other_source;
  other_source.Absorb(Entropy::Source::kZbi, kSeed);
  seen.insert(other_source.DrawWord());
  Entropy in_parts;
  in_parts.Absorb(Entropy::Source::kZbi, std::span(kSeed).first(2));
  in_parts.Absorb(Entropy::Source::kZbi, std::span(kSeed).subspan(2));
  seen.insert(in_parts.DrawWord());

  EXPECT_EQ(seen.size(), kSeed.size() * 8 + 3);
}

TEST(Entropy, HalfOfTheBitsChangeWithOneInputBit) {
  Entropy a;
  Entropy b;
  a.AbsorbPublic(0);
  b.AbsorbPublic(1);
  int different = 0;
  for (int i = 0; i < 64; ++i) different += std::popcount(a.DrawWord() ^ b.DrawWord());

  EXPECT_GT(different, 64 * 64 / 2 - 200);
  EXPECT_LT(different, 64 * 64 / 2 + 200);
}

TEST(Entropy, OnlySecretsCountAsSources) {
  Entropy entropy;
  entropy.AbsorbPublic(7);
  entropy.Absorb(Entropy::Source::kRngSeed, {});
  EXPECT_EQ(entropy.sources(), 0u);

  entropy.Absorb(Entropy::Source::kKaslrSeed, kSeed);
  EXPECT_EQ(entropy.sources(), 2u);
}

}  // namespace
}  // namespace boot
