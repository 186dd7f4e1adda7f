// SPDX-License-Identifier: BSD-2-Clause
// The manifest files of one run: read once, kept for error messages.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "tools/json5/value.h"
#include "tools/report/report.h"

namespace cml {

// The contents of a file, or nothing when it cannot be read or is larger than `limit` bytes.
std::optional<std::string> ReadFile(const std::string& path, size_t limit);

class Sources {
 public:
  // Reads `path`, or reports kFileNotReadable and returns nullptr. The result lives as long as
  // this object.
  const report::Source* Load(const std::string& path, report::Report& report);
  // Takes text that is already in memory.
  const report::Source* Add(std::string path, std::string text);

 private:
  std::deque<report::Source> sources_;
};

// Parses a file; reports syntax errors.
std::optional<json5::Value> Parse(const report::Source& source, report::Report& report);

}  // namespace cml
