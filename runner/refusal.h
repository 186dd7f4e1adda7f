// SPDX-License-Identifier: BSD-2-Clause
// Why a component is not started.
#pragma once

#include <zircon/types.h>

#include <string_view>

#include "lib/base/format.h"

namespace runner {

// A stable code (`hafnon explain` has a page for each), the status a parent would see, and one
// sentence that says what was found and what to do.
class Refusal {
 public:
  template <class... Arguments>
  Refusal(std::string_view code, zx_status_t status, std::string_view format,
          const Arguments&... arguments)
      : code_(code), status_(status) {
    size_ = base::Format(text_, format, arguments...).size();
  }

  std::string_view code() const { return code_; }
  zx_status_t status() const { return status_; }
  std::string_view text() const { return {text_, size_}; }

 private:
  std::string_view code_;
  zx_status_t status_;
  char text_[160];
  size_t size_ = 0;
};

}  // namespace runner
