// SPDX-License-Identifier: BSD-2-Clause
// Which lines of the kernel no test has run, and why: llvm-cov's figures and the reviewed reasons, put
// together into docs/coverage.md.
//
// The file of reasons names a source file, below it the first line of each range without a test, and
// below those the reason that they share. Lines are named by their text, so that they may move:
//
//   kernel/panic.cc
//       if (panicking.exchange(true)) arch::Halt();
//     Two CPUs would have to panic at the same instant.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hafnon {

// Lines with code that follow each other, none of which has run.
struct MissedLines {
  uint32_t first = 0;
  uint32_t last = 0;
};

struct FileCoverage {
  std::string path;
  uint32_t lines = 0;  // with code
  uint32_t covered = 0;
  std::vector<MissedLines> missed = {};
};

// What `llvm-cov export -format=lcov` says about the files in `folder` ("kernel/"), sorted by path.
std::vector<FileCoverage> ParseLcov(std::string_view text, std::string_view folder);

struct CoverageReason {
  std::string path;
  std::string line;  // the text of the first line, without the space around it
  std::string text;
};

struct CoverageReasons {
  std::vector<CoverageReason> reasons;
  std::vector<std::string> problems;  // of the file itself, with line numbers
};
CoverageReasons ParseCoverageReasons(std::string_view text);

struct Gap {
  std::string path;
  MissedLines lines;
  std::string line;    // what a reason names it by: its first line that says something
  std::string reason;  // empty: there is none
};

struct CoverageReport {
  std::vector<FileCoverage> files;
  std::vector<Gap> gaps;
  std::vector<CoverageReason> unused;  // reasons for lines that have run, or are no more

  uint32_t lines() const;
  uint32_t covered() const;
  // Hundredths of a per cent, rounded down.
  uint32_t share() const;
};

// `read_lines` gives the lines of a source file.
CoverageReport Explain(std::vector<FileCoverage> files, const std::vector<CoverageReason>& reasons,
                       const std::function<std::vector<std::string>(const std::string&)>& read_lines);

// docs/coverage.md. `without_lines` are files of the kernel that have no line with code.
std::string RenderCoverage(const CoverageReport& report, const std::vector<std::string>& without_lines);

}  // namespace hafnon
