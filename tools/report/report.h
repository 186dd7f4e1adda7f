// SPDX-License-Identifier: BSD-2-Clause
// Collects errors and renders them in the one form all verbs of the tool use:
//
//   error[E0104]: unknown field `binray` in `program`
//    --> components/hello/hello.cml:5:9
//     5 |         binray: "bin/hello",
//       |         ^^^^^^ did you mean `binary`?
//     = note: required field `binary` is missing because of this
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/report/codes.h"
#include "tools/report/source.h"

namespace report {

// Where an error is. The source line is printed when `show_line` is set: that is for errors about
// the text itself, not about what the text names.
struct Place {
  const Source* source = nullptr;
  uint32_t offset = 0;
  uint32_t size = 0;  // bytes to underline
  bool show_line = true;
};

enum class Severity : uint8_t { kError, kWarning };

struct Error {
  Code code;
  std::string message;
  std::optional<Place> place = std::nullopt;
  std::string hint = {};                // beside the underline
  std::vector<std::string> lines = {};  // "note: ...", "tried: ...", "help: ..."
  Severity severity = Severity::kError;
};

class Report {
 public:
  void Add(const Error& error);

  // All errors and warnings so far, rendered: file by file as they were met, in each by position.
  std::string text() const;
  uint32_t error_count() const { return error_count_; }
  bool has_errors() const { return error_count_ != 0; }

 private:
  struct Entry {
    size_t file_rank;  // entries without a place have a rank of their own
    uint32_t offset;
    std::string text;
  };
  size_t RankOf(const Source* source);

  std::vector<Entry> entries_;
  uint32_t error_count_ = 0;
  std::vector<const Source*> files_;
};

// A fact and a remedy on one line of an error: "e_machine 62, expected 183      = help: ...".
std::string FactAndHelp(std::string fact, const std::string& help);

}  // namespace report
