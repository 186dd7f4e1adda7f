// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

namespace base {

// Whether `text` is well-formed UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

}  // namespace base
