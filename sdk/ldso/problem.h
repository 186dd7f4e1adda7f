// SPDX-License-Identifier: BSD-2-Clause
// Why a program cannot be linked: a status and one line for people.
#pragma once

#include <string_view>

#include "lib/base/format.h"
#include "lib/base/result.h"

namespace ldso {

// Holds the first thing that went wrong.
class Problem {
 public:
  static constexpr size_t kMaxText = 200;

  // Notes the problem and gives the error to return.
  template <class... Arguments>
  std::unexpected<zx_status_t> Fail(zx_status_t status, std::string_view format,
                                    const Arguments&... arguments) {
    if (size_ == 0) size_ = base::Format(text_, format, arguments...).size();
    return base::Error(status);
  }

  std::string_view text() const { return {text_, size_}; }

 private:
  char text_[kMaxText] = {};
  size_t size_ = 0;
};

}  // namespace ldso
