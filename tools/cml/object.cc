// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/object.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "tools/report/suggest.h"

namespace cml {
namespace {

using json5::Kind;
using report::Code;

bool Contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool IsEmpty(const json5::Value& value) {
  return (value.kind == Kind::kArray && value.items.empty()) ||
         (value.kind == Kind::kObject && value.members.empty()) || value.kind == Kind::kNull;
}

}  // namespace

std::string Quoted(std::string_view word) { return "`" + std::string(word) + "`"; }

void Context::Fail(Code code, json5::Span span, std::string message, std::string hint,
                   std::vector<std::string> lines) const {
  report.Add({.code = code,
              .message = std::move(message),
              .place = PlaceOf(span),
              .hint = std::move(hint),
              .lines = std::move(lines)});
}

void Context::Warn(Code code, json5::Span span, std::string message,
                   std::vector<std::string> lines) const {
  report.Add({.code = code,
              .message = std::move(message),
              .place = PlaceOf(span),
              .lines = std::move(lines),
              .severity = report::Severity::kWarning});
}

std::string Context::LineOf(json5::Span span) const {
  return "line " + std::to_string(source.PositionOf(span.offset).line);
}

std::string Alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i != 0) text += i + 1 == words.size() ? " or " : ", ";
    text += "\"" + std::string(words[i]) + "\"";
  }
  return text;
}

void FailType(const Context& context, const json5::Value& value, std::string_view subject,
              std::string_view wanted) {
  context.Fail(Code::kWrongType, value.span,
               std::string(subject) + " must be " + std::string(wanted) + ", found " +
                   std::string(json5::Describe(value.kind)));
}

std::optional<Text> ToText(const Context& context, const json5::Value& value,
                           std::string_view subject) {
  if (value.kind != Kind::kString) {
    FailType(context, value, subject, "a string");
    return std::nullopt;
  }
  if (value.text.find('\0') != std::string::npos) {
    context.Fail(Code::kNulByte, value.span, "the string contains a NUL byte",
                 "would end here for the program");
    return std::nullopt;
  }
  return Text{value.text, value.span};
}

Object::Object(const json5::Value& value, const Fields& fields, const Context& context)
    : value_(value), fields_(fields), context_(context) {
  if (value_.kind != Kind::kObject) {
    context_.Fail(Code::kWrongType, value_.span,
                  std::string(fields_.owner) + " must be an object, found " +
                      std::string(json5::Describe(value_.kind)));
    return;
  }
  for (size_t i = 0; i < value_.members.size(); ++i) CheckMember(i);
  CheckRequired();
}

void Object::CheckMember(size_t index) const {
  const json5::Member& member = value_.members[index];
  if (value_.Find(member.name) != &member) {
    const uint32_t first = value_.Find(member.name)->name_span.offset;
    context_.Fail(
        Code::kDuplicateField, member.name_span,
        "field " + Quoted(member.name) + " is given twice in " + std::string(fields_.owner),
        "remove this one or the other",
        {"note: first given in line " + std::to_string(context_.source.PositionOf(first).line)});
    return;
  }
  if (Contains(fields_.known, member.name)) return;
  if (!Contains(fields_.unsupported, member.name)) {
    CheckUnknown(member);
  } else if (!IsEmpty(member.value)) {
    context_.Fail(Code::kNotSupportedYet, member.name_span,
                  Quoted(member.name) + " is not supported yet by this version",
                  "remove this field");
  }
}

void Object::CheckUnknown(const json5::Member& member) const {
  const std::string_view nearest = report::Nearest(member.name, fields_.known);
  std::vector<std::string> lines;
  if (!nearest.empty() && Contains(fields_.required, nearest) && !value_.Find(nearest)) {
    lines.push_back("note: required field " + Quoted(nearest) + " is missing because of this");
  }
  context_.Fail(Code::kUnknownField, member.name_span,
                "unknown field " + Quoted(member.name) + " in " + std::string(fields_.owner),
                report::DidYouMean(member.name, fields_.known), std::move(lines));
}

bool Object::WasMeant(std::string_view required) const {
  return std::ranges::any_of(value_.members, [&](const json5::Member& member) {
    return !Contains(fields_.known, member.name) &&
           report::Nearest(member.name, fields_.known) == required;
  });
}

void Object::CheckRequired() const {
  for (const std::string_view name : fields_.required) {
    if (value_.Find(name) || WasMeant(name)) continue;
    context_.Fail(Code::kMissingField, {value_.span.offset, 1},
                  std::string(fields_.owner) + " lacks the required field " + Quoted(name),
                  "add " + Quoted(name) + " here");
  }
}

