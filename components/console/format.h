// SPDX-License-Identifier: BSD-2-Clause
// Answers as people read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "lib/base/format.h"
#include "lib/query/record.h"

namespace console {

// Writes the records of one answer as they come, a heading before the first of a table.
class Printer {
 public:
  struct Options {
    bool threads = false;  // of TaskRows, show those of threads
  };

  Printer(base::FormatSink& out, Options options) : out_(out), options_(options) {}

  void Put(const query::Record& record) {
    std::visit([this](const auto& value) { PutRecord(value); }, record);
  }

 private:
  void PutRecord(const query::End& end);
  void PutRecord(const query::ComponentRow& row);
  void PutRecord(const query::ComponentDetails& details);
  void PutRecord(const query::Capability& capability);
  void PutRecord(const query::TaskRow& row);
  void PutRecord(const query::HandleRow& row);
  void PutRecord(const query::LogLine& line);
  void PutRecord(const query::CrashRow& row);
  void PutRecord(const query::ReportLine& line);
  void PutRecord(const query::MemoryRow& row);
  void PutRecord(const query::Milestone& milestone);

  void Heading(std::string_view text);

  base::FormatSink& out_;
  const Options options_;
  bool has_heading_ = false;
  bool has_capability_[2] = {};
};

}  // namespace console
