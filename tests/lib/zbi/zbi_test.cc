// SPDX-License-Identifier: BSD-2-Clause
#include "lib/zbi/reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "lib/base/crc32.h"
#include "tests/lib/zbi/zbi_builder.h"

namespace zbi {
namespace {

std::string Sentence(const Finding& finding) {
  char buffer[200];
  base::BufferSink sink(buffer);
  finding.Describe(sink);
  return std::string(sink.text());
}

std::vector<std::byte> TwoItems() {
  ZbiBuilder builder;
  builder.Add(kCommandLine, "a=b", WithCrc::kYes);
  builder.Add(kBootfs, "0123456789", WithCrc::kNo);
  return builder.Build();
}

TEST(Crc32, HasThePublishedCheckValue) {
  const std::string_view text = "123456789";
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  EXPECT_EQ(base::Crc32(bytes), 0xcbf4'3926u);
  EXPECT_EQ(base::Crc32(bytes.subspan(4), base::Crc32(bytes.first(4))), 0xcbf4'3926u);
  EXPECT_EQ(base::Crc32({}), 0u);
}

TEST(ZbiReader, VisitsItemsInOrderWithTheirPlaces) {
  const auto image = TwoItems();
  Reader reader(image, Checksum::kVerify);

  const auto first = reader.Next();
  ASSERT_TRUE(first) << Sentence(reader.error());
  EXPECT_EQ(first->type, kCommandLine);
  EXPECT_EQ(first->header_offset, 32u);
  EXPECT_EQ(first->payload_offset, 64u);
  EXPECT_EQ(first->payload.size(), 3u);
  const auto second = reader.Next();
  ASSERT_TRUE(second) << Sentence(reader.error());
  EXPECT_EQ(second->type, kBootfs);
  EXPECT_EQ(second->header_offset, 72u);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.size_bytes(), image.size());
}

TEST(ZbiReader, BytesBehindTheContainerAreIgnored) {
  auto image = TwoItems();
  const uint64_t size = image.size();
  image.resize(size + 100, std::byte{0xff});
  Reader reader(image, Checksum::kVerify);
  EXPECT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.size_bytes(), size);
  EXPECT_EQ(ClaimedSize(image), size);
}

TEST(ZbiReader, AnEmptyContainerHasNoItems) {
  const auto image = ZbiBuilder().Build();
  Reader reader(image, Checksum::kVerify);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.failed());
}

TEST(ZbiReader, EveryTruncationIsNamed) {
  const auto whole = TwoItems();
  for (size_t size = 0; size < whole.size(); ++size) {
    Reader reader(base::Bytes(whole).first(size), Checksum::kTrust);
    EXPECT_FALSE(reader.Next());
    EXPECT_EQ(reader.error().code, size < 32 ? Code::kTooShort : Code::kContainerCut) << size;
  }
}

TEST(ZbiReader, FindItemTellsAbsenceFromDamage) {
  auto image = TwoItems();
  Finding error;
  const auto item = FindItem(image, kBootfs, Checksum::kTrust, error);
  ASSERT_TRUE(item);
  EXPECT_EQ(std::to_integer<char>(item->payload[9]), '9');

  EXPECT_FALSE(FindItem(image, kRamdisk, Checksum::kTrust, error));
  EXPECT_EQ(error.code, Code::kNone);

  image[72 + offsetof(Header, magic)] = std::byte{0};
  EXPECT_FALSE(FindItem(image, kRamdisk, Checksum::kTrust, error));
  EXPECT_EQ(error.code, Code::kBadMagic);
  EXPECT_EQ(error.offset, 72u);
}

TEST(ZbiReader, ADiscardedItemNeedsNoChecksum) {
  auto image = TwoItems();
  const uint32_t discard = kDiscard;
  std::memcpy(image.data() + 32, &discard, 4);
  image[64] = std::byte{0};
  Reader reader(image, Checksum::kVerify);
  EXPECT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Next());
}

TEST(ZbiReader, AHeaderThatDoesNotFitIsNamed) {
  auto image = TwoItems();
  const uint32_t length = 72 - 32 + 24;
  std::memcpy(image.data() + offsetof(Header, length), &length, sizeof(length));
  Reader reader(image, Checksum::kTrust);
  EXPECT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_EQ(reader.error().code, Code::kItemHeaderCut);
  EXPECT_EQ(reader.error().offset, 72u);
}

struct BadCase {
  const char* name;
  Code code;
  uint64_t header;  // Offset of the header to change.
  std::function<void(Header&)> change;
};

class ZbiRule : public testing::TestWithParam<BadCase> {};

TEST_P(ZbiRule, BreakingItIsNamedWithItsPlace) {
  auto image = TwoItems();
  Header header;
  std::memcpy(&header, image.data() + GetParam().header, sizeof(header));
  GetParam().change(header);
  std::memcpy(image.data() + GetParam().header, &header, sizeof(header));

  Reader reader(image, Checksum::kVerify);
  while (reader.Next()) {
  }

  EXPECT_EQ(Name(reader.error().code), Name(GetParam().code));
  EXPECT_EQ(reader.error().offset, GetParam().header);
  EXPECT_NE(Sentence(reader.error()), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, ZbiRule,
    testing::Values(
        BadCase{"Type", Code::kNotContainer, 0, [](Header& h) { h.type = kBootfs; }},
        BadCase{"Magic", Code::kBadMagic, 0, [](Header& h) { h.magic ^= 1; }},
        BadCase{"Extra", Code::kBadExtra, 0, [](Header& h) { h.extra ^= 1; }},
        BadCase{"Version", Code::kNoVersion, 0, [](Header& h) { h.flags = 0; }},
        BadCase{"Length", Code::kBadLength, 0, [](Header& h) { h.length -= 4; }},
        BadCase{"TooLong", Code::kContainerCut, 0, [](Header& h) { h.length = 0xffff'fff8; }},
        BadCase{"ItemMagic", Code::kBadMagic, 72, [](Header& h) { h.magic = 0; }},
        BadCase{"ItemVersion", Code::kNoVersion, 72, [](Header& h) { h.flags = kFlagCrc32; }},
        BadCase{"ItemLength", Code::kItemBeyondEnd, 72, [](Header& h) { h.length = 17; }},
        BadCase{"ItemHuge", Code::kItemBeyondEnd, 32, [](Header& h) { h.length = 0xffff'ffff; }},
        BadCase{"Checksum", Code::kBadChecksum, 32, [](Header& h) { h.crc32 ^= 1; }},
        BadCase{"ChecksumOfHeader", Code::kBadChecksum, 32, [](Header& h) { h.extra ^= 1; }},
        BadCase{"ChecksumMark", Code::kBadChecksumMark, 72, [](Header& h) { h.crc32 = 0; }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace zbi
