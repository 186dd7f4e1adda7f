// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/coverage_report.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <numeric>
#include <utility>

namespace hafnon {
namespace {

constexpr std::string_view kIntroduction = R"(# Coverage of the kernel

`./hafnon coverage` writes this chapter. It runs the host tests that link parts of the kernel, and both
kernels in QEMU with the conformance programs (1 and 4 CPUs), the storm and the boot tests, and takes down
which lines of `kernel/` ran. Every line the compiler has code for is counted, in all four builds of it (host
tests, both kernels, the boot stages); assembly is not. The reasons below come from
`docs/coverage-reasons.txt`; a line that is in neither a test nor that file makes `./hafnon coverage` fail.

)";

std::string_view TakeLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

uint64_t TakeDigits(std::string_view& text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

// The counts of a file, in the order of its lines.
FileCoverage Summarize(const std::string& path, const std::map<uint32_t, uint64_t>& counts) {
  FileCoverage file{.path = path};
  bool in_gap = false;
  for (const auto& [line, count] : counts) {
    ++file.lines;
    if (count != 0) {
      ++file.covered;
    } else if (in_gap) {
      file.missed.back().last = line;
    } else {
      file.missed.push_back({line, line});
    }
    in_gap = count == 0;
  }
  return file;
}

bool SaysSomething(std::string_view line) {
  return !Trim(line).starts_with("//") && std::ranges::any_of(line, [](char c) { return isalnum(static_cast<unsigned char>(c)) != 0; });
}

// The first line of a gap that is more than brackets and comment.
std::string NameOf(const MissedLines& gap, const std::vector<std::string>& lines) {
  for (uint32_t line = gap.first; line <= gap.last && line <= lines.size(); ++line) {
    if (SaysSomething(lines[line - 1])) return std::string(Trim(lines[line - 1]));
  }
  return gap.first <= lines.size() ? std::string(Trim(lines[gap.first - 1])) : std::string();
}

std::string PerCent(uint32_t hundredths) {
  char text[16];
  snprintf(text, sizeof(text), "%u.%02u %%", hundredths / 100, hundredths % 100);
  return text;
}

uint32_t Share(uint32_t part, uint32_t whole) {
  return whole == 0 ? 10'000 : static_cast<uint32_t>(uint64_t{part} * 10'000 / whole);
}

std::string Numbers(const MissedLines& lines) {
  if (lines.first == lines.last) return std::to_string(lines.first);
  return std::to_string(lines.first) + "-" + std::to_string(lines.last);
}

std::string RenderTable(const CoverageReport& report) {
  std::string text = "| File | Lines | Run | Share |\n|---|---|---|---|\n";
  const auto add = [&text](const std::string& name, uint32_t lines, uint32_t covered) {
    text += "| " + name + " | " + std::to_string(lines) + " | " + std::to_string(covered) + " | " +
            PerCent(Share(covered, lines)) + " |\n";
  };
  add("**all**", report.lines(), report.covered());
  for (const FileCoverage& file : report.files) add("`" + file.path + "`", file.lines, file.covered);
  return text;
}

// One entry per file and reason, in the order of the lines.
std::string RenderGaps(const std::vector<Gap>& gaps) {
  std::string text;
  std::string path;
  std::vector<std::pair<std::string, std::string>> entries;  // reason, numbers
  const auto flush = [&] {
    if (entries.empty()) return;
    text += "\n`" + path + "`\n\n";
    for (const auto& [reason, numbers] : entries) {
      text += "* " + numbers + ": " + (reason.empty() ? "**no reason is known**" : reason) + "\n";
    }
    entries.clear();
  };
  for (const Gap& gap : gaps) {
    if (gap.path != path) flush();
    path = gap.path;
    const auto same = std::ranges::find(entries, gap.reason, &std::pair<std::string, std::string>::first);
    if (same != entries.end()) {
      same->second += ", " + Numbers(gap.lines);
    } else {
      entries.emplace_back(gap.reason, Numbers(gap.lines));
    }
  }
  flush();
  return text;
}

}  // namespace

