// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/command_line.h"

#include <cstddef>

namespace boot {
namespace {

// Other control characters and the NUL separate words as well.
bool IsSpace(char c) { return (c >= 0 && c <= ' ') || c == 0x7f; }

}  // namespace

void AppendCommandLine(kernel::Handoff& handoff, std::string_view words) {
  size_t at = handoff.command_line_size;
  while (!words.empty()) {
    if (IsSpace(words[0])) {
      words.remove_prefix(1);
      continue;
    }
    size_t size = 1;
    while (size < words.size() && !IsSpace(words[size])) ++size;
    const std::string_view word = words.substr(0, size);
    words.remove_prefix(word.size());
    const size_t needed = word.size() + (at == 0 ? 0 : 1);
    if (needed > kernel::Handoff::kMaxCommandLine - at) break;
    if (at != 0) handoff.command_line[at++] = ' ';
    for (const char c : word) handoff.command_line[at++] = c;
  }
  handoff.command_line_size = static_cast<uint32_t>(at);
}

std::string_view FindOption(std::string_view command_line, std::string_view key) {
  std::string_view value;
  while (!command_line.empty()) {
    const size_t end = command_line.find(' ');
    const std::string_view word = command_line.substr(0, end);
    command_line.remove_prefix(end == std::string_view::npos ? word.size() : end + 1);
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') {
      value = word.substr(key.size() + 1);
    }
  }
  return value;
}

}  // namespace boot
