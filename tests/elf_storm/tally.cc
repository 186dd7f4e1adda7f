// SPDX-License-Identifier: BSD-2-Clause
#include "tests/elf_storm/tally.h"

#include <stdio.h>

#include <span>

namespace elf_storm {
namespace {

constexpr struct {
  Ending ending;
  const char* name;
} kEndings[] = {{Ending::kRefused, "refused"},       {Ending::kEnded, "ended"},
                {Ending::kException, "exception"},   {Ending::kTimeLimit, "time limit"},
                {Ending::kUnnamed, "WITHOUT A NAME"}, {Ending::kStuck, "STUCK"}};

}  // namespace

Tally::Row* Tally::Find(const Outcome& outcome) {
  for (Row& row : std::span(rows_).first(row_count_)) {
    if (row.outcome.ending() == outcome.ending() && row.outcome.text() == outcome.text()) {
      return &row;
    }
  }
  return nullptr;
}

void Tally::Count(const Outcome& outcome) {
  Row* row = Find(outcome);
  if (row == nullptr) {
    // The last row takes what has no room.
    const bool is_full = row_count_ == kMaxRows;
    row = is_full ? &rows_[kMaxRows - 1] : &rows_[row_count_++];
    row->outcome = outcome;
  }
  ++row->count;
}

void Tally::Print() const {
  for (const auto& [ending, name] : kEndings) {
    if (count(ending) == 0) continue;
    printf("elf_storm: %8lu %s\n", count(ending), name);
    for (const Row& row : std::span(rows_).first(row_count_)) {
      if (row.outcome.ending() != ending || row.outcome.text().empty()) continue;
      printf("elf_storm: %8lu   %.*s\n", row.count, static_cast<int>(row.outcome.text().size()),
             row.outcome.text().data());
    }
  }
}

uint64_t Tally::count(Ending ending) const {
  uint64_t sum = 0;
  for (const Row& row : std::span(rows_).first(row_count_)) {
    if (row.outcome.ending() == ending) sum += row.count;
  }
  return sum;
}

size_t Tally::kinds(Ending ending) const {
  size_t sum = 0;
  for (const Row& row : std::span(rows_).first(row_count_)) {
    if (row.outcome.ending() == ending) ++sum;
  }
  return sum;
}

}  // namespace elf_storm
