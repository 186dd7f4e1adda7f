// SPDX-License-Identifier: BSD-2-Clause
#include "lib/procargs/procargs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace procargs {
namespace {

constexpr std::string_view kArguments[] = {"arg1", "arg2", "arg3"};
constexpr std::string_view kEnvironment[] = {"FOO=BAR"};
constexpr std::string_view kNames[] = {"/data", "/pkg"};
constexpr uint32_t kInfos[] = {HandleInfo(0xf1, 0x1234), HandleInfo(0x20, 0), HandleInfo(0x20, 1)};
constexpr Contents kGolden{kInfos, kArguments, kEnvironment, kNames};

std::vector<std::byte> Message(const Contents& contents) {
  std::vector<std::byte> bytes(kMaxBytes);
  auto size = Build(contents, bytes);
  EXPECT_TRUE(size.has_value());
  bytes.resize(size.value_or(0));
  return bytes;
}

void Patch(std::vector<std::byte>& bytes, size_t offset, uint32_t value) {
  memcpy(bytes.data() + offset, &value, sizeof(value));
}

zx_status_t OpenStatus(const std::vector<std::byte>& bytes, size_t handles = 3) {
  auto reader = Reader::Open(bytes, handles);
  return reader ? ZX_OK : reader.error();
}

TEST(Procargs, BuildsTheGoldenVector) {
  const std::string expected(
      "\x5d\x58\x50\x41\x00\x10\x00\x00\x24\x00\x00\x00\x30\x00\x00\x00\x03\x00\x00\x00"
      "\x3f\x00\x00\x00\x01\x00\x00\x00\x47\x00\x00\x00\x02\x00\x00\x00"
      "\xf1\x00\x34\x12\x20\x00\x00\x00\x20\x00\x01\x00"
      "arg1\0arg2\0arg3\0FOO=BAR\0/data\0/pkg\0",
      36 + 12 + 15 + 8 + 11);

  const auto bytes = Message(kGolden);

  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), expected);
}

TEST(Procargs, ReadsBackWhatWasBuilt) {
  const auto bytes = Message(kGolden);
  auto reader = Reader::Open(bytes, 3);
  ASSERT_TRUE(reader.has_value());

  std::vector<std::string> texts;
  auto collect = [&](std::string_view text) { texts.emplace_back(text); };
  reader->ForEachArgument(collect);
  reader->ForEachEnvironment(collect);
  reader->ForEachName(collect);

  EXPECT_EQ(texts, (std::vector<std::string>{"arg1", "arg2", "arg3", "FOO=BAR", "/data", "/pkg"}));
  EXPECT_EQ(HandleType(reader->handle_info(0)), 0xf1u);
  EXPECT_EQ(HandleArgument(reader->handle_info(0)), 0x1234u);
}

TEST(Procargs, EmptyMessageIsOnlyAHeader) {
  const auto bytes = Message({});
  EXPECT_EQ(bytes.size(), kHeaderSize);
  EXPECT_EQ(OpenStatus(bytes, 0), ZX_OK);
}

TEST(Procargs, LimitsAreRefusedByTheBuilder) {
  std::vector<std::byte> buffer(kMaxBytes * 2);
  std::vector<uint32_t> handles;
  for (uint32_t index = 0; index <= kMaxHandles; ++index) handles.push_back(HandleInfo(0xf0, index));
  EXPECT_EQ(Build({.handle_infos = handles}, buffer).error(), ZX_ERR_INVALID_ARGS);
  handles.pop_back();
  EXPECT_EQ(Build({.handle_infos = handles}, buffer).value(), kHeaderSize + kMaxHandles * 4);

  const std::string big(kMaxBytes - kHeaderSize, 'x');
  const std::string_view too_big[] = {big};
  EXPECT_EQ(Build({.arguments = too_big}, buffer).error(), ZX_ERR_INVALID_ARGS);

  const std::string_view just_fits[] = {std::string_view(big).substr(1)};
  EXPECT_EQ(Build({.arguments = just_fits}, buffer).value(), kMaxBytes);

  const std::string_view with_nul[] = {std::string_view("a\0b", 3)};
  EXPECT_EQ(Build({.arguments = with_nul}, buffer).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Build(kGolden, std::span(buffer).first(20)).error(), ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(Procargs, AHandleThatCouldNotBeFoundIsRefusedByTheBuilder) {
  std::vector<std::byte> buffer(kMaxBytes);
  const uint32_t twice[] = {HandleInfo(0x30, 1), HandleInfo(0x30, 2), HandleInfo(0x30, 1)};
  EXPECT_EQ(Build({.handle_infos = twice}, buffer).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(AreUnique(std::span(twice).first(2)));
  const uint32_t reserved[] = {0x0130};
  EXPECT_EQ(Build({.handle_infos = reserved}, buffer).error(), ZX_ERR_INVALID_ARGS);
}

TEST(Procargs, EveryBrokenHeaderFieldIsRefused) {
  const auto golden = Message(kGolden);
  for (const auto& [offset, value] : std::vector<std::pair<size_t, uint32_t>>{
           {0, 1}, {4, 2}, {8, 0x1000}, {8, 0x25}, {12, 0x1000}, {16, 40}, {20, 0xffffffff},
           {24, 0xffffffff}, {28, 0xffff}, {32, 9}, {36, 0x0000ff01}}) {
    auto bytes = golden;
    Patch(bytes, offset, value);
    EXPECT_EQ(OpenStatus(bytes), ZX_ERR_INVALID_ARGS) << "offset " << offset << " value " << value;
  }
}

TEST(Procargs, EveryTruncationIsRefused) {
  const auto golden = Message(kGolden);
  for (size_t size = 0; size < golden.size(); ++size) {
    const std::vector<std::byte> cut(golden.begin(), golden.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(OpenStatus(cut), ZX_ERR_INVALID_ARGS) << size;
  }
}

TEST(Procargs, AnOffsetWithoutStringsHasNoMeaning) {
  auto bytes = Message({});
  Patch(bytes, 12, 0xffffffff);
  EXPECT_EQ(OpenStatus(bytes, 0), ZX_OK);
}

}  // namespace
}  // namespace procargs
