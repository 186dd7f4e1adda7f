// SPDX-License-Identifier: BSD-2-Clause
// The kernel command line: `key=value` words between white space.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace base {

// One word. A word without '=' has the value "true".
struct CommandLineOption {
  std::string_view key;
  std::string_view value;
};

// Takes words off the front of a command line. Bytes that do not print count as white space.
class CommandLine {
 public:
  explicit constexpr CommandLine(std::string_view text) : rest_(text) {}

  // The next option, or nothing at the end.
  constexpr std::optional<CommandLineOption> Next() {
    while (!rest_.empty() && IsSpace(rest_.front())) rest_.remove_prefix(1);
    size_t size = 0;
    while (size < rest_.size() && !IsSpace(rest_[size])) ++size;
    if (size == 0) return std::nullopt;
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) return CommandLineOption{word, "true"};
    return CommandLineOption{word.substr(0, equals), word.substr(equals + 1)};
  }

  // "true"/"1", "false"/"0", or nothing for any other text.
  static constexpr std::optional<bool> ParseBool(std::string_view value) {
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0") return false;
    return std::nullopt;
  }

 private:
  static constexpr bool IsSpace(char c) { return c <= ' ' || c > '~'; }

  std::string_view rest_;
};

}  // namespace base
