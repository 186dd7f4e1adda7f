// SPDX-License-Identifier: BSD-2-Clause
// Decimal text of floating-point numbers.
#pragma once

#include <cstddef>

namespace rt {

struct DecimalText {
  // Enough for DBL_MAX in %f with the largest precision supported.
  static constexpr size_t kMaxSize = 400;
  size_t size = 0;
  bool negative = false;
  bool finite = true;
};

// Writes |value| in C's style `conversion` (f, F, e, E, g, G) to `buffer`, without sign or padding.
// Exact and rounded half to even; the precision is cut to 60 digits.
DecimalText FormatDecimal(char (&buffer)[DecimalText::kMaxSize], double value, char conversion,
                          int precision, bool keep_point);

}  // namespace rt
