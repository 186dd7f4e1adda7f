// SPDX-License-Identifier: BSD-2-Clause
// fuchsia.process.lifecycle messages as bytes; the only place that knows them.
//
//   0  transaction u32     0: no answer is expected
//   4  flags       u8[3]   {2, 0, 0}: wire format 2
//   7  magic       u8      1
//   8  ordinal     u64
//
// The ordinal of a method is the first 8 bytes, little-endian and with the top bit cleared, of the
// SHA-256 of "fuchsia.process.lifecycle/Lifecycle.<Method>".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace runner::lifecycle {

// Runner to program: end in good order, then close the channel. Has no body and no answer.
inline constexpr uint64_t kStop = 0x64b1'76f1'744c'6f15;
// Program to runner: keep this for the next run.
inline constexpr uint64_t kOnEscrow = 0x3de9'c2fc'b734'ed48;

inline constexpr size_t kHeaderBytes = 16;

// The message Stop.
constexpr std::array<uint8_t, kHeaderBytes> StopMessage() {
  std::array<uint8_t, kHeaderBytes> bytes = {0, 0, 0, 0, 2, 0, 0, 1};
  for (size_t i = 0; i < 8; ++i) bytes[8 + i] = static_cast<uint8_t>(kStop >> 8 * i);
  return bytes;
}

}  // namespace runner::lifecycle
