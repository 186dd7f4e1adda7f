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

 private:
  void CheckMember(size_t index) const;
  void CheckUnknown(const json5::Member& member) const;
  void CheckRequired() const;
  bool WasMeant(std::string_view required) const;

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

// "`a`, `b` or `c`".
std::string Alternatives(std::span<const std::string_view> words);

}  // namespace cml
