// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 as FIPS 180-4 defines it, one piece of input at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace base {

class Sha256 {
 public:
  using Digest = std::array<uint8_t, 32>;

  // The digest of one piece of memory.
  static Digest Of(std::span<const std::byte> data);

  void Update(std::span<const std::byte> data);
  // The digest of everything given to Update(). The object must not be used afterwards.
  Digest Finish();

 private:
  void Block(const uint8_t* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> pending_ = {};
  size_t pending_size_ = 0;
  uint64_t size_bytes_ = 0;
};

}  // namespace base
