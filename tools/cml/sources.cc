// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/sources.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/json5/reader.h"

namespace cml {
namespace {

constexpr size_t kMaxManifestBytes = 1u << 20;

report::Code CodeOf(json5::FaultKind kind) {
  switch (kind) {
    case json5::FaultKind::kNone:
    case json5::FaultKind::kUnexpected:
      return report::Code::kUnexpectedText;
    case json5::FaultKind::kOpenString:
      return report::Code::kOpenString;
    case json5::FaultKind::kOpenComment:
      return report::Code::kOpenComment;
    case json5::FaultKind::kBadEscape:
      return report::Code::kBadEscape;
    case json5::FaultKind::kBadNumber:
      return report::Code::kBadNumber;
    case json5::FaultKind::kTooDeep:
      return report::Code::kTooDeep;
    case json5::FaultKind::kNotUtf8:
      return report::Code::kNotUtf8;
  }
  return report::Code::kUnexpectedText;
}

}  // namespace

std::optional<std::string> ReadFile(const std::string& path, size_t limit) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  if (std::filesystem::file_size(path, error) > limit || error) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return std::nullopt;
  return text;
}

const report::Source* Sources::Load(const std::string& path, report::Report& report) {
  std::optional<std::string> text = ReadFile(path, kMaxManifestBytes);
  if (text) return Add(path, *std::move(text));
  report.Add({.code = report::Code::kFileNotReadable,
              .message = "cannot read " + path,
              .lines = {"help: a manifest is a regular file of at most 1 MiB"}});
  return nullptr;
}

const report::Source* Sources::Add(std::string path, std::string text) {
  return &sources_.emplace_back(report::Source{std::move(path), std::move(text)});
}

std::optional<json5::Value> Parse(const report::Source& source, report::Report& report) {
  json5::Fault fault;
  std::optional<json5::Value> value = json5::Read(source.text, fault);
  if (value) return value;
  report::Error error{.code = CodeOf(fault.kind), .message = fault.message};
  // A line that is not text is not shown.
  const bool is_text = fault.kind != json5::FaultKind::kNotUtf8;
  error.place = report::Place{&source, fault.span.offset, fault.span.size, is_text};
  report.Add(error);
  return std::nullopt;
}

}  // namespace cml
