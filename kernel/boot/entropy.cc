// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/entropy.h"

#include <bit>

namespace boot {
namespace {

// The first word of the inner part; keeps an all-zero state from being a fixed point.
constexpr uint32_t kConstants[4] = {0x6166'6e68, 0x6e6f'662e, 0x6f6f'622e, 0x0000'3174};

void QuarterRound(uint32_t& a, uint32_t& b, uint32_t& c, uint32_t& d) {
  a += b, d = std::rotl(d ^ a, 16);
  c += d, b = std::rotl(b ^ c, 12);
  a += b, d = std::rotl(d ^ a, 8);
  c += d, b = std::rotl(b ^ c, 7);
}

}  // namespace

void Entropy::Permute() {
  for (size_t i = 0; i < 4; ++i) state_[8 + i] ^= kConstants[i];
  uint32_t* s = state_;
  for (int round = 0; round < 10; ++round) {
    QuarterRound(s[0], s[4], s[8], s[12]);
    QuarterRound(s[1], s[5], s[9], s[13]);
    QuarterRound(s[2], s[6], s[10], s[14]);
    QuarterRound(s[3], s[7], s[11], s[15]);
    QuarterRound(s[0], s[5], s[10], s[15]);
    QuarterRound(s[1], s[6], s[11], s[12]);
    QuarterRound(s[2], s[7], s[8], s[13]);
    QuarterRound(s[3], s[4], s[9], s[14]);
  }
}

void Entropy::Mix(std::span<const uint8_t> bytes, uint8_t domain) {
  // Length and domain go where bytes never do, so that different sequences of calls never collide.
  state_[12] ^= static_cast<uint32_t>(bytes.size());
  state_[13] ^= domain;
  size_t at = 0;
  for (const uint8_t byte : bytes) {
    state_[at / 4] ^= uint32_t{byte} << (at % 4 * 8);
    if (++at == 32) {
      Permute();
      at = 0;
    }
  }
  Permute();
}

void Entropy::Absorb(Source source, std::span<const uint8_t> bytes) {
  if (bytes.empty()) return;
  sources_ |= uint32_t{1} << static_cast<uint32_t>(source);
  Mix(bytes, static_cast<uint8_t>(source));
}

void Entropy::AbsorbPublic(uint64_t value) {
  uint8_t bytes[8];
  for (size_t i = 0; i < sizeof(bytes); ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  Mix(bytes, 0x80);
}

void Entropy::Draw(std::span<uint8_t> out) {
  // Forget how the state came about before the first byte leaves.
  Mix({}, 0x81);
  size_t at = 0;
  for (uint8_t& byte : out) {
    byte = static_cast<uint8_t>(state_[at / 4] >> (at % 4 * 8));
    if (++at == 32) {
      Permute();
      at = 0;
    }
  }
  // Backward secrecy: what was given out is no longer in the state.
  for (size_t i = 0; i < 8; ++i) state_[i] = 0;
  Permute();
}

uint64_t Entropy::DrawWord() {
  uint8_t bytes[8];
  Draw(bytes);
  uint64_t word = 0;
  for (size_t i = 0; i < sizeof(bytes); ++i) word |= uint64_t{bytes[i]} << (8 * i);
  return word;
}

}  // namespace boot
