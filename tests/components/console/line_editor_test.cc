// SPDX-License-Identifier: BSD-2-Clause
#include "components/console/line_editor.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/components/console/string_sink.h"

namespace console {
namespace {

using Event = LineEditor::Event;

constexpr std::string_view kUp = "\x1b[A";
constexpr std::string_view kDown = "\x1b[B";
constexpr std::string_view kRight = "\x1b[C";
constexpr std::string_view kLeft = "\x1b[D";

// What a terminal of one line shows after `output`, with `|` where its cursor is.
std::string Shown(std::string_view output) {
  std::string line;
  size_t cursor = 0;
  for (size_t i = 0; i < output.size(); ++i) {
    const char c = output[i];
    if (c == '\r' || c == '\n') {
      if (c == '\n') line.clear();
      cursor = 0;
    } else if (c != '\x1b') {
      if (cursor == line.size()) line += ' ';
      line[cursor++] = c;
    } else {
      size_t number = 0;
      for (i += 2; output[i] >= '0' && output[i] <= '9'; ++i) {
        number = number * 10 + static_cast<size_t>(output[i] - '0');
      }
      if (output[i] == 'K') line.resize(cursor);
      if (output[i] == 'D') cursor -= number;
    }
  }
  return line.insert(cursor, "|");
}

class Editor : public testing::Test {
 protected:
  Editor() { editor_.Start(); }

  Event Type(std::string_view text) {
    Event event = Event::kNone;
    for (const char c : text) event = editor_.Feed(c);
    output_ += screen_.Take();
    return event;
  }
  std::string Screen() const { return Shown(output_); }
  void Enter(std::string_view text) {
    Type(text);
    EXPECT_EQ(Type("\r"), Event::kLine);
    EXPECT_EQ(editor_.line(), text);
    editor_.Start();
  }

