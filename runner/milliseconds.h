// SPDX-License-Identifier: BSD-2-Clause
// Durations as people read them: "0.38".
#pragma once

#include <zircon/time.h>

#include <cstdint>
#include <string_view>

#include "lib/base/format.h"

namespace runner {

// A duration in milliseconds with two digits after the point, rounded down; keeps its own text.
class Milliseconds {
 public:
  explicit Milliseconds(zx_duration_t duration) {
    const uint64_t microseconds = duration < 0 ? 0 : static_cast<uint64_t>(duration) / 1000;
    size_ = base::Format(text_, "{}.{02}", microseconds / 1000, microseconds / 10 % 100).size();
  }
  std::string_view text() const { return {text_, size_}; }

 private:
  char text_[24];
  size_t size_ = 0;
};

}  // namespace runner
