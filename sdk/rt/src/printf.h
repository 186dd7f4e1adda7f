// SPDX-License-Identifier: BSD-2-Clause
// The conversions behind the printf family.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <string_view>

namespace rt {

// Where formatted characters go.
class PrintSink {
 public:
  virtual void Put(std::string_view text) = 0;

 protected:
  ~PrintSink() = default;
};

// Formats as C's printf does: flags - + space # 0, width and precision (also *), the length
// modifiers hh h l ll j z t, and the conversions d i u o x X c s p n % f F e E g G (precision at
// most 60). Returns the number of characters.
int Print(PrintSink& sink, const char* format, va_list arguments);

}  // namespace rt
