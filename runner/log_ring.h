// SPDX-License-Identifier: BSD-2-Clause
// The last bytes of a stream.
#pragma once

#include <string.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace runner {

// Keeps the end of what was put in, in storage that it is given.
class LogRing {
 public:
  static constexpr size_t kKeptBytes = 16 * 1024;

  // `storage` is not empty and outlives the ring.
  explicit LogRing(std::span<char> storage) : storage_(storage) {}

  void Put(std::string_view bytes) {
    if (bytes.size() > storage_.size()) bytes.remove_prefix(bytes.size() - storage_.size());
    const size_t first = std::min(bytes.size(), storage_.size() - at_);
    memcpy(storage_.data() + at_, bytes.data(), first);
    memcpy(storage_.data(), bytes.data() + first, bytes.size() - first);
    full_ |= at_ + bytes.size() >= storage_.size();
    at_ = (at_ + bytes.size()) % storage_.size();
  }

  // What is kept, oldest first, in two pieces.
  std::array<std::string_view, 2> pieces() const {
    const std::string_view newer(storage_.data(), at_);
    const std::string_view older(storage_.data() + at_, full_ ? storage_.size() - at_ : 0);
    return {older, newer};
  }

 private:
  std::span<char> storage_;
  size_t at_ = 0;
  bool full_ = false;
};

}  // namespace runner
