// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/line_editor.h"

#include <algorithm>

namespace console {
namespace {

constexpr char Control(char letter) { return static_cast<char>(letter & 0x1f); }
constexpr char kEscape = 0x1b;
constexpr char kDelete = 0x7f;
constexpr bool IsPrintable(char c) { return c >= ' ' && c < kDelete; }

}  // namespace

void LineEditor::Start() {
  size_ = cursor_ = age_ = 0;
  escape_ = Escape::kNone;
  Redraw();
}

void LineEditor::Redraw() {
  screen_.Put("\r");
  screen_.Put(prompt_);
  screen_.Put(line());
  screen_.Put("\x1b[K");
  if (cursor_ != size_) base::FormatTo(screen_, "\x1b[{}D", size_ - cursor_);
}

LineEditor::Event LineEditor::Feed(char c) {
  const bool second_half = after_return_ && c == '\n';
  after_return_ = c == '\r';
  if (second_half) return Event::kNone;
  if (escape_ != Escape::kNone) {
    FeedEscape(c);
    return Event::kNone;
  }
  if (!IsPrintable(c)) return FeedControl(c);
  const bool at_end = cursor_ == size_;
  if (size_ == kMaxLine) return Event::kNone;
  Insert({&c, 1});
  if (at_end) {
    screen_.Put({&c, 1});
  } else {
    Redraw();
  }
  return Event::kNone;
}

LineEditor::Event LineEditor::FeedControl(char c) {
  switch (c) {
    case '\r':
    case '\n':
      screen_.Put("\n");
      Remember();
      return Event::kLine;
    case '\t':
      return Event::kTab;
    case kEscape:
      escape_ = Escape::kStarted;
      break;
    case kDelete:
    case Control('H'):
      if (cursor_ != 0) Remove(cursor_ - 1, cursor_);
      break;
    case Control('A'):
      MoveTo(0);
      break;
    case Control('E'):
      MoveTo(size_);
      break;
    case Control('U'):
      Remove(0, cursor_);
      break;
    case Control('K'):
      Remove(cursor_, size_);
      break;
    case Control('W'):
      Remove(WordStart(), cursor_);
      break;
    case Control('C'):
      screen_.Put("^C\n");
      return Event::kInterrupt;
    default:
      break;
  }
  return Event::kNone;
}

// ESC [ letter, ESC [ digit ~ and ESC O letter; whatever else begins with ESC ends there.
void LineEditor::FeedEscape(char c) {
  const Escape state = escape_;
  escape_ = Escape::kNone;
  if (state == Escape::kStarted) {
    if (c == '[' || c == 'O') escape_ = Escape::kBracket;
    return;
  }
  if (state == Escape::kNumber) {
    if (c != '~') {
      // More digits and modifiers belong to keys that have no meaning here.
      if (c >= '0' && c <= ';') escape_ = Escape::kNumber;
      escape_number_ = 0;
      return;
    }
    if (escape_number_ == '1' || escape_number_ == '7') MoveTo(0);
    if (escape_number_ == '4' || escape_number_ == '8') MoveTo(size_);
    if (escape_number_ == '3' && cursor_ != size_) Remove(cursor_, cursor_ + 1);
    return;
  }
  switch (c) {
    case 'A':
      Recall(age_ + 1);
      break;
    case 'B':
      if (age_ != 0) Recall(age_ - 1);
      break;
    case 'C':
      MoveTo(std::min(cursor_ + 1, size_));
      break;
    case 'D':
      MoveTo(cursor_ - (cursor_ != 0 ? 1 : 0));
      break;
    case 'H':
      MoveTo(0);
      break;
    case 'F':
      MoveTo(size_);
      break;
    default:
      if (c >= '0' && c <= '9') {
        escape_ = Escape::kNumber;
        escape_number_ = c;
      }
  }
}

void LineEditor::Insert(std::string_view text) {
  text = text.substr(0, kMaxLine - size_);
  char* const at = line_.data() + cursor_;
  std::copy_backward(at, line_.data() + size_, line_.data() + size_ + text.size());
  std::ranges::copy(text, at);
  size_ += text.size();
  cursor_ += text.size();
}

void LineEditor::Remove(size_t from, size_t to) {
  if (from == to) return;
  std::copy(line_.data() + to, line_.data() + size_, line_.data() + from);
  size_ -= to - from;
  cursor_ = from;
  Redraw();
}

void LineEditor::MoveTo(size_t cursor) {
  if (cursor == cursor_) return;
  cursor_ = cursor;
  Redraw();
}

size_t LineEditor::WordStart() const {
  size_t start = cursor_;
  while (start != 0 && line_[start - 1] == ' ') --start;
  while (start != 0 && line_[start - 1] != ' ') --start;
  return start;
}

void LineEditor::Remember() {
  if (size_ == 0) return;
  if (remembered_ != 0) {
    const Line& newest = history_[(remembered_ - 1) % kMaxHistory];
    if (line() == std::string_view(newest.text.data(), newest.size)) return;
  }
  Line& slot = history_[remembered_++ % kMaxHistory];
  slot.size = size_;
  std::ranges::copy(line(), slot.text.data());
}

// The line that was being typed is not kept: age 0 is an empty one.
void LineEditor::Recall(size_t age) {
  if (age > std::min(remembered_, kMaxHistory)) return;
  age_ = age;
  size_ = 0;
  if (age != 0) {
    const Line& line = history_[(remembered_ - age) % kMaxHistory];
    size_ = line.size;
    std::copy_n(line.text.data(), line.size, line_.data());
  }
  cursor_ = size_;
  Redraw();
}

}  // namespace console
