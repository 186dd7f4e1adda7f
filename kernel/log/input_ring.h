// SPDX-License-Identifier: BSD-2-Clause
// Characters that have arrived at the console and that nobody has read yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace kernel {

// A bounded queue of bytes. What arrives while it is full is lost and counted.
//
// Locking: callers serialise.
class InputRing {
 public:
  // A screenful of pasted text.
  static constexpr size_t kCapacity = 1024;

  void Put(char c) {
    if (size_ == kCapacity) {
      ++lost_;
      return;
    }
    bytes_[(first_ + size_++) % kCapacity] = c;
  }

  // Moves the oldest characters to `to`; how many there were, at most `to.size()`.
  size_t Take(std::span<char> to) {
    size_t taken = 0;
    while (taken < to.size() && size_ != 0) {
      to[taken++] = bytes_[first_];
      first_ = (first_ + 1) % kCapacity;
      --size_;
    }
    return taken;
  }

  size_t size() const { return size_; }

  // How many characters have been lost since the last call.
  uint64_t TakeLost() {
    const uint64_t lost = lost_;
    lost_ = 0;
    return lost;
  }

 private:
  std::array<char, kCapacity> bytes_ = {};
  size_t first_ = 0;
  size_t size_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace kernel
