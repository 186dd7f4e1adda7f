// SPDX-License-Identifier: BSD-2-Clause
#include "tools/json5/reader.h"

#include <limits>

#include "tools/json5/scanner.h"

namespace json5 {
namespace {

// The grammar, by recursive descent. Every function leaves the scanner behind what it read, or
// returns false with a fault recorded.
class Reader {
 public:
  Reader(std::string_view text, Fault& fault) : scan_(text, fault) {}

  bool Document(Value& out) {
    if (!Item(out, 0) || !scan_.SkipSpace()) return false;
    if (scan_.at_end()) return true;
    return Unexpected("the end of the file");
  }

 private:
  bool Unexpected(const std::string& wanted) {
    if (scan_.at_end()) {
      return scan_.FailHere(FaultKind::kUnexpected,
                            "expected " + wanted + ", found the end of the file");
    }
    return scan_.FailHere(FaultKind::kUnexpected, "expected " + wanted);
  }

  bool Item(Value& out, int depth) {
    if (!scan_.SkipSpace()) return false;
    const uint32_t start = scan_.position();
    if (!ItemBody(out, depth)) return false;
    out.span = scan_.SpanFrom(start);
    return true;
  }

  bool ItemBody(Value& out, int depth) {
    const char c = scan_.Peek();
    if (scan_.at_end()) return Unexpected("a value");
    if (c == '{' || c == '[') {
      if (depth == kMaxDepth) {
        return scan_.FailHere(FaultKind::kTooDeep, "more than 64 levels of objects and lists");
      }
      return c == '{' ? Object(out, depth) : Array(out, depth);
    }
    if (c == '"' || c == '\'') {
      out.kind = Kind::kString;
      return scan_.ReadString(out.text);
    }
    if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') return Number(out);
    if (scan_.StartsName()) return Word(out);
    return Unexpected("a value");
  }

  bool Number(Value& out) {
    out.kind = Kind::kNumber;
    return scan_.ReadNumber(out.number);
  }

  bool Word(Value& out) {
    const uint32_t start = scan_.position();
    std::string word;
    if (!scan_.ReadName(word)) return false;
    if (word == "true" || word == "false") {
      out.kind = Kind::kBoolean;
      out.boolean = word == "true";
      return true;
    }
    if (word == "Infinity" || word == "NaN") {
      out.kind = Kind::kNumber;
      out.number = word == "NaN" ? std::numeric_limits<double>::quiet_NaN()
                                 : std::numeric_limits<double>::infinity();
      return true;
    }
    if (word == "null") return true;
    return scan_.Fail(FaultKind::kUnexpected, scan_.SpanFrom(start),
                      "`" + word + "` is no value; strings need quotes");
  }

  // After one element: true and `more` tells whether another may follow.
  bool Separator(char close, bool& more) {
    if (!scan_.SkipSpace()) return false;
    if (scan_.Peek() == ',') {
      scan_.Skip();
      if (!scan_.SkipSpace()) return false;
    } else if (scan_.Peek() != close) {
      return Unexpected(std::string("`,` or `") + close + "`");
    }
    more = scan_.Peek() != close;
    if (!more) scan_.Skip();
    return true;
  }

  // The opening bracket; `more` tells whether the thing has elements.
  bool Open(char close, bool& more) {
    scan_.Skip();
    if (!scan_.SkipSpace()) return false;
    more = scan_.Peek() != close;
    if (!more) scan_.Skip();
    return true;
  }

  bool Array(Value& out, int depth) {
    out.kind = Kind::kArray;
    bool more = false;
    if (!Open(']', more)) return false;
    while (more) {
      if (!Item(out.items.emplace_back(), depth + 1) || !Separator(']', more)) return false;
    }
    return true;
  }

  bool Object(Value& out, int depth) {
    out.kind = Kind::kObject;
    bool more = false;
    if (!Open('}', more)) return false;
    while (more) {
      if (!OneMember(out.members.emplace_back(), depth) || !Separator('}', more)) return false;
    }
    return true;
  }

  bool OneMember(Member& out, int depth) {
    const uint32_t start = scan_.position();
    const char c = scan_.Peek();
    if (c == '"' || c == '\'') {
      if (!scan_.ReadString(out.name)) return false;
    } else if (!scan_.StartsName()) {
      return Unexpected("a field name or `}`");
    } else if (!scan_.ReadName(out.name)) {
      return false;
    }
    out.name_span = scan_.SpanFrom(start);
    if (!scan_.SkipSpace()) return false;
    if (scan_.Peek() != ':') return Unexpected("`:` after `" + out.name + "`");
    scan_.Skip();
    return Item(out.value, depth + 1);
  }

  Scanner scan_;
};

}  // namespace

std::optional<Value> Read(std::string_view text, Fault& fault) {
  uint32_t bad_offset = 0;
  if (!IsUtf8(text, bad_offset)) {
    fault = {FaultKind::kNotUtf8, {bad_offset, 1}, "the file is not UTF-8 text"};
    return std::nullopt;
  }
  Value value;
  if (!Reader(text, fault).Document(value)) return std::nullopt;
  return value;
}

}  // namespace json5
