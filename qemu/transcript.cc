// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/transcript.h"

#include <charconv>
#include <vector>

namespace qemu {
namespace {

constexpr std::string_view kLimit = "#lines <= ";

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::optional<std::string> CheckLimit(std::string_view pattern, size_t line_count) {
  const std::string_view digits = pattern.substr(kLimit.size());
  size_t limit = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (line_count <= limit) return std::nullopt;
  return std::to_string(line_count) + " lines, at most " + std::to_string(limit) + " are allowed";
}

std::optional<std::string> CheckPresent(std::string_view pattern,
                                        const std::vector<std::string_view>& lines) {
  for (const std::string_view line : lines) {
    if (Fits(pattern, line)) return std::nullopt;
  }
  return "missing: " + std::string(pattern);
}

std::optional<std::string> CheckAbsent(std::string_view pattern,
                                       const std::vector<std::string_view>& lines) {
  for (const std::string_view line : lines) {
    if (Fits(pattern, line)) return "must not appear: " + std::string(line);
  }
  return std::nullopt;
}

}  // namespace

bool Fits(std::string_view pattern, std::string_view line) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, star))) return false;
  line.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  // Each piece between two stars is taken where it first occurs.
  for (;;) {
    const size_t next = pattern.find('*');
    const std::string_view piece = pattern.substr(0, next);
    if (next == std::string_view::npos) return line.ends_with(piece);
    const size_t found = line.find(piece);
    if (found == std::string_view::npos) return false;
    line.remove_prefix(found + piece.size());
    pattern.remove_prefix(next + 1);
  }
}

std::optional<std::string> CompareTranscript(std::string_view expectation,
                                             std::string_view output) {
  const std::vector<std::string_view> lines = Lines(output);
  size_t position = 0;
  std::string_view last_found = "the start";
  for (const std::string_view pattern : Lines(expectation)) {
    std::optional<std::string> problem;
    if (pattern.starts_with(kLimit)) {
      problem = CheckLimit(pattern, lines.size());
    } else if (pattern.starts_with('+')) {
      problem = CheckPresent(pattern.substr(1), lines);
    } else if (pattern.starts_with('~')) {
      problem = CheckAbsent(pattern.substr(1), lines);
    } else if (!pattern.empty() && !pattern.starts_with('#')) {
      size_t found = position;
      while (found < lines.size() && !Fits(pattern, lines[found])) ++found;
      if (found == lines.size()) {
        problem = "missing after " + std::string(last_found) + ": " + std::string(pattern);
      } else {
        last_found = lines[found];
        position = found + 1;
      }
    }
    if (problem) return problem;
  }
  return std::nullopt;
}

}  // namespace qemu
