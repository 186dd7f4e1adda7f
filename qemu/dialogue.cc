// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/dialogue.h"

#include <charconv>

namespace qemu {
namespace {

// `text` with its escapes replaced; nothing when there is one that does not exist.
std::optional<std::string> Unescape(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'n': result += '\n'; break;
      case 'r': result += '\r'; break;
      case 't': result += '\t'; break;
      case '\\': result += '\\'; break;
      case 'x': {
        unsigned value = 0;
        if (text.size() - i < 3) return std::nullopt;
        const char* const digits = text.data() + i + 1;
        const auto [end, error] = std::from_chars(digits, digits + 2, value, 16);
        if (error != std::errc() || end != digits + 2) return std::nullopt;
        result += static_cast<char>(value);
        i += 2;
        break;
      }
      default: return std::nullopt;
    }
  }
  return result;
}

}  // namespace

std::optional<Dialogue> Dialogue::Parse(std::string_view text, std::string& problem) {
  Dialogue dialogue;
  size_t sent = 0;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const bool is_send = line.starts_with("send ");
    const auto argument = Unescape(line.size() > 5 ? line.substr(5) : std::string_view());
    if ((!is_send && !line.starts_with("wait ")) || !argument || argument->empty()) {
      problem = "line " + std::to_string(number) + " is neither `wait TEXT` nor `send TEXT`";
      return std::nullopt;
    }
    if (is_send) sent += argument->size();
    dialogue.steps_.push_back({is_send, *argument});
  }
  if (sent > kMaxSentBytes) {
    problem = "it sends more than " + std::to_string(kMaxSentBytes) + " bytes";
    return std::nullopt;
  }
  return dialogue;
}

std::string Dialogue::Advance(std::string_view output) {
  std::string typed;
  for (; next_ != steps_.size(); ++next_) {
    const Step& step = steps_[next_];
    if (step.is_send) {
      typed += step.text;
      continue;
    }
    const size_t found = output.find(step.text, seen_);
    if (found == std::string_view::npos) break;
    seen_ = found + step.text.size();
  }
  return typed;
}

std::optional<std::string_view> Dialogue::awaited() const {
  if (next_ == steps_.size()) return std::nullopt;
  return steps_[next_].text;
}

}  // namespace qemu
