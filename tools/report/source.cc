// SPDX-License-Identifier: BSD-2-Clause
#include "tools/report/source.h"

#include <algorithm>

namespace report {
namespace {

size_t LineStart(std::string_view text, size_t offset) {
  if (offset == 0) return 0;
  const size_t end = text.rfind('\n', offset - 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

uint32_t CountCharacters(std::string_view text) {
  return static_cast<uint32_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

Position Source::PositionOf(uint32_t offset) const {
  const std::string_view before = std::string_view(text).substr(0, offset);
  Position position;
  position.line = 1 + static_cast<uint32_t>(std::ranges::count(before, '\n'));
  position.column = 1 + CountCharacters(before.substr(LineStart(text, before.size())));
  return position;
}

std::string_view Source::LineAt(uint32_t offset) const {
  const size_t start = LineStart(text, std::min<size_t>(offset, text.size()));
  const std::string_view rest = std::string_view(text).substr(start);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

}  // namespace report
