// SPDX-License-Identifier: BSD-2-Clause
// The argument of --seed: one seed, or a range of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hafnon {

// Seeds first to last, both included.
struct SeedRange {
  uint32_t first = 0;
  uint32_t last = 0;
};

// "7" or "1-20"; nothing for other text, a range that ends before it starts or a number over 32 bits.
std::optional<SeedRange> ParseSeeds(std::string_view text);

}  // namespace hafnon
