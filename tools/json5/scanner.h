// SPDX-License-Identifier: BSD-2-Clause
// The characters of a JSON5 text, one code point at a time: white space, comments, strings,
// numbers and names. The grammar above that is in reader.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/json5/reader.h"

namespace json5 {

class Scanner {
 public:
  // `text` is valid UTF-8.
  Scanner(std::string_view text, Fault& fault) : text_(text), fault_(fault) {}

  bool at_end() const { return position_ == text_.size(); }
  uint32_t position() const { return static_cast<uint32_t>(position_); }
  // The next byte, or NUL at the end.
  char Peek() const { return at_end() ? '\0' : text_[position_]; }
  void Skip() { ++position_; }
  Span SpanFrom(uint32_t start) const { return {start, position() - start}; }

  // All of these return false with fault() filled in.
  bool SkipSpace();
  bool ReadString(std::string& out);
  bool ReadNumber(double& out);
  bool ReadName(std::string& out);
  bool StartsName() const;
  // Records a fault at what stands next; the end of the text gets an empty span.
  bool FailHere(FaultKind kind, std::string message);
  bool Fail(FaultKind kind, Span span, std::string message);

 private:
  struct CodePoint {
    uint32_t value;
    uint32_t size;  // bytes
  };
  CodePoint Decode(size_t position) const;
  size_t SpaceSize() const;
  bool SkipBlockComment();
  bool ReadEscape(std::string& out);
  bool ReadHexEscape(int digits, std::string& out);
  bool ReadHex(int digits, uint32_t& out);
  bool IsNumberByte() const;

  std::string_view text_;
  size_t position_ = 0;
  Fault& fault_;
};

// Whether `text` is UTF-8; otherwise `bad_offset` is where it stops being so.
bool IsUtf8(std::string_view text, uint32_t& bad_offset);

}  // namespace json5
