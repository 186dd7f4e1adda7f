// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "lib/base/format.h"

namespace console {

class StringSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { text_ += text; }
  std::string Take() { return std::exchange(text_, {}); }

 private:
  std::string text_;
};

}  // namespace console
