// SPDX-License-Identifier: BSD-2-Clause
// A text file that errors point into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace report {

// Counted from 1; columns count characters, not bytes.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
};

struct Source {
  std::string path;  // as the user should see it
  std::string text;

  Position PositionOf(uint32_t offset) const;
  // The whole line that holds `offset`, without its end.
  std::string_view LineAt(uint32_t offset) const;
};

// Characters in UTF-8 text.
uint32_t CountCharacters(std::string_view text);

}  // namespace report
