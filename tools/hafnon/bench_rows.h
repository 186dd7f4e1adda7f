// SPDX-License-Identifier: BSD-2-Clause
// The rows of the performance table: what is measured, what peers need, what we want.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hafnon {

// Instructions; 0 where there is no figure.
struct BenchRow {
  std::string_view key;  // as the guest's bench program prints it
  std::string_view title;
  uint32_t zircon_arm64, zircon_x64;  // Zircon of December 2018, release
  uint32_t linux_arm64, linux_x64;    // Linux 6.1, Debian's cloud kernel
  uint32_t sel4_arm64, sel4_x64;      // seL4 16
  uint32_t goal, stretch;
};
std::span<const BenchRow> BenchRows();

struct Sample {
  uint64_t least = 0;
  uint64_t median = 0;
};

// The lines "BENCH <key> <least> <median>" of a console.
std::map<std::string, Sample> ParseBench(std::string_view console);

// When the first line with `text` was logged, in instructions: under -icount a line's
// "[seconds.microseconds]" counts them from reset. Nothing when there is no such line.
std::optional<uint64_t> ParseLogTime(std::string_view console, std::string_view text);

// The table of all rows that were measured, for people.
std::string RenderBench(const std::map<std::string, Sample>& samples, bool is_arm64);

}  // namespace hafnon
