// SPDX-License-Identifier: BSD-2-Clause
// Random numbers that follow from a seed alone, and the numbers near which code breaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace storm {

class Random {
 public:
  // Different streams of one seed have nothing in common.
  Random(uint64_t seed, uint64_t stream) : state_(seed * 0x9e3779b97f4a7c15 + stream * 0xd1b54a32d192ed03 + 1) {}

  // SplitMix64 (Steele, Lea, Flood 2014).
  uint64_t Next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  // In [0, bound); 0 for a bound of 0.
  uint64_t Below(uint64_t bound) { return bound == 0 ? 0 : Next() % bound; }
  bool OneIn(uint64_t times) { return Below(times) == 0; }
  template <class T, size_t n>
  T Pick(const T (&from)[n]) {
    return from[Below(n)];
  }

  // A number at or beside a border of some width, page or address range.
  uint64_t Edge() {
    constexpr uint64_t kBorders[] = {0,         1,         0x8,        0x10,       0x20,       0x40,        0x100,
                                     0x1000,    0x2000,    0x10000,    0x200000,   uint64_t{1} << 30,
                                     uint64_t{1} << 31,    uint64_t{1} << 32,    uint64_t{1} << 38,
                                     uint64_t{1} << 47,    uint64_t{1} << 48,    uint64_t{1} << 63,
                                     0 - uint64_t{0x1000}};
    return Pick(kBorders) + Below(3) - 1;
  }
  // Mostly small, sometimes near a border, sometimes anything.
  uint64_t Noise() {
    const uint64_t kind = Below(16);
    if (kind < 9) return Below(16);
    if (kind < 15) return Edge();
    return Next();
  }

 private:
  uint64_t state_;
};

}  // namespace storm
