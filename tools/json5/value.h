// SPDX-License-Identifier: BSD-2-Clause
// A JSON5 document in memory; every node remembers where it stood in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace json5 {

// A range of bytes of the source text.
struct Span {
  uint32_t offset = 0;
  uint32_t size = 0;
};

enum class Kind : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

// "a string", "an object": how an error message calls a value of this kind.
std::string_view Describe(Kind kind);

struct Member;

// A value. Which of the fields means something depends on `kind`.
struct Value {
  Kind kind = Kind::kNull;
  Span span;
  bool boolean = false;
  double number = 0;
  std::string text;             // UTF-8, escapes resolved; may contain NUL
  std::vector<Value> items;     // of an array
  std::vector<Member> members;  // of an object, in source order, duplicates kept

  // The first member with this name, or nullptr.
  const Member* Find(std::string_view name) const;
};

struct Member {
  std::string name;
  Span name_span;
  Value value;
};

}  // namespace json5
