// SPDX-License-Identifier: BSD-2-Clause
// How launches ended, and how often which way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/format.h"

namespace elf_storm {

enum class Ending : uint8_t {
  kRefused,    // with a code of the catalogue and a finding
  kEnded,      // by itself, or by the kernel without an exception
  kException,  // its first thread that got one
  kTimeLimit,  // killed by us
  // What must not be.
  kUnnamed,  // refused without saying why
  kStuck,    // does not die
};

// One launch's ending with what it is called in the table. Keeps its own text.
class Outcome {
 public:
  template <class... Arguments>
  Outcome(Ending ending, std::string_view format, const Arguments&... arguments)
      : ending_(ending) {
    size_ = base::Format(text_, format, arguments...).size();
  }

  Ending ending() const { return ending_; }
  std::string_view text() const { return {text_, size_}; }
  bool is_bad() const { return ending_ >= Ending::kUnnamed; }

 private:
  Ending ending_;
  char text_[72];
  size_t size_ = 0;
};

class Tally {
 public:
  static constexpr size_t kMaxRows = 96;

  void Count(const Outcome& outcome);
  // One line for each kind of outcome, those of an ending together.
  void Print() const;
  uint64_t count(Ending ending) const;
  // How many different outcomes there were with this ending.
  size_t kinds(Ending ending) const;

 private:
  struct Row {
    Outcome outcome{Ending::kRefused, ""};
    uint64_t count = 0;
  };

  Row* Find(const Outcome& outcome);

  size_t row_count_ = 0;
  std::array<Row, kMaxRows> rows_;
};

}  // namespace elf_storm
