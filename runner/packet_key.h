// SPDX-License-Identifier: BSD-2-Clause
// Which program a packet is about, and what of it.
#pragma once

#include <cstdint>

namespace runner {

// What of a program has news.
enum class Source : uint8_t { kProcess, kJob, kLifecycle, kExceptions, kStdout, kStderr };

// A key below 2^48. The incarnation is part of it, so that a late packet does not meet the next
// run.
struct PacketKey {
  static constexpr uint64_t kEnd = uint64_t{1} << 48;

  uint16_t program;  // below 2^12
  Source source;
  uint32_t incarnation;

  constexpr uint64_t value() const {
    return uint64_t{incarnation} << 16 | uint64_t{static_cast<uint8_t>(source)} << 12 | program;
  }
  static constexpr PacketKey From(uint64_t value) {
    return {.program = static_cast<uint16_t>(value & 0xfff),
            .source = static_cast<Source>(value >> 12 & 0xf),
            .incarnation = static_cast<uint32_t>(value >> 16)};
  }
};

}  // namespace runner
