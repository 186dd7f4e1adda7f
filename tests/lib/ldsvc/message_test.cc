// SPDX-License-Identifier: BSD-2-Clause
#include "lib/ldsvc/message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lib/base/sha256.h"

namespace ldsvc {
namespace {

using Bytes = std::vector<std::byte>;

Bytes BytesOf(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

Bytes Encoded(const Request& request) {
  Bytes bytes(kMaxRequestBytes);
  const auto size = EncodeRequest(request, bytes);
  EXPECT_TRUE(size.has_value());
  bytes.resize(size.value_or(0));
  return bytes;
}

Bytes Encoded(const Reply& reply) {
  Bytes bytes(kReplyBytes);
  EncodeReply(reply, std::span<std::byte, kReplyBytes>(bytes));
  return bytes;
}

const Bytes kLoadLibB = BytesOf(std::string_view(
    "\x07\0\0\0\x02\0\0\x01\x53\x28\xdf\xd6\x51\xa1\xc5\x48"
    "\x07\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"
    "libb.so\0", 40));

TEST(LoaderMessage, OrdinalsAreHashesOfTheMethodsNames) {
  for (const auto& [method, name] : {std::pair(Method::kDone, "fuchsia.ldsvc/Loader.Done"),
                                     std::pair(Method::kLoadObject, "fuchsia.ldsvc/Loader.LoadObject"),
                                     std::pair(Method::kConfig, "fuchsia.ldsvc/Loader.Config"),
                                     std::pair(Method::kClone, "fuchsia.ldsvc/Loader.Clone")}) {
    const auto digest = base::Sha256::Of(BytesOf(name));
    uint64_t first = 0;
    memcpy(&first, digest.data(), sizeof(first));
    EXPECT_EQ(static_cast<uint64_t>(method), first & ~(uint64_t{1} << 63)) << name;
  }
}

TEST(LoaderMessage, RequestsHaveTheirGoldenBytes) {
  EXPECT_EQ(Encoded(Request{7, Method::kLoadObject, "libb.so"}), kLoadLibB);
  EXPECT_EQ(Encoded(Request{1, Method::kDone}),
            BytesOf(std::string_view("\x01\0\0\0\x02\0\0\x01\x01\x10\x67\xd3\x76\x6b\xba\x63", 16)));
  EXPECT_EQ(Encoded(Request{2, Method::kClone}),
            BytesOf(std::string_view("\x02\0\0\0\x02\0\0\x01\x29\x4c\x6e\xab\xa9\x43\xe6\x57"
                                     "\xff\xff\xff\xff\0\0\0\0", 24)));
}

TEST(LoaderMessage, RepliesHaveTheirGoldenBytes) {
  EXPECT_EQ(Encoded(Reply{7, Method::kLoadObject, ZX_OK, true}),
            BytesOf(std::string_view("\x07\0\0\0\x02\0\0\x01\x53\x28\xdf\xd6\x51\xa1\xc5\x48"
                                     "\0\0\0\0\xff\xff\xff\xff", 24)));
  EXPECT_EQ(Encoded(Reply{8, Method::kConfig, ZX_ERR_INVALID_ARGS}),
            BytesOf(std::string_view("\x08\0\0\0\x02\0\0\x01\x41\x28\x63\x64\x14\x1a\x8a\x6a"
                                     "\xf6\xff\xff\xff\0\0\0\0", 24)));
}

TEST(LoaderMessage, RequestsAreReadBack) {
  const auto load = DecodeRequest(kLoadLibB, 0);
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(load->transaction, 7u);
  EXPECT_EQ(load->method, Method::kLoadObject);
  EXPECT_EQ(load->text, "libb.so");

  const std::string longest(kMaxTextBytes, 'x');
  const Bytes full = Encoded(Request{0, Method::kConfig, longest});
  const auto config = DecodeRequest(full, 0);
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->text, longest);
  EXPECT_EQ(DecodeRequest(Encoded(Request{3, Method::kClone}), 1)->method, Method::kClone);
  EXPECT_EQ(DecodeRequest(Encoded(Request{3, Method::kDone}), 0)->method, Method::kDone);
}

TEST(LoaderMessage, TextThatDoesNotFitIsRefused) {
  Bytes buffer(2 * kMaxRequestBytes);
  const std::string text(kMaxTextBytes + 1, 'x');
  EXPECT_EQ(EncodeRequest({0, Method::kConfig, text}, buffer).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(EncodeRequest({0, Method::kConfig, "asan"}, std::span(buffer).first(39)).error(),
            ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(LoaderMessage, HandlesInTheWrongPlacesAreRefused) {
  EXPECT_FALSE(DecodeRequest(kLoadLibB, 1).has_value());
  EXPECT_FALSE(DecodeRequest(Encoded(Request{3, Method::kClone}), 0).has_value());
  EXPECT_FALSE(DecodeRequest(Encoded(Request{3, Method::kClone}), 2).has_value());
  EXPECT_FALSE(DecodeReply(Encoded(Reply{7, Method::kLoadObject, ZX_OK, true}), 0).has_value());
  EXPECT_FALSE(DecodeReply(Encoded(Reply{7, Method::kLoadObject, ZX_OK, false}), 0).has_value());
  EXPECT_FALSE(DecodeReply(Encoded(Reply{7, Method::kConfig, ZX_OK}), 1).has_value());
}

TEST(LoaderMessage, EveryChangedByteThatMattersIsRefused) {
  // The transaction, the flags and the text may be anything.
  for (size_t offset = 7; offset < kLoadLibB.size(); ++offset) {
    if (offset >= 32 && offset < 39) continue;
    Bytes bytes = kLoadLibB;
    bytes[offset] ^= std::byte{0x10};
    EXPECT_FALSE(DecodeRequest(bytes, 0).has_value()) << offset;
  }
  for (size_t size = 0; size < kLoadLibB.size(); ++size) {
    EXPECT_FALSE(DecodeRequest(std::span(kLoadLibB).first(size), 0).has_value()) << size;
  }
  Bytes longer = kLoadLibB;
  longer.resize(48);
  EXPECT_FALSE(DecodeRequest(longer, 0).has_value());
}

TEST(LoaderMessage, RepliesAreReadBack) {
  const auto object = DecodeReply(Encoded(Reply{7, Method::kLoadObject, ZX_OK, true}), 1);
  ASSERT_TRUE(object.has_value());
  EXPECT_TRUE(object->has_object);
  const auto missing = DecodeReply(Encoded(Reply{7, Method::kLoadObject, ZX_ERR_NOT_FOUND}), 0);
  ASSERT_TRUE(missing.has_value());
  EXPECT_EQ(missing->status, ZX_ERR_NOT_FOUND);

  // Early servers end a reply behind the status.
  Bytes brief = Encoded(Reply{9, Method::kConfig, ZX_ERR_INVALID_ARGS});
  brief.resize(20);
  ASSERT_TRUE(DecodeReply(brief, 0).has_value());
  EXPECT_EQ(DecodeReply(brief, 0)->status, ZX_ERR_INVALID_ARGS);
  Bytes brief_object = Encoded(Reply{7, Method::kLoadObject, ZX_ERR_NOT_FOUND});
  brief_object.resize(20);
  EXPECT_FALSE(DecodeReply(brief_object, 0).has_value());
}

}  // namespace
}  // namespace ldsvc
