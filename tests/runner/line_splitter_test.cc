// SPDX-License-Identifier: BSD-2-Clause
#include "runner/line_splitter.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/base/utf8.h"

namespace runner {
namespace {

using Lines = std::vector<std::string>;

class Stream final : public LineSplitter::Sink {
 public:
  void OnLine(std::string_view line) override { lines_.emplace_back(line); }
  Stream& Put(std::string_view bytes) {
    splitter_->Put(bytes, *this);
    return *this;
  }
  Lines Finish() {
    splitter_->Finish(*this);
    return lines();
  }
  // Those since the last call.
  Lines lines() { return std::exchange(lines_, {}); }

 private:
  std::unique_ptr<LineSplitter> splitter_ = std::make_unique<LineSplitter>();
  Lines lines_;
};

constexpr size_t kMax = LineSplitter::kMaxLine;

std::string Letters(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text.push_back(static_cast<char>('a' + i * i % 26));
  return text;
}

TEST(LineSplitter, drain_lines_splits_into_max_size_chunks) {
  const std::string text = Letters(4 * kMax);
  const Lines lines = Stream().Put(text).Finish();
  ASSERT_EQ(lines.size(), 4u);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(lines[i], text.substr(i * kMax, kMax));
}

TEST(LineSplitter, drain_lines_splits_at_newline) {
  const std::string line = Letters(kMax - 1);
  EXPECT_EQ(Stream().Put(line + "\n" + line + "\n" + line).Finish(), (Lines{line, line, line}));
}

TEST(LineSplitter, drain_lines_writes_when_message_is_received) {
  Stream stream;
  EXPECT_EQ(stream.Put("first\n").lines(), Lines{"first"});
  EXPECT_EQ(stream.Put("second\n").lines(), Lines{"second"});
}

TEST(LineSplitter, drain_lines_waits_for_entire_lines) {
  Stream stream;
  EXPECT_EQ(stream.Put("Hello\nWorld").lines(), Lines{"Hello"});
  EXPECT_EQ(stream.Put("Hello\nAgain").lines(), Lines{"WorldHello"});
  EXPECT_EQ(stream.Finish(), Lines{"Again"});
}

TEST(LineSplitter, drain_lines_collapses_repeated_newlines) {
  EXPECT_EQ(Stream().Put("Hello\n\nWorld\n").Finish(), (Lines{"Hello", "World"}));
}

TEST(LineSplitter, NewlinesCollapseHoweverTheyArrive) {
  EXPECT_EQ(Stream().Put("\n").Put("Hello").Put("\n").Put("\n").Put("World\n").Finish(),
            (Lines{"Hello", "World"}));
  const std::string full = Letters(kMax);
  EXPECT_EQ(Stream().Put(full).Put("\n").Put("next").Finish(), (Lines{full, "next"}));
}

TEST(LineSplitter, line_bound_strict) {
  const std::string text = Letters(2 * kMax - 1);
  EXPECT_EQ(Stream().Put(text + "\n").lines(),
            (Lines{text.substr(0, kMax), text.substr(kMax)}));
}

TEST(LineSplitter, utf8_never_split) {
  const std::string_view characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
  for (const std::string_view character : characters) {
    for (size_t short_by = 0; short_by <= character.size(); ++short_by) {
      const std::string start(kMax - short_by, 'x');
      const Lines lines = Stream().Put(start).Put(character).Put("end").Finish();
      const bool fits = short_by == character.size();
      ASSERT_EQ(lines.size(), 2u);
      EXPECT_EQ(lines[0], fits ? start + std::string(character) : start);
      EXPECT_EQ(lines[1], fits ? "end" : std::string(character) + "end");
    }
  }
}

TEST(LineSplitter, ReplacementsCountForTheBound) {
  const Lines lines = Stream().Put(std::string(kMax, '\xff')).Finish();
  ASSERT_EQ(lines.size(), 3u);
  for (const std::string& line : lines) EXPECT_EQ(line.size(), kMax);
}

TEST(LineSplitter, syslog_writer_decodes_valid_utf8_message) {
  const std::string text = "plain, \xc3\xa9t\xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80";
  EXPECT_EQ(Stream().Put(text).Finish(), Lines{text});
}

TEST(LineSplitter, syslog_writer_decodes_non_utf8_message) {
  EXPECT_EQ(Stream().Put("Hello \xf0\x90\x80World").Finish(), Lines{"Hello \xef\xbf\xbdWorld"});
}

TEST(LineSplitter, EachMalformedSequenceIsReplacedOnce) {
  const std::string r = "\xef\xbf\xbd";
  EXPECT_EQ(Stream().Put("\xc0\xaf").Finish(), Lines{r + r});              // overlong
  EXPECT_EQ(Stream().Put("\xed\xa0\x80").Finish(), Lines{r + r + r});      // a surrogate
  EXPECT_EQ(Stream().Put("\xf4\x90\x80\x80").Finish(), Lines{r + r + r + r});  // too high
  EXPECT_EQ(Stream().Put("\xe2\x82\n").Finish(), Lines{r});                // cut by a newline
  EXPECT_EQ(Stream().Put("\xe2\xe2\x82\xac").Finish(), Lines{r + "\xe2\x82\xac"});
  EXPECT_EQ(Stream().Put("a\xe2\x82").Finish(), Lines{"a" + r});           // cut by the end
  EXPECT_EQ(Stream().Put("\x80z").Finish(), Lines{r + "z"});
}

TEST(LineSplitter, PiecesDoNotMatter) {
  const std::string text = "one\n\xe2\x82\xactwo\xf0\x90\x80three\n\n\xc3\xa9";
  const Lines whole = Stream().Put(text).Finish();
  Stream bytes;
  for (const char byte : text) bytes.Put({&byte, 1});
  EXPECT_EQ(bytes.Finish(), whole);
  EXPECT_EQ(whole.size(), 3u);
}

}  // namespace
}  // namespace runner
