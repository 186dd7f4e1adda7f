// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/coverage_report.h"

#include <gtest/gtest.h>

namespace hafnon {
namespace {

constexpr std::string_view kLcov =
    "SF:./lib/other.cc\nDA:1,0\nend_of_record\n"
    "SF:./kernel/b.cc\nDA:2,1\nDA:3,0\nDA:5,0\nDA:6,18446744073709551615\nDA:9,0\nend_of_record\n"
    "SF:kernel/a.h\nDA:4,7\nend_of_record\n";

std::vector<std::string> Source(const std::string& path) {
  if (path != "kernel/b.cc") return {};
  return {"int F(int a) {", "  if (a) {", "  }", "  // why", "  return Rare();", "  }", "", "", "  }"};
}

TEST(Coverage, CountsLinesWithCodeInTheFolder) {
  const auto files = ParseLcov(kLcov, "kernel/");

  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, "kernel/a.h");
  EXPECT_EQ(files[0].covered, 1u);
  EXPECT_TRUE(files[0].missed.empty());
  EXPECT_EQ(files[1].path, "kernel/b.cc");
  EXPECT_EQ(files[1].lines, 5u);
  EXPECT_EQ(files[1].covered, 2u);
}

TEST(Coverage, MissedLinesWithoutRunCodeBetweenThemAreOneRange) {
  const auto missed = ParseLcov(kLcov, "kernel/").at(1).missed;

  ASSERT_EQ(missed.size(), 2u);
  EXPECT_EQ(missed[0].first, 3u);
  EXPECT_EQ(missed[0].last, 5u);
  EXPECT_EQ(missed[1].first, 9u);
}

TEST(Coverage, ReasonsBelongToTheLinesAboveThem) {
  const auto parsed = ParseCoverageReasons(
      "# comment\nkernel/b.cc\n    return Rare();\n    x();\n  it is\n  rare\n\n    y();\n  other\n"
      "kernel/c.cc\n    z();\n  last\n");

  EXPECT_TRUE(parsed.problems.empty());
  ASSERT_EQ(parsed.reasons.size(), 4u);
  EXPECT_EQ(parsed.reasons[0].line, "return Rare();");
  EXPECT_EQ(parsed.reasons[1].text, "it is rare");
  EXPECT_EQ(parsed.reasons[2].text, "other");
  EXPECT_EQ(parsed.reasons[3].path, "kernel/c.cc");
}

TEST(Coverage, LinesWithoutReasonAndReasonsWithoutLineAreErrors) {
  const auto parsed = ParseCoverageReasons("  lost\nkernel/b.cc\n    x();\nkernel/c.cc\n    y();\n");

  ASSERT_EQ(parsed.problems.size(), 3u);
  EXPECT_EQ(parsed.problems[0], "line 1: it is not clear what this belongs to");
  EXPECT_EQ(parsed.problems[1], "line 4: a reason is missing before it");
  EXPECT_EQ(parsed.problems[2], "line 6: a reason is missing before it");
  EXPECT_TRUE(parsed.reasons.empty());
}

TEST(Coverage, AGapIsNamedByItsFirstLineThatSaysSomething) {
  const auto report = Explain(ParseLcov(kLcov, "kernel/"), {}, &Source);

  ASSERT_EQ(report.gaps.size(), 2u);
  EXPECT_EQ(report.gaps[0].line, "return Rare();");
  EXPECT_EQ(report.gaps[1].line, "}");
}

TEST(Coverage, TellsGapsWithoutReasonAndReasonsWithoutGap) {
  const std::vector<CoverageReason> reasons = {{"kernel/b.cc", "return Rare();", "it is rare"},
                                               {"kernel/a.h", "// why", "gone"}};
  const auto report = Explain(ParseLcov(kLcov, "kernel/"), reasons, &Source);

  EXPECT_EQ(report.gaps.at(0).reason, "it is rare");
  EXPECT_EQ(report.gaps.at(1).reason, "");
  ASSERT_EQ(report.unused.size(), 1u);
  EXPECT_EQ(report.unused[0].text, "gone");
}

TEST(Coverage, TheDocumentHasTheTotalEachFileAndEachGap) {
  const std::vector<CoverageReason> reasons = {{"kernel/b.cc", "return Rare();", "it is rare"},
                                               {"kernel/b.cc", "}", "it is rare"}};
  const auto report = Explain(ParseLcov(kLcov, "kernel/"), reasons, &Source);
  const std::string text = RenderCoverage(report, {"kernel/empty.h"});

  EXPECT_EQ(report.share(), 5'000u);
  EXPECT_NE(text.find("**3 of 6 lines: 50.00 %**"), std::string::npos) << text;
  EXPECT_NE(text.find("| `kernel/b.cc` | 5 | 2 | 40.00 % |"), std::string::npos) << text;
  EXPECT_NE(text.find("no line to count: `kernel/empty.h`."), std::string::npos) << text;
  EXPECT_NE(text.find("\n`kernel/b.cc`\n\n* 3-5, 9: it is rare\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace hafnon
