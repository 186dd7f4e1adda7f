// SPDX-License-Identifier: BSD-2-Clause
// Limits a rate, and keeps account of what it turned away.
#pragma once

#include <algorithm>
#include <cstdint>

namespace runner {

struct Rate {
  uint32_t per_second = 100;  // up to 10^9; 0: no limit
  uint32_t burst = 500;       // at once, after a pause; 0 counts as 1
};

class TokenBucket {
 public:
  explicit TokenBucket(const Rate& rate)
      : interval_(rate.per_second == 0 ? 0 : kSecond / rate.per_second),
        tolerance_(interval_ * (std::max(rate.burst, 1u) - 1)) {}

  // Whether one more may pass at `now` (nanoseconds, never going back); counts it when not.
  bool Take(int64_t now) {
    if (interval_ == 0) return true;
    if (paid_until_ - now > tolerance_) {
      ++dropped_;
      return false;
    }
    paid_until_ = std::max(paid_until_, now) + interval_;
    return true;
  }

  // How many were turned away since the last call.
  uint64_t TakeDropped() {
    const uint64_t count = dropped_;
    dropped_ = 0;
    return count;
  }

 private:
  static constexpr int64_t kSecond = 1'000'000'000;

  const int64_t interval_;   // what one costs
  const int64_t tolerance_;  // how far ahead of time they may come
  int64_t paid_until_ = INT64_MIN / 2;
  uint64_t dropped_ = 0;
};

}  // namespace runner
