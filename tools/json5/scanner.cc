// SPDX-License-Identifier: BSD-2-Clause
#include "tools/json5/scanner.h"

#include <charconv>
#include <limits>

namespace json5 {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsLineEnd(uint32_t c) { return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029; }

bool IsSpace(uint32_t c) {
  switch (c) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
    case 0xfeff:
      return true;
    default:
      return c >= 0x2000 && c <= 0x200a;
  }
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' || c == '$';
}

void AppendUtf8(uint32_t c, std::string& out) {
  const auto add = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xc0 | c >> 6);
    add(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    add(0xe0 | c >> 12);
    add(0x80 | (c >> 6 & 0x3f));
    add(0x80 | (c & 0x3f));
  } else {
    add(0xf0 | c >> 18);
    add(0x80 | (c >> 12 & 0x3f));
    add(0x80 | (c >> 6 & 0x3f));
    add(0x80 | (c & 0x3f));
  }
}

// Bytes of the UTF-8 sequence at the start of `text`, 0 when it is none.
size_t SequenceSize(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Longer than needed, a surrogate half, or above the last code point.
  const uint8_t second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return size;
}

}  // namespace

bool IsUtf8(std::string_view text, uint32_t& bad_offset) {
  size_t position = 0;
  while (position < text.size()) {
    const size_t size = SequenceSize(text.substr(position));
    if (size == 0) {
      bad_offset = static_cast<uint32_t>(position);
      return false;
    }
    position += size;
  }
  return true;
}

bool Scanner::Fail(FaultKind kind, Span span, std::string message) {
  fault_ = {kind, span, std::move(message)};
  return false;
}

bool Scanner::FailHere(FaultKind kind, std::string message) {
  const uint32_t size = at_end() ? 0 : Decode(position_).size;
  return Fail(kind, {position(), size}, std::move(message));
}

