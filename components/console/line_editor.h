// SPDX-License-Identifier: BSD-2-Clause
// A line of text that somebody types at a terminal, as VT100 terminals and their emulators speak.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/base/format.h"

namespace console {

// Takes characters and shows what becomes of them. Everything is bounded: a line that is full takes
// no more, and the oldest line of the history makes room. Other characters than printable ASCII and
// the keys below are ignored.
//
//   Backspace, Ctrl-H  removes the character before the cursor    Delete  the one under it
//   Left, Right, Home, End, Ctrl-A, Ctrl-E                         move the cursor
//   Ctrl-U  removes all before the cursor                         Ctrl-K  all from it on
//   Ctrl-W  removes the word before the cursor                    Ctrl-C  gives the line up
//   Up, Down  show older and newer lines
class LineEditor {
 public:
  static constexpr size_t kMaxLine = 200;
  static constexpr size_t kMaxHistory = 16;

  enum class Event : uint8_t {
    kNone,
    kLine,       // Enter: line() is whole, until Start()
    kTab,        // the caller may Insert() and Redraw()
    kInterrupt,  // Ctrl-C: the line was given up
  };

  // Both outlive the editor.
  LineEditor(std::string_view prompt, base::FormatSink& screen)
      : prompt_(prompt), screen_(screen) {}

  // Begins an empty line and shows the prompt.
  void Start();

  Event Feed(char c);

  std::string_view line() const { return {line_.data(), size_}; }
  std::string_view before_cursor() const { return line().substr(0, cursor_); }

  // Puts `text` at the cursor, as far as there is room.
  void Insert(std::string_view text);
  // Shows prompt and line in the terminal's current line.
  void Redraw();

 private:
  enum class Escape : uint8_t { kNone, kStarted, kBracket, kNumber };

  Event FeedControl(char c);
  void FeedEscape(char c);
  void Remove(size_t from, size_t to);
  void MoveTo(size_t cursor);
  size_t WordStart() const;
  void Remember();
  void Recall(size_t age);

  struct Line {
    size_t size = 0;
    std::array<char, kMaxLine> text = {};
  };

  const std::string_view prompt_;
  base::FormatSink& screen_;
  std::array<char, kMaxLine> line_ = {};
  size_t size_ = 0;
  size_t cursor_ = 0;
  Escape escape_ = Escape::kNone;
  char escape_number_ = 0;
  bool after_return_ = false;  // terminals send Enter as CR, LF, or both

  std::array<Line, kMaxHistory> history_ = {};  // a ring
  size_t remembered_ = 0;                       // in all; the newest is at remembered_ - 1
  size_t age_ = 0;  // 0: the line being typed, 1: the newest in the history
};

}  // namespace console
