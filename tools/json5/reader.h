// SPDX-License-Identifier: BSD-2-Clause
// Reads JSON5 (json5.org): JSON with comments, trailing commas, unquoted and single-quoted keys,
// single-quoted and multi-line strings, hexadecimal and lenient numbers.
//
// Identifiers may hold any character outside ASCII besides white space; the letter categories of
// the specification are not told apart. Total: any bytes give a value or a fault.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/json5/value.h"

namespace json5 {

enum class FaultKind : uint8_t {
  kNone,
  kUnexpected,   // something else must stand here
  kOpenString,   // a string is not closed on its line
  kOpenComment,  // a comment is not closed
  kBadEscape,    // an escape that does not exist
  kBadNumber,    // looks like a number and is none
  kTooDeep,      // more than kMaxDepth objects and lists inside each other
  kNotUtf8,
};

inline constexpr int kMaxDepth = 64;

// Why and where reading stopped.
struct Fault {
  FaultKind kind = FaultKind::kNone;
  Span span;
  std::string message;  // such as "expected `:` after `name`"
};

// The document, or nothing and a description in `fault`.
std::optional<Value> Read(std::string_view text, Fault& fault);

}  // namespace json5
