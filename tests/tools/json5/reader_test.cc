// SPDX-License-Identifier: BSD-2-Clause
#include "tools/json5/reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace json5 {
namespace {

Value Good(std::string_view text) {
  Fault fault;
  auto value = Read(text, fault);
  EXPECT_TRUE(value) << text << ": " << fault.message << " at " << fault.span.offset;
  return value ? *std::move(value) : Value();
}

Fault Bad(std::string_view text) {
  Fault fault;
  EXPECT_FALSE(Read(text, fault)) << text;
  EXPECT_LE(fault.span.offset + fault.span.size, text.size());
  EXPECT_NE(fault.kind, FaultKind::kNone) << text;
  return fault;
}

TEST(Json5, ReadsTheExampleOfTheSpecification) {
  const Value value = Good(R"({
  // comments
  unquoted: 'and you can quote me on that',
  singleQuotes: 'I can use "double quotes" here',
  lineBreaks: "Look, Mom! \
No \\n's!",
  hexadecimal: 0xdecaf,
  leadingDecimalPoint: .8675309, andTrailing: 8675309.,
  positiveSign: +1,
  trailingComma: 'in objects', andIn: ['arrays',],
  "backwardsCompatible": "with JSON",
})");

  EXPECT_EQ(value.members.size(), 10u);
  EXPECT_EQ(value.Find("lineBreaks")->value.text, "Look, Mom! No \\n's!");
  EXPECT_EQ(value.Find("hexadecimal")->value.number, 0xdecaf);
  EXPECT_EQ(value.Find("leadingDecimalPoint")->value.number, .8675309);
  EXPECT_EQ(value.Find("andTrailing")->value.number, 8675309);
  EXPECT_EQ(value.Find("andIn")->value.items[0].text, "arrays");
  EXPECT_EQ(value.Find("nothing"), nullptr);
}

TEST(Json5, RemembersWhereEachNodeStood) {
  const std::string_view text = "{ a: [ 10, 'x' ] }";
  const Value value = Good(text);

  const Member& a = value.members[0];
  EXPECT_EQ(text.substr(a.name_span.offset, a.name_span.size), "a");
  EXPECT_EQ(text.substr(a.value.span.offset, a.value.span.size), "[ 10, 'x' ]");
  const Span item = a.value.items[1].span;
  EXPECT_EQ(text.substr(item.offset, item.size), "'x'");
}

TEST(Json5, ResolvesEscapes) {
  EXPECT_EQ(Good(R"("\b\f\n\r\t\v\'\"\\\/\q")").text, "\b\f\n\r\t\v'\"\\/q");
  EXPECT_EQ(Good(R"("\x41\u00e9\ud83d\ude00")").text, "A\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(Good(R"("\0")").text, std::string(1, '\0'));
  EXPECT_EQ(Good("'a\\\r\nb'").text, "ab");
  EXPECT_EQ(Good(R"({ \u0061b: 1 })").members[0].name, "ab");
}

TEST(Json5, ReadsEveryFormOfNumber) {
  for (const auto& [text, number] : {std::pair{"0", 0.0},
                                     {"-0x10", -16.0},
                                     {"1e3", 1000.0},
                                     {"1.5E-1", 0.15},
                                     {"+.5", 0.5},
                                     {"5.", 5.0}}) {
    EXPECT_EQ(Good(text).number, number) << text;
  }
  EXPECT_TRUE(std::isinf(Good("-Infinity").number));
  EXPECT_TRUE(std::isinf(Good("Infinity").number));
  EXPECT_TRUE(std::isnan(Good("NaN").number));
  for (const char* text :
       {"01", "1a", "0x", "0xg", "-", "+-1", ".", "1.2.3", "1e", "-Infinit", "0x1.5"}) {
    EXPECT_EQ(Bad(text).kind, FaultKind::kBadNumber) << text;
  }
}

TEST(Json5, SkipsAllWhiteSpaceAndComments) {
  EXPECT_EQ(Good("\xef\xbb\xbf\xc2\xa0/* a */ // b\n true // c").boolean, true);
  EXPECT_EQ(Good("\xe2\x80\xa8null").kind, Kind::kNull);
  EXPECT_EQ(Bad("/* a").kind, FaultKind::kOpenComment);
  EXPECT_EQ(Bad("/").kind, FaultKind::kUnexpected);
}

TEST(Json5, SaysWhatItExpected) {
  EXPECT_EQ(Bad("{ a 1 }").message, "expected `:` after `a`");
  EXPECT_EQ(Bad("{ a: 1 b: 2 }").message, "expected `,` or `}`");
  EXPECT_EQ(Bad("[1 2]").message, "expected `,` or `]`");
  EXPECT_EQ(Bad("[1").message, "expected `,` or `]`, found the end of the file");
  EXPECT_EQ(Bad("").message, "expected a value, found the end of the file");
  EXPECT_EQ(Bad("{,}").message, "expected a field name or `}`");
  EXPECT_EQ(Bad("[hello]").message, "`hello` is no value; strings need quotes");
  EXPECT_EQ(Bad("None").message, "`None` is no value; strings need quotes");
  EXPECT_EQ(Bad("1 2").message, "expected the end of the file");
}

TEST(Json5, NamesTheKindOfFault) {
  EXPECT_EQ(Bad("'abc").kind, FaultKind::kOpenString);
  EXPECT_EQ(Bad("'abc\n'").kind, FaultKind::kOpenString);
  EXPECT_EQ(Bad("'abc\\").kind, FaultKind::kOpenString);
  EXPECT_EQ(Bad(R"('\1')").kind, FaultKind::kBadEscape);
  EXPECT_EQ(Bad(R"('\x4')").kind, FaultKind::kBadEscape);
  EXPECT_EQ(Bad(R"('\ud800')").kind, FaultKind::kBadEscape);
  EXPECT_EQ(Bad(R"('\ud800\u0041')").kind, FaultKind::kBadEscape);
  EXPECT_EQ(Bad(R"({ \x41: 1 })").kind, FaultKind::kBadEscape);
  EXPECT_EQ(Bad("'\xff'").kind, FaultKind::kNotUtf8);
  EXPECT_EQ(Bad("'\xed\xa0\x80'").kind, FaultKind::kNotUtf8);
  EXPECT_EQ(Bad("'\xc3").kind, FaultKind::kNotUtf8);
}

TEST(Json5, StopsAtTheDepthLimit) {
  Good(std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']'));
  EXPECT_EQ(Bad(std::string(kMaxDepth + 1, '[')).kind, FaultKind::kTooDeep);
  EXPECT_EQ(Bad(std::string(1'000'000, '[')).kind, FaultKind::kTooDeep);
}

TEST(Json5, KeepsDuplicateFieldsForTheCaller) {
  EXPECT_EQ(Good("{ a: 1, a: 2 }").members.size(), 2u);
}

}  // namespace
}  // namespace json5
