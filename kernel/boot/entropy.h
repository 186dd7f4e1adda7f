// SPDX-License-Identifier: BSD-2-Clause
// Collects what the machine offers as randomness and mixes it into one state (a sponge over the
// ChaCha20 permutation).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace boot {

class Entropy {
 public:
  // Bit numbers of Handoff::entropy_sources.
  enum class Source : uint32_t { kRngSeed = 0, kKaslrSeed = 1, kCpu = 2, kZbi = 3, kJitter = 4 };

  // Mixes in any number of bytes. Order and boundaries matter, so no source can cancel another.
  void Absorb(Source source, std::span<const uint8_t> bytes);
  // Mixes in something that is no secret but may differ between machines (counters, addresses).
  void AbsorbPublic(uint64_t value);

  // Unpredictable bytes, different at each call.
  void Draw(std::span<uint8_t> out);
  uint64_t DrawWord();

  // Which sources were absorbed, as bits.
  uint32_t sources() const { return sources_; }

 private:
  void Mix(std::span<const uint8_t> bytes, uint8_t domain);
  void Permute();

  // Words 0-7 take input and give output, 8-15 stay inside.
  uint32_t state_[16] = {};
  uint32_t sources_ = 0;
};

}  // namespace boot