  StringSink screen_;
  LineEditor editor_{"> ", screen_};
  std::string output_;
};

TEST_F(Editor, GivesTheLineAtEnterAndEchoesIt) {
  EXPECT_EQ(Type("ps -t"), Event::kNone);
  EXPECT_EQ(Screen(), "> ps -t|");
  EXPECT_EQ(Type("\r"), Event::kLine);
  EXPECT_EQ(editor_.line(), "ps -t");
}

TEST_F(Editor, TakesEnterInAllItsForms) {
  EXPECT_EQ(Type("a\n"), Event::kLine);
  editor_.Start();
  EXPECT_EQ(Type("b\r"), Event::kLine);
  editor_.Start();
  EXPECT_EQ(Type("\n"), Event::kNone) << "CR LF is one Enter";
  EXPECT_EQ(Type("\n"), Event::kLine);
}

TEST_F(Editor, EditsInTheMiddle) {
  Type("helo");
  Type(kLeft);
  Type("l");
  EXPECT_EQ(Screen(), "> hell|o");
  Type("\x7f\x7f");
  EXPECT_EQ(Screen(), "> he|o");
  Type("\x1b[3~");
  EXPECT_EQ(Screen(), "> he|");
  Type("\x1b[3~");
  EXPECT_EQ(editor_.line(), "he");
}

TEST_F(Editor, MovesToBothEndsAndNotBeyond) {
  Type("abc\x01X");
  EXPECT_EQ(Screen(), "> X|abc");
  Type("\x05Y");
  EXPECT_EQ(Screen(), "> XabcY|");
  for (const std::string_view home : {"\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"}) {
    Type(home);
    EXPECT_EQ(Screen(), "> |XabcY");
    Type(kLeft);
    Type("\x08");
    EXPECT_EQ(Screen(), "> |XabcY");
    Type(home == "\x1b[H" ? "\x1b[F" : "\x1b[4~");
    Type(kRight);
    EXPECT_EQ(Screen(), "> XabcY|");
  }
}

TEST_F(Editor, RemovesWordsAndEnds) {
  Type("component  show /hello ");
  Type("\x17");
  EXPECT_EQ(Screen(), "> component  show |");
  Type("\x17\x17\x17");
  EXPECT_EQ(Screen(), "> |");
  Type("abcdef");
  Type(kLeft);
  Type(kLeft);
  Type("\x0b");
  EXPECT_EQ(Screen(), "> abcd|");
  Type(kLeft);
  Type("\x15");
  EXPECT_EQ(Screen(), "> |d");
}

TEST_F(Editor, GivesUpALineAtControlC) {
  EXPECT_EQ(Type("abc\x03"), Event::kInterrupt);
  editor_.Start();
  EXPECT_EQ(editor_.line(), "");
  Type(kUp);
  EXPECT_EQ(editor_.line(), "") << "it is not remembered";
}

TEST_F(Editor, HasAHistory) {
  Enter("one");
  Enter("two");
  Enter("two");
  Enter("");
  Type(kUp);
  EXPECT_EQ(Screen(), "> two|");
  Type(kUp);
  EXPECT_EQ(Screen(), "> one|") << "what is entered twice is kept once";
  Type(kUp);
  EXPECT_EQ(Screen(), "> one|");
  Type(kDown);
  EXPECT_EQ(Screen(), "> two|");
  Type(kDown);
  EXPECT_EQ(Screen(), "> |");
  Type(kDown);
  EXPECT_EQ(Screen(), "> |");
  Type(kUp);
  Type("!");
  EXPECT_EQ(Type("\r"), Event::kLine);
  EXPECT_EQ(editor_.line(), "two!");
}

TEST_F(Editor, ForgetsTheOldestLines) {
  for (size_t i = 0; i < LineEditor::kMaxHistory + 3; ++i) Enter("line " + std::to_string(i));
  for (size_t i = 0; i < 2 * LineEditor::kMaxHistory; ++i) Type(kUp);
  EXPECT_EQ(editor_.line(), "line 3");
}

TEST_F(Editor, TakesNoMoreThanALine) {
  Type(std::string(LineEditor::kMaxLine + 50, 'x'));
  EXPECT_EQ(editor_.line().size(), LineEditor::kMaxLine);
  editor_.Insert("more");
  EXPECT_EQ(editor_.line().size(), LineEditor::kMaxLine);
  Type("\x7fy");
  EXPECT_TRUE(editor_.line().ends_with("xy"));
}

TEST_F(Editor, IgnoresWhatItDoesNotKnow) {
  Type(
      "a\x01\x05"
      "b\x1b[5~\x1b[1;5C\x1b[Zc\xff\xc3\xa4\x1bq\x07"
      "d");
  EXPECT_EQ(editor_.line(), "abcd");
  EXPECT_EQ(Screen(), "> abcd|");
}

TEST_F(Editor, SaysWhenTabIsPressed) {
  Type("component sh");
  EXPECT_EQ(Type("\t"), Event::kTab);
  EXPECT_EQ(editor_.before_cursor(), "component sh");
  editor_.Insert("ow ");
  editor_.Redraw();
  Type("");
  EXPECT_EQ(Screen(), "> component show |");
}

TEST_F(Editor, ShowsTheLineItHasWhateverIsTyped) {
  std::minstd_rand random(1);
  constexpr std::string_view kKeys[] = {"a",      "b",      " ",      "\x7f",   "\x01",
                                        "\x05",   "\x15",   "\x0b",   "\x17",   "\x1b[A",
                                        "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[3~"};
  for (int i = 0; i < 3000; ++i) {
    if (random() % 20 == 0) {
      Type("\r");
      editor_.Start();
      Type("");
    }
    Type(kKeys[random() % std::size(kKeys)]);
    std::string expected = "> " + std::string(editor_.line());
    expected.insert(2 + editor_.before_cursor().size(), "|");
    ASSERT_EQ(Screen(), expected) << i;
  }
}

}  // namespace
}  // namespace console
