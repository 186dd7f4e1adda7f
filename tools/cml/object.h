// SPDX-License-Identifier: BSD-2-Clause
// Typed access to the fields of one JSON5 object, with an error for everything that is not as the
// manifest language has it.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/json5/value.h"
#include "tools/report/report.h"

namespace cml {

// What every function here needs: the file and where errors go.
struct Context {
  const report::Source& source;
  report::Report& report;

  void Fail(report::Code code, json5::Span span, std::string message, std::string hint = {},
            std::vector<std::string> lines = {}) const;
  void Warn(report::Code code, json5::Span span, std::string message,
            std::vector<std::string> lines = {}) const;
  // "line 7", of `span`.
  std::string LineOf(json5::Span span) const;
  report::Place PlaceOf(json5::Span span) const { return {&source, span.offset, span.size}; }
};

// A string and where it stands.
struct Text {
  std::string value;
  json5::Span span;
};

// How the fields of one kind of object are called.
struct Fields {
  std::string_view owner;  // "`program`", for messages
  std::span<const std::string_view> known;
  std::span<const std::string_view> required = {};
  // Known to the language, refused unless empty: this version cannot honour them.
  std::span<const std::string_view> unsupported = {};
};

class Object {
 public:
  // Reports unknown, duplicate, missing and unsupported fields, and a value that is no object.
  Object(const json5::Value& value, const Fields& fields, const Context& context);

  // The field's value, or nullptr.
  const json5::Value* Find(std::string_view name) const;
  // Each of these reports a value of the wrong type and then acts as if the field were absent.
  std::optional<Text> String(std::string_view name) const;
  std::vector<Text> Strings(std::string_view name) const;
  // true, false, "true" and "false".
  bool Boolean(std::string_view name) const;
  std::span<const json5::Value> List(std::string_view name) const;
  // The position of the field's text among `allowed`, or `otherwise`.
  size_t Choice(std::string_view name, std::span<const std::string_view> allowed,
                size_t otherwise) const;
  // Sets `out` to the enumerator whose name the field holds.
  template <class E>
  void Enumerator(std::string_view name, std::span<const std::string_view> allowed, E& out) const {
    out = static_cast<E>(Choice(name, allowed, static_cast<size_t>(out)));
  }
  // Sets `out` to the whole number in the field, which lies between `least` and `most`.
  template <class N>
  void Number(std::string_view name, uint64_t least, uint64_t most, N& out) const {
    out = static_cast<N>(NumberOr(name, least, most, static_cast<uint64_t>(out)));
  }
  // The same, and the text may be a number with K, M or G.
  template <class N>
  void Size(std::string_view name, uint64_t least, uint64_t most, N& out) const {
    out = static_cast<N>(SizeOr(name, least, most, static_cast<uint64_t>(out)));
  }
  // Where the field's value stands, or the object when it has no such field.
  json5::Span SpanOf(std::string_view name) const;
  json5::Span span() const { return value_.span; }

 private:
  void CheckMember(size_t index) const;
  void CheckUnknown(const json5::Member& member) const;
  void CheckRequired() const;
  bool WasMeant(std::string_view required) const;
  uint64_t NumberOr(std::string_view name, uint64_t least, uint64_t most, uint64_t otherwise) const;
  uint64_t SizeOr(std::string_view name, uint64_t least, uint64_t most, uint64_t otherwise) const;
  void FailRange(std::string_view name, uint64_t least, uint64_t most) const;

  const json5::Value& value_;
  Fields fields_;
  const Context& context_;
};

// Reports kWrongType for `value`, called `subject` ("`binary`"), which should have been `wanted`
// ("a string").
void FailType(const Context& context, const json5::Value& value, std::string_view subject,
              std::string_view wanted);

// The text of a string value without NUL bytes; reports otherwise.
std::optional<Text> ToText(const Context& context, const json5::Value& value,
                           std::string_view subject);

// "256K" or 262144 or "1M" in bytes; nothing when it is neither.
std::optional<uint64_t> ParseSize(std::string_view text);

// Whole numbers up to this one are kept exactly.
inline constexpr uint64_t kMostExact = (uint64_t{1} << 53) - 1;

// The whole number in a value, if it is one that is kept exactly.
std::optional<uint64_t> WholeNumber(const json5::Value& value);

// "`word`".
std::string Quoted(std::string_view word);

// "\"a\", \"b\" or \"c\"".
std::string Alternatives(std::span<const std::string_view> words);

}  // namespace cml
