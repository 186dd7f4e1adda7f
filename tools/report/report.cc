// SPDX-License-Identifier: BSD-2-Clause
#include "tools/report/report.h"

#include <algorithm>
#include <tuple>

namespace report {
namespace {

constexpr size_t kGutter = 3;       // columns for the line number
constexpr size_t kHelpColumn = 54;  // where the remedy of FactAndHelp() starts

std::string RightAligned(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

// The line an error is in, with its number, and the underline below.
std::string RenderLine(const Place& place, const std::string& hint) {
  const Position position = place.source->PositionOf(place.offset);
  const std::string_view line = place.source->LineAt(place.offset);
  const std::string number = RightAligned(std::to_string(position.line), kGutter);

  // Tabs stay tabs, so that the underline stands below its text.
  std::string indent;
  size_t before = 0;
  for (uint32_t column = 1; column < position.column && before < line.size(); ++before) {
    const bool character_goes_on = before + 1 < line.size() && (line[before + 1] & 0xc0) == 0x80;
    if (character_goes_on) continue;
    indent += line[before] == '\t' ? '\t' : ' ';
    ++column;
  }
  const std::string_view marked = line.substr(std::min(before, line.size())).substr(0, place.size);
  const uint32_t width = std::max(1u, CountCharacters(marked));
  std::string text = number + " | " + std::string(line) + "\n";
  text += std::string(number.size(), ' ') + " | " + indent + std::string(width, '^');
  return text + (hint.empty() ? "" : " " + hint) + "\n";
}

std::string Render(const Error& error) {
  const char* kind = error.severity == Severity::kWarning ? "warning" : "error";
  std::string text = std::string(kind) + "[" + CodeName(error.code) + "]: " + error.message + "\n";
  if (error.place) {
    const Position position = error.place->source->PositionOf(error.place->offset);
    text += " --> " + error.place->source->path + ":" + std::to_string(position.line) + ":" +
            std::to_string(position.column) + "\n";
    if (error.place->show_line) text += RenderLine(*error.place, error.hint);
  }
  for (const std::string& line : error.lines) text += "  = " + line + "\n";
  return text;
}

}  // namespace

std::string FactAndHelp(std::string fact, const std::string& help) {
  const size_t start = std::string_view("  = ").size();
  if (fact.size() + start + 1 < kHelpColumn)
    fact.resize(kHelpColumn - start, ' ');
  else
    fact += ' ';
  return fact + "= help: " + help;
}

size_t Report::RankOf(const Source* source) {
  const auto known = std::ranges::find(files_, source);
  if (source && known != files_.end()) return static_cast<size_t>(known - files_.begin());
  files_.push_back(source);
  return files_.size() - 1;
}

void Report::Add(const Error& error) {
  error_count_ += error.severity == Severity::kError;
  const Source* source = error.place ? error.place->source : nullptr;
  entries_.push_back({RankOf(source), error.place ? error.place->offset : 0, Render(error)});
}

std::string Report::text() const {
  std::vector<const Entry*> order;
  for (const Entry& entry : entries_) order.push_back(&entry);
  // The address breaks ties: entries_ is in the order of Add().
  std::ranges::sort(order, [](const Entry* a, const Entry* b) {
    return std::tie(a->file_rank, a->offset, a) < std::tie(b->file_rank, b->offset, b);
  });
  std::string text;
  for (const Entry* entry : order) text += entry->text;
  return text;
}

}  // namespace report
