// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/utf8.h"

#include <gtest/gtest.h>

#include <array>

#include "lib/base/bytes.h"

namespace base {
namespace {

TEST(Utf8, ShortestFormsAreAccepted) {
  for (const char* text : {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(Utf8, EverythingElseIsRefused) {
  for (const char* text : {"\x80", "\xc1\xbf", "\xc2", "\xc2 ", "\xe0\x9f\xbf", "\xed\xa0\x80",
                           "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                           "ok\xff"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(Bytes, NothingOutsideIsRead) {
  const std::array<std::byte, 8> bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  EXPECT_EQ(Read<uint16_t>(bytes, 1), 0x0302);
  EXPECT_EQ(ReadBig<uint32_t>(bytes, 0), 0x01020304u);
  EXPECT_EQ(Read<uint64_t>(bytes, 0), 0x04030201u);
  EXPECT_FALSE(Read<uint64_t>(bytes, 1));
  EXPECT_FALSE(ReadBig<uint16_t>(bytes, 7));
  EXPECT_FALSE(Read<uint8_t>(bytes, UINT64_MAX));
  EXPECT_FALSE(Slice(bytes, 4, UINT64_MAX - 2));
  EXPECT_EQ(Slice(bytes, 8, 0)->size(), 0u);
}

}  // namespace
}  // namespace base
