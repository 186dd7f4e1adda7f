// SPDX-License-Identifier: BSD-2-Clause
#include "lib/procargs/linker_message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace procargs {
namespace {

constexpr std::string_view kStartArguments[] = {"/pkg/bin/app", "--fast"};
constexpr std::string_view kStartEnvironment[] = {"HOME=/", "LD_DEBUG=1", "LD_DEBUGGER=x", "LD_TRACE="};

std::string Text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(LinkerMessage, GoldenVector) {
  const std::string expected(
      "\x5d\x58\x50\x41\x00\x10\x00\x00\x24\x00\x00\x00\x3c\x00\x00\x00\x01\x00\x00\x00"
      "\x49\x00\x00\x00\x02\x00\x00\x00\x5e\x00\x00\x00\x00\x00\x00\x00"
      "\x10\x00\x00\x00\x14\x00\x00\x00\x05\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00"
      "\x30\x00\x00\x00"
      "/pkg/bin/app\0LD_DEBUG=1\0LD_TRACE=\0",
      36 + 24 + 13 + 11 + 10);
  std::vector<std::byte> buffer(1024);

  const auto size = BuildForLinker(kStartArguments, kStartEnvironment, true, buffer);

  ASSERT_TRUE(size.has_value());
  EXPECT_EQ(Text(std::span(buffer).first(*size)), expected);
}

TEST(LinkerMessage, WithoutALogThereIsNoHandleForIt) {
  std::vector<std::byte> buffer(1024);
  const auto size = BuildForLinker({}, {}, false, buffer);
  ASSERT_TRUE(size.has_value());
  const auto reader = Reader::Open(std::span(buffer).first(*size), kLinkerHandles.size());
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(*size, kHeaderSize + 4 * kLinkerHandles.size());
  EXPECT_EQ(reader->argument_count(), 0u);
  EXPECT_EQ(reader->environment_count(), 0u);
}

TEST(LinkerMessage, MoreVariablesThanThereIsRoomForAreRefused) {
  std::vector<std::byte> buffer(1024);
  std::vector<std::string_view> environment(kMaxLinkerEnvironment, "LD_TRACE=1");
  EXPECT_TRUE(BuildForLinker(kStartArguments, environment, true, buffer).has_value());
  environment.push_back("LD_DEBUG=1");
  EXPECT_EQ(BuildForLinker(kStartArguments, environment, true, buffer).error(), ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace procargs