Scanner::CodePoint Scanner::Decode(size_t position) const {
  const auto byte = [&](size_t i) -> uint32_t { return static_cast<uint8_t>(text_[position + i]); };
  const uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const auto tail = [&](size_t i) { return byte(i) & 0x3f; };
  if (first < 0xe0) return {(first & 0x1f) << 6 | tail(1), 2};
  if (first < 0xf0) return {(first & 0xf) << 12 | tail(1) << 6 | tail(2), 3};
  return {(first & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
}

size_t Scanner::SpaceSize() const {
  if (at_end()) return 0;
  const CodePoint c = Decode(position_);
  return IsSpace(c.value) ? c.size : 0;
}

bool Scanner::SkipSpace() {
  for (;;) {
    if (const size_t size = SpaceSize()) {
      position_ += size;
    } else if (text_.substr(position_, 2) == "//") {
      while (!at_end()) {
        const CodePoint c = Decode(position_);
        if (IsLineEnd(c.value)) break;
        position_ += c.size;
      }
    } else if (text_.substr(position_, 2) == "/*") {
      if (!SkipBlockComment()) return false;
    } else {
      return true;
    }
  }
}

bool Scanner::SkipBlockComment() {
  const size_t end = text_.find("*/", position_ + 2);
  if (end == std::string_view::npos) {
    return Fail(FaultKind::kOpenComment, {position(), 2}, "comment is not closed");
  }
  position_ = end + 2;
  return true;
}

bool Scanner::ReadString(std::string& out) {
  const uint32_t start = position();
  const char quote = Peek();
  Skip();
  for (;;) {
    if (at_end() || Peek() == '\n' || Peek() == '\r') {
      return Fail(FaultKind::kOpenString, SpanFrom(start), "string is not closed");
    }
    if (Peek() == quote) {
      Skip();
      return true;
    }
    if (Peek() == '\\') {
      if (!ReadEscape(out)) return false;
      continue;
    }
    const CodePoint c = Decode(position_);
    out.append(text_.substr(position_, c.size));
    position_ += c.size;
  }
}

bool Scanner::ReadEscape(std::string& out) {
  const uint32_t start = position();
  Skip();
  if (at_end()) return Fail(FaultKind::kOpenString, {start, 1}, "string is not closed");
  const CodePoint c = Decode(position_);
  position_ += c.size;
  static constexpr std::string_view kLetters = "bfnrtv";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t\v";
  if (c.value == 'x') return ReadHexEscape(2, out);
  if (c.value == 'u') return ReadHexEscape(4, out);
  if (IsLineEnd(c.value)) {  // The string goes on in the next line.
    if (c.value == '\r' && Peek() == '\n') Skip();
    return true;
  }
  if (c.value == '0' && !IsDigit(Peek())) {
    out.push_back('\0');
    return true;
  }
  if (c.value < 0x80 && IsDigit(static_cast<char>(c.value))) {
    return Fail(FaultKind::kBadEscape, SpanFrom(start), "escape does not exist in JSON5");
  }
  const size_t letter =
      c.value < 0x80 ? kLetters.find(static_cast<char>(c.value)) : std::string_view::npos;
  if (letter != std::string_view::npos) {
    out.push_back(kMeanings[letter]);
  } else {
    AppendUtf8(c.value, out);
  }
  return true;
}

bool Scanner::ReadHex(int digits, uint32_t& out) {
  out = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = HexDigit(Peek());
    if (digit < 0) return false;
    out = out << 4 | static_cast<uint32_t>(digit);
    Skip();
  }
  return true;
}

bool Scanner::ReadHexEscape(int digits, std::string& out) {
  const uint32_t start = position() - 2;
  uint32_t value = 0;
  bool good = ReadHex(digits, value);
  if (good && value >= 0xd800 && value < 0xdc00 && text_.substr(position_, 2) == "\\u") {
    position_ += 2;
    uint32_t low = 0;
    good = ReadHex(4, low) && low >= 0xdc00 && low < 0xe000;
    value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
  }
  if (!good || (value >= 0xd800 && value < 0xe000)) {
    return Fail(FaultKind::kBadEscape, SpanFrom(start),
                digits == 2 ? "`\\x` needs two hexadecimal digits"
                            : "`\\u` needs four hexadecimal digits that make a character");
  }
  AppendUtf8(value, out);
  return true;
}

bool Scanner::IsNumberByte() const {
  const char c = Peek();
  if (IsNameByte(c) || c == '.') return true;
  const char before = position_ == 0 ? '\0' : text_[position_ - 1];
  return (c == '+' || c == '-') && (before == 'e' || before == 'E');
}

bool Scanner::ReadNumber(double& out) {
  const uint32_t start = position();
  const bool negative = Peek() == '-';
  if (Peek() == '-' || Peek() == '+') Skip();
  const size_t body_start = position_;
  while (!at_end() && IsNumberByte()) Skip();
  const std::string_view body = text_.substr(body_start, position_ - body_start);
  const auto parse = [&](std::string_view digits, auto& value, auto format) {
    const char* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value, format);
    return !digits.empty() && result.ptr == end && result.ec == std::errc();
  };
  bool good = true;
  if (body == "Infinity") {
    out = std::numeric_limits<double>::infinity();
  } else if (body == "NaN") {
    out = std::numeric_limits<double>::quiet_NaN();
  } else if (body.starts_with("0x") || body.starts_with("0X")) {
    uint64_t value = 0;
    good = parse(body.substr(2), value, 16);
    out = static_cast<double>(value);
  } else {
    const bool leading_zero = body.size() > 1 && body[0] == '0' && IsDigit(body[1]);
    const bool has_digit =
        !body.empty() &&
        (IsDigit(body[0]) || (body[0] == '.' && body.size() > 1 && IsDigit(body[1])));
    good = has_digit && !leading_zero && parse(body, out, std::chars_format::general);
  }
  if (!good) return Fail(FaultKind::kBadNumber, SpanFrom(start), "not a number");
  if (negative) out = -out;
  return true;
}

bool Scanner::StartsName() const {
  if (at_end()) return false;
  const char c = Peek();
  if (static_cast<uint8_t>(c) >= 0x80) return SpaceSize() == 0;
  return (IsNameByte(c) && !IsDigit(c)) || c == '\\';
}

bool Scanner::ReadName(std::string& out) {
  const uint32_t start = position();
  while (!at_end()) {
    if (Peek() == '\\') {
      if (text_.substr(position_, 2) != "\\u") {
        return FailHere(FaultKind::kBadEscape, "a name may hold no other escape than `\\u`");
      }
      position_ += 2;
      if (!ReadHexEscape(4, out)) return false;
      continue;
    }
    const CodePoint c = Decode(position_);
    if (c.value < 0x80 ? !IsNameByte(static_cast<char>(c.value)) : IsSpace(c.value)) break;
    out.append(text_.substr(position_, c.size));
    position_ += c.size;
  }
  return position() != start;
}

}  // namespace json5
