// SPDX-License-Identifier: BSD-2-Clause
#include "tools/report/report.h"

#include <gtest/gtest.h>

#include <set>

#include "tools/report/suggest.h"

namespace report {
namespace {

TEST(Report, HasTheFormOfTheUserJourney) {
  const Source source{
      "components/hello/hello.cml",
      "{\n    program: {\n        runner: \"elf\",\n\n        binray: \"bin/hello\",\n"};
  Report report;
  report.Add({.code = Code::kUnknownField,
              .message = "unknown field `binray` in `program`",
              .place = Place{&source, static_cast<uint32_t>(source.text.find("binray")), 6},
              .hint = "did you mean `binary`?",
              .lines = {"note: required field `binary` is missing because of this"}});

  EXPECT_EQ(report.text(),
            "error[E0104]: unknown field `binray` in `program`\n"
            " --> components/hello/hello.cml:5:9\n"
            "  5 |         binray: \"bin/hello\",\n"
            "    |         ^^^^^^ did you mean `binary`?\n"
            "  = note: required field `binary` is missing because of this\n");
}

TEST(Report, PutsTheRemedyInItsColumn) {
  EXPECT_EQ(FactAndHelp("e_machine 62, expected 183", "cmake --preset arm64"),
            "e_machine 62, expected 183                        = help: cmake --preset arm64");
  EXPECT_EQ(FactAndHelp(std::string(60, 'x'), "y"), std::string(60, 'x') + " = help: y");
}

TEST(Report, UnderlinesCharactersNotBytes) {
  const Source source{"a.cml", "\t\xc3\xa9\xc3\xa9 x\xc3\xa9\n"};
  Report report;
  report.Add({.code = Code::kUnexpectedText, .message = "m", .place = Place{&source, 6, 3}});

  EXPECT_EQ(report.text(),
            "error[E0001]: m\n --> a.cml:1:5\n  1 | \t\xc3\xa9\xc3\xa9 x\xc3\xa9\n    | \t   ^^\n");
}

TEST(Report, MarksTheEndOfAFileAndCutsAtTheEndOfALine) {
  const Source source{"a.cml", "{\n  a"};
  Report end, cut;
  end.Add({.code = Code::kUnexpectedText, .message = "m", .place = Place{&source, 5, 0}});
  cut.Add({.code = Code::kUnexpectedText, .message = "m", .place = Place{&source, 0, 5}});

  EXPECT_EQ(end.text(), "error[E0001]: m\n --> a.cml:2:4\n  2 |   a\n    |    ^\n");
  EXPECT_EQ(cut.text(), "error[E0001]: m\n --> a.cml:1:1\n  1 | {\n    | ^\n");
}

TEST(Report, SortsByPositionWithinAFile) {
  const Source a{"a.cml", "123"};
  const Source b{"b.cml", "123"};
  Report report;
  const auto add = [&](const Source& source, uint32_t offset, std::string message) {
    report.Add({.code = Code::kWrongType,
                .message = std::move(message),
                .place = Place{&source, offset, 1, false}});
  };
  add(b, 1, "first");
  add(a, 0, "third");
  report.Add({.code = Code::kImageMissing, .message = "fourth"});
  add(b, 2, "second");

  EXPECT_EQ(report.error_count(), 4u);
  EXPECT_EQ(report.text(),
            "error[E0101]: first\n --> b.cml:1:2\nerror[E0101]: second\n --> b.cml:1:3\n"
            "error[E0101]: third\n --> a.cml:1:1\nerror[E0602]: fourth\n");
}

TEST(Suggest, FindsTheWordThatWasMeant) {
  static constexpr std::string_view kWords[] = {"binary", "args", "environ"};
  EXPECT_EQ(Nearest("binray", kWords), "binary");
  EXPECT_EQ(Nearest("arg", kWords), "args");
  EXPECT_EQ(Nearest("environment", kWords), "");
  EXPECT_EQ(Nearest("xyz", kWords), "");
  EXPECT_EQ(Nearest("", kWords), "");
  EXPECT_EQ(DidYouMean("binray", kWords), "did you mean `binary`?");
  EXPECT_EQ(Distance("ab", "ba"), 1u);
  EXPECT_EQ(Distance("abc", ""), 3u);
}

TEST(Codes, EachHasOnePage) {
  std::set<Code> seen;
  for (const Explanation& explanation : Explanations()) {
    EXPECT_TRUE(seen.insert(explanation.code).second) << CodeName(explanation.code);
    EXPECT_FALSE(explanation.title.empty());
    EXPECT_TRUE(explanation.page.ends_with('\n')) << CodeName(explanation.code);
  }
}

TEST(Codes, AreFoundByName) {
  EXPECT_EQ(CodeName(Code::kUnknownField), "E0104");
  EXPECT_EQ(Explain("E0104")->code, Code::kUnknownField);
  EXPECT_EQ(Explain("e104")->code, Code::kUnknownField);
  EXPECT_EQ(Explain("104")->code, Code::kUnknownField);
  for (const char* bad : {"", "E", "E9999", "E01x", "99999999"}) EXPECT_FALSE(Explain(bad)) << bad;
}

}  // namespace
}  // namespace report
