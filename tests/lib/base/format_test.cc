// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/format.h"

#include <gtest/gtest.h>

namespace base {
namespace {

template <class... A>
std::string Text(std::string_view format, const A&... arguments) {
  char buffer[128];
  return std::string(Format(buffer, format, arguments...));
}

TEST(Format, PrintsNumbersInBothBases) {
  EXPECT_EQ(Text("{} {} {x}", 42u, -7, 255), "42 -7 0xff");
  EXPECT_EQ(Text("{x}", int32_t{-1}), "0xffffffff");
  EXPECT_EQ(Text("{}", INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(Text("{}", UINT64_MAX), "18446744073709551615");
}

TEST(Format, PadsToTheWidthAskedFor) {
  EXPECT_EQ(Text("[{6}]", 42), "[    42]");
  EXPECT_EQ(Text("[{06}]", 42), "[000042]");
  EXPECT_EQ(Text("[{08x}]", 0xabcu), "[00000abc]");
  EXPECT_EQ(Text("[{5}]", "ab"), "[ab   ]");
}

TEST(Format, PrintsTextAndTruth) {
  EXPECT_EQ(Text("{}/{}/{}", "a", std::string_view("bc"), true), "a/bc/true");
  EXPECT_EQ(Text("{}", static_cast<const char*>(nullptr)), "(null)");
  EXPECT_EQ(Text("{}", 'x'), "x");
}

TEST(Format, MarksAMissingArgument) { EXPECT_EQ(Text("{} {}", 1), "1 {?}"); }

TEST(Format, KeepsBracesThatAreNotFields) {
  EXPECT_EQ(Text("{{}"), "{}");
  EXPECT_EQ(Text("a{"), "a{");
}

TEST(Format, CutsWhatDoesNotFit) {
  char buffer[4];
  BufferSink sink(buffer);
  FormatTo(sink, "{}", "abcdef");
  EXPECT_EQ(sink.text(), "abcd");
  EXPECT_TRUE(sink.cut());
}

}  // namespace
}  // namespace base