const json5::Value* Object::Find(std::string_view name) const {
  const json5::Member* member = value_.Find(name);
  return member && member->value.kind != Kind::kNull ? &member->value : nullptr;
}

std::optional<Text> Object::String(std::string_view name) const {
  const json5::Value* value = Find(name);
  return value ? ToText(context_, *value, Quoted(name)) : std::nullopt;
}

std::span<const json5::Value> Object::List(std::string_view name) const {
  const json5::Value* value = Find(name);
  if (!value) return {};
  if (value->kind == Kind::kArray) return value->items;
  FailType(context_, *value, Quoted(name), "a list");
  return {};
}

std::vector<Text> Object::Strings(std::string_view name) const {
  const json5::Value* value = Find(name);
  if (!value) return {};
  if (value->kind != Kind::kArray) {
    FailType(context_, *value, Quoted(name), "a list of strings");
    return {};
  }
  std::vector<Text> texts;
  for (const json5::Value& item : value->items) {
    if (std::optional<Text> text = ToText(context_, item, "each entry of " + Quoted(name)))
      texts.push_back(*std::move(text));
  }
  return texts;
}

bool Object::Boolean(std::string_view name) const {
  const json5::Value* value = Find(name);
  if (!value) return false;
  if (value->kind == Kind::kBoolean) return value->boolean;
  if (value->kind != Kind::kString) {
    FailType(context_, *value, Quoted(name), "true or false");
    return false;
  }
  static constexpr std::string_view kWords[] = {"false", "true"};
  return Choice(name, kWords, 0) == 1;
}

size_t Object::Choice(std::string_view name, std::span<const std::string_view> allowed,
                      size_t otherwise) const {
  const std::optional<Text> text = String(name);
  if (!text) return otherwise;
  const auto place = std::ranges::find(allowed, text->value);
  if (place != allowed.end()) return static_cast<size_t>(place - allowed.begin());
  context_.Fail(
      Code::kValueNotAllowed, text->span,
      Quoted(name) + " must be " + Alternatives(allowed) + ", found \"" + text->value + "\"",
      report::DidYouMean(text->value, allowed));
  return otherwise;
}

json5::Span Object::SpanOf(std::string_view name) const {
  const json5::Value* value = Find(name);
  return value ? value->span : json5::Span{value_.span.offset, 1};
}

void Object::FailRange(std::string_view name, uint64_t least, uint64_t most) const {
  context_.Fail(Code::kOutOfRange, Find(name)->span,
                Quoted(name) + " must be a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most));
}

uint64_t Object::NumberOr(std::string_view name, uint64_t least, uint64_t most,
                          uint64_t otherwise) const {
  const json5::Value* value = Find(name);
  if (!value) return otherwise;
  if (value->kind != Kind::kNumber) {
    FailType(context_, *value, Quoted(name), "a number");
    return otherwise;
  }
  const std::optional<uint64_t> number = WholeNumber(*value);
  if (number && *number >= least && *number <= most) return *number;
  FailRange(name, least, most);
  return otherwise;
}

uint64_t Object::SizeOr(std::string_view name, uint64_t least, uint64_t most,
                        uint64_t otherwise) const {
  const json5::Value* value = Find(name);
  if (!value) return otherwise;
  std::optional<uint64_t> size = WholeNumber(*value);
  if (value->kind == Kind::kString) size = ParseSize(value->text);
  if (!size) {
    context_.Fail(
        Code::kValueNotAllowed, value->span,
        Quoted(name) + " must be a number of bytes, or one with K, M or G such as \"256K\"");
    return otherwise;
  }
  if (*size >= least && *size <= most) return *size;
  FailRange(name, least, most);
  return otherwise;
}

std::optional<uint64_t> ParseSize(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr == text.data()) return std::nullopt;
  const std::string_view unit(result.ptr, static_cast<size_t>(end - result.ptr));
  unsigned shift = 0;
  if (unit == "K") {
    shift = 10;
  } else if (unit == "M") {
    shift = 20;
  } else if (unit == "G") {
    shift = 30;
  } else if (!unit.empty()) {
    return std::nullopt;
  }
  if (number > std::numeric_limits<uint64_t>::max() >> shift) return std::nullopt;
  return number << shift;
}

std::optional<uint64_t> WholeNumber(const json5::Value& value) {
  constexpr auto kMost = static_cast<double>(kMostExact);
  if (value.kind != Kind::kNumber || !(value.number >= 0 && value.number <= kMost)) {
    return std::nullopt;
  }
  const auto number = static_cast<uint64_t>(value.number);
  return static_cast<double>(number) == value.number ? std::optional(number) : std::nullopt;
}

}  // namespace cml
