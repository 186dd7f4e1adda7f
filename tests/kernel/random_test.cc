// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/random.h"

#include <arch/host_machine.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace {

TEST(Random, BlockMatchesThePublishedVector) {
  // RFC 8439 section 2.3.2.
  const std::array<uint32_t, 8> key = {0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
                                       0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c};
  const std::array<uint32_t, 3> nonce = {0x09000000, 0x4a000000, 0x00000000};
  std::array<std::byte, 64> out;

  kernel::random::ChaCha20Block(key, 1, nonce, out);

  const uint8_t expected[64] = {0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15, 0x50, 0x0f, 0xdd,
                                0x1f, 0xa3, 0x20, 0x71, 0xc4, 0xc7, 0xd1, 0xf4, 0xc7, 0x33, 0xc0,
                                0x68, 0x03, 0x04, 0x22, 0xaa, 0x9a, 0xc3, 0xd4, 0x6c, 0x4e, 0xd2,
                                0x82, 0x64, 0x46, 0x07, 0x9f, 0xaa, 0x09, 0x14, 0xc2, 0xd7, 0x05,
                                0xd9, 0x8b, 0x02, 0xa2, 0xb5, 0x12, 0x9c, 0xd1, 0xde, 0x16, 0x4e,
                                0xb9, 0xcb, 0xd0, 0x83, 0xe8, 0xa2, 0x50, 0x3c, 0x4e};
  for (size_t i = 0; i < 64; ++i) EXPECT_EQ(static_cast<uint8_t>(out[i]), expected[i]) << i;
}

TEST(Random, NumbersDifferBetweenDrawsCpusAndSeeds) {
  std::set<uint64_t> seen;
  const uint64_t seed[] = {42};
  for (int round = 0; round < 2; ++round) {
    // The same entropy twice still moves the pool on.
    kernel::SeedRandom(std::as_bytes(std::span(seed)));
    for (uint32_t cpu = 0; cpu < 3; ++cpu) {
      arch::host::SetCpu(cpu);
      for (int draw = 0; draw < 1000; ++draw)
        EXPECT_TRUE(seen.insert(kernel::DrawRandom64()).second);
    }
  }
  arch::host::SetCpu(0);
}

TEST(Random, DrawsOfAnySizeAreFilled) {
  const uint64_t seed[] = {1};
  kernel::SeedRandom(std::as_bytes(std::span(seed)));
  for (size_t size = 0; size < 1000; size += 13) {
    std::array<std::byte, 1000> out{};
    kernel::DrawRandom(std::span(out).first(size));
    size_t zeros = 0;
    for (size_t i = 0; i < size; ++i) zeros += out[i] == std::byte{0};
    EXPECT_LT(zeros, 3 + size / 32);
    for (size_t i = size; i < out.size(); ++i) ASSERT_EQ(out[i], std::byte{0});
  }
}

TEST(Random, BelowStaysBelowAndReachesEveryValue) {
  const uint64_t seed[] = {1};
  kernel::SeedRandom(std::as_bytes(std::span(seed)));
  std::array<int, 7> hits{};
  for (int i = 0; i < 7000; ++i) ++hits[kernel::DrawRandomBelow(7)];
  for (int count : hits) EXPECT_NEAR(count, 1000, 200);
  EXPECT_EQ(kernel::DrawRandomBelow(0), 0u);
  EXPECT_EQ(kernel::DrawRandomBelow(1), 0u);
}

}  // namespace