std::vector<FileCoverage> ParseLcov(std::string_view text, std::string_view folder) {
  std::map<std::string, std::map<uint32_t, uint64_t>> files;
  std::map<uint32_t, uint64_t>* counts = nullptr;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (line.starts_with("SF:")) {
      line.remove_prefix(3);
      if (line.starts_with("./")) line.remove_prefix(2);
      counts = line.starts_with(folder) ? &files[std::string(line)] : nullptr;
    } else if (line.starts_with("DA:") && counts != nullptr) {
      line.remove_prefix(3);
      const auto number = static_cast<uint32_t>(TakeDigits(line));
      if (!line.empty()) line.remove_prefix(1);
      (*counts)[number] += TakeDigits(line);
    }
  }
  std::vector<FileCoverage> result;
  for (const auto& [path, lines] : files) result.push_back(Summarize(path, lines));
  return result;
}

CoverageReasons ParseCoverageReasons(std::string_view text) {
  CoverageReasons result;
  std::string path;
  size_t open = 0;  // reasons from here on are without their text
  bool in_text = false;
  const auto close = [&](uint32_t number) {
    if (!in_text && open != result.reasons.size()) {
      result.problems.push_back("line " + std::to_string(number) + ": a reason is missing before it");
      result.reasons.resize(open);
    }
    open = result.reasons.size();
    in_text = false;
  };
  uint32_t number = 0;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    ++number;
    const size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos || line[0] == '#') continue;
    const std::string words(Trim(line));
    if (indent == 0) {
      close(number);
      path = words;
    } else if (path.empty() || (indent < 4 && open == result.reasons.size())) {
      result.problems.push_back("line " + std::to_string(number) + ": it is not clear what this belongs to");
    } else if (indent >= 4) {
      if (in_text) close(number);
      result.reasons.push_back({.path = path, .line = words, .text = {}});
    } else {
      in_text = true;
      for (size_t index = open; index < result.reasons.size(); ++index) {
        std::string& reason = result.reasons[index].text;
        reason += (reason.empty() ? "" : " ") + words;
      }
    }
  }
  close(number + 1);
  return result;
}

uint32_t CoverageReport::lines() const {
  return std::accumulate(files.begin(), files.end(), 0u,
                         [](uint32_t sum, const FileCoverage& file) { return sum + file.lines; });
}

uint32_t CoverageReport::covered() const {
  return std::accumulate(files.begin(), files.end(), 0u,
                         [](uint32_t sum, const FileCoverage& file) { return sum + file.covered; });
}

uint32_t CoverageReport::share() const { return Share(covered(), lines()); }

CoverageReport Explain(std::vector<FileCoverage> files, const std::vector<CoverageReason>& reasons,
                       const std::function<std::vector<std::string>(const std::string&)>& read_lines) {
  CoverageReport report;
  std::vector<bool> used(reasons.size());
  for (const FileCoverage& file : files) {
    const std::vector<std::string> lines = read_lines(file.path);
    for (const MissedLines& missed : file.missed) {
      Gap gap{.path = file.path, .lines = missed, .line = NameOf(missed, lines), .reason = {}};
      for (size_t index = 0; index < reasons.size(); ++index) {
        if (reasons[index].path != gap.path || reasons[index].line != gap.line) continue;
        used[index] = true;
        gap.reason = reasons[index].text;
      }
      report.gaps.push_back(std::move(gap));
    }
  }
  for (size_t index = 0; index < reasons.size(); ++index) {
    if (!used[index]) report.unused.push_back(reasons[index]);
  }
  report.files = std::move(files);
  return report;
}

std::string RenderCoverage(const CoverageReport& report, const std::vector<std::string>& without_lines) {
  std::string text(kIntroduction);
  text += "**" + std::to_string(report.covered()) + " of " + std::to_string(report.lines()) + " lines: " +
          PerCent(report.share()) + "**\n\n" + RenderTable(report);
  if (!without_lines.empty()) {
    text += "\nThese files have no line to count:";
    for (const std::string& path : without_lines) {
      text += (&path == &without_lines.front() ? " `" : ", `") + path + "`";
    }
    text += ".\n";
  }
  text += "\n## Lines that no test runs\n" + RenderGaps(report.gaps);
  return text;
}

}  // namespace hafnon
