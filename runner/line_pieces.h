// SPDX-License-Identifier: BSD-2-Clause
// Cuts long lines for records.
#pragma once

#include <cstddef>
#include <string_view>

namespace runner {

// The longest start of `line` that has at most `size` bytes and ends between two characters.
// `line` is UTF-8; `size` is at least 4, the longest character.
constexpr std::string_view FirstPiece(std::string_view line, size_t size) {
  if (line.size() <= size) return line;
  while ((static_cast<unsigned char>(line[size]) & 0xc0) == 0x80) --size;
  return line.substr(0, size);
}

}  // namespace runner
