// SPDX-License-Identifier: BSD-2-Clause
#include "lib/io/message.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "lib/base/sha256.h"

namespace io {
namespace {

using Buffer = std::array<std::byte, kMaxMessageBytes>;

std::vector<uint64_t> Words(base::Bytes bytes) {
  std::vector<uint64_t> words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), words.size() * 8);
  return words;
}

bool TakesHandle(Method method) { return method == Method::kClone || method == Method::kOpen; }

struct Named {
  Method method;
  const char* name;
};
constexpr Named kMethods[] = {
    {Method::kClone, "fuchsia.unknown/Cloneable.Clone"},
    {Method::kClose, "fuchsia.unknown/Closeable.Close"},
    {Method::kGetAttributes, "fuchsia.io/Node.GetAttributes"},
    {Method::kOpen, "fuchsia.io/Directory.Open"},
    {Method::kReadDirents, "fuchsia.io/Directory.ReadDirents"},
    {Method::kRewind, "fuchsia.io/Directory.Rewind"},
    {Method::kRead, "fuchsia.io/Readable.Read"},
    {Method::kReadAt, "fuchsia.io/File.ReadAt"},
    {Method::kSeek, "fuchsia.io/File.Seek"},
    {Method::kGetBackingMemory, "fuchsia.io/File.GetBackingMemory"},
};

TEST(IoFormat, OrdinalsAreTheDigestsOfTheNames) {
  for (const auto& [method, name] : kMethods) {
    const auto digest = base::Sha256::Of(std::as_bytes(std::span(name, std::strlen(name))));
    uint64_t ordinal = 0;
    std::memcpy(&ordinal, digest.data(), sizeof(ordinal));
    EXPECT_EQ(static_cast<uint64_t>(method), ordinal & ~(uint64_t{1} << 63)) << name;
  }
}

TEST(IoMessage, OpenHasTheseBytes) {
  Buffer buffer;
  const Request request{.method = Method::kOpen, .path = "data/a", .flags = kPermReadable};
  const auto size = EncodeRequest(request, buffer);
  ASSERT_TRUE(size);
  EXPECT_EQ(Words(std::span(buffer).first(*size)),
            (std::vector<uint64_t>{0x0100'0002'0000'0000, 0x2fbc'4fbb'ff7c'54d6, 6, ~0ull, 0xd2, 0, ~0ull,
                                   0xffff'ffff, 0x612f'6174'6164}));
}

TEST(IoMessage, AnAnswerHasTheseBytes) {
  Buffer buffer;
  const Request request{.transaction = 7, .method = Method::kGetAttributes,
                        .flags = kAttributeProtocols | kAttributeContentSize};
  const Attributes attributes{.kind = NodeKind::kFile, .content_size = 100};
  const size_t size = Answers(buffer).GetAttributes(request, attributes);
  EXPECT_EQ(Words(std::span(buffer).first(size)),
            (std::vector<uint64_t>{0x0100'0002'0000'0007, static_cast<uint64_t>(Method::kGetAttributes), 1, 72, 0,
                                   ~0ull, 3, ~0ull, 8, 0, 8, 4, 100}));
}

std::vector<Request> AllRequests() {
  std::vector<Request> requests;
  for (const auto& [method, name] : kMethods) requests.push_back({.transaction = 9, .method = method});
  for (Request& request : requests) {
    if (request.method == Method::kOpen) request.path = "bin/hello.c", request.flags = kPermReadBytes;
    if (request.method == Method::kGetAttributes) request.flags = 0x3f;
    if (request.method == Method::kGetBackingMemory) request.flags = kVmoRead | kVmoSharedBuffer;
    if (request.method == Method::kRead || request.method == Method::kReadDirents) request.count = 12;
    if (request.method == Method::kReadAt) request.count = 12, request.offset = 1 << 20;
    if (request.method == Method::kSeek) request.origin = SeekOrigin::kEnd, request.offset = -5;
  }
  return requests;
}

TEST(IoMessage, RequestsComeBackAsTheyWere) {
  for (const Request& request : AllRequests()) {
    Buffer buffer;
    const auto size = EncodeRequest(request, buffer);
    ASSERT_TRUE(size);
    EXPECT_EQ(*size % 8, 0u);
    const auto decoded = DecodeRequest(std::span(buffer).first(*size), TakesHandle(request.method));
    ASSERT_TRUE(decoded) << static_cast<uint64_t>(request.method);
    EXPECT_EQ(decoded->transaction, 9u);
    EXPECT_EQ(decoded->method, request.method);
    EXPECT_EQ(decoded->path, request.path);
    EXPECT_EQ(decoded->flags, request.flags);
    EXPECT_EQ(decoded->count, request.count);
    EXPECT_EQ(decoded->offset, request.offset);
    EXPECT_EQ(decoded->origin, request.origin);
  }
}

TEST(IoMessage, ARequestThatIsCutOrHasOtherHandlesIsRefused) {
  for (const Request& request : AllRequests()) {
    Buffer buffer;
    const size_t size = *EncodeRequest(request, buffer);
    const size_t handles = TakesHandle(request.method);
    for (size_t cut = 0; cut < size; ++cut) {
      EXPECT_FALSE(DecodeRequest(std::span(buffer).first(cut), handles)) << cut;
    }
    EXPECT_FALSE(DecodeRequest(std::span(buffer).first(size + 8), handles));
    EXPECT_FALSE(DecodeRequest(std::span(buffer).first(size), handles + 1));
  }
}

TEST(IoMessage, OtherMethodsAreNotSupportedAndOtherHeadersInvalid) {
  Buffer buffer;
  const size_t size = *EncodeRequest({.method = Method::kClose}, buffer);
  const std::span message = std::span(buffer).first(size);
  buffer[8] ^= std::byte{1};
  EXPECT_EQ(DecodeRequest(message, 0).error(), ZX_ERR_NOT_SUPPORTED);
  buffer[7] = std::byte{2};
  EXPECT_EQ(DecodeRequest(message, 0).error(), ZX_ERR_INVALID_ARGS);
}

TEST(IoMessage, TooLongAPathIsRefusedOnBothSides) {
  Buffer buffer;
  const std::string path(kMaxPath + 1, 'a');
  EXPECT_EQ(EncodeRequest({.method = Method::kOpen, .path = path}, buffer).error(), ZX_ERR_INVALID_ARGS);
  const size_t size = *EncodeRequest({.method = Method::kOpen, .path = path.substr(1)}, buffer);
  EXPECT_TRUE(DecodeRequest(std::span(buffer).first(size), 1));
  buffer[16] = std::byte{0};  // 0x0f00 bytes and more behind them
  EXPECT_FALSE(DecodeRequest(std::span(buffer).first(size), 1));
}

TEST(IoMessage, AnswersComeBackAsTheyWere) {
  Buffer buffer;
  Answers answers(buffer);
  const auto decode = [&](const Request& request, size_t size, size_t handles = 0) {
    for (size_t cut = 0; cut < size; ++cut) {
      EXPECT_FALSE(DecodeAnswer(request.method, std::span(buffer).first(cut), handles)) << cut;
    }
    EXPECT_FALSE(DecodeAnswer(request.method, std::span(buffer).first(size), handles + 1));
    const auto answer = DecodeAnswer(request.method, std::span(buffer).first(size), handles);
    EXPECT_TRUE(answer);
    EXPECT_EQ(answer.value_or(Answer{}).transaction, request.transaction);
    return answer.value_or(Answer{});
  };

  Request request{.transaction = 3, .method = Method::kClose};
  EXPECT_EQ(decode(request, answers.Status(request, ZX_OK)).status, ZX_OK);
  EXPECT_EQ(decode(request, answers.Status(request, ZX_ERR_BAD_STATE)).status, ZX_ERR_BAD_STATE);
  request.method = Method::kSeek;
  EXPECT_EQ(decode(request, answers.Seek(request, 77)).offset, 77u);
  request.method = Method::kGetBackingMemory;
  EXPECT_EQ(decode(request, answers.BackingMemory(request), 1).status, ZX_OK);
  EXPECT_EQ(decode(request, answers.Status(request, ZX_ERR_ACCESS_DENIED)).status, ZX_ERR_ACCESS_DENIED);
  request.method = Method::kRewind;
  EXPECT_EQ(decode(request, answers.Rewind(request, ZX_ERR_IO)).status, ZX_ERR_IO);

  request.method = Method::kGetAttributes;
  const Attributes attributes{.kind = NodeKind::kDirectory, .abilities = kPermEnumerate, .content_size = 1,
                              .storage_size = 2, .link_count = 3, .id = 4};
  for (request.flags = 0; request.flags < 64; ++request.flags) {
    const Attributes got = decode(request, answers.GetAttributes(request, attributes)).attributes;
    EXPECT_EQ(got.content_size, request.flags & kAttributeContentSize ? 1u : 0u);
    EXPECT_EQ(got.id, request.flags & kAttributeId ? 4u : 0u);
  }

  request.method = Method::kReadAt;
  std::memcpy(answers.DataOf(request.method).data(), "abcde", 5);
  const Answer read = decode(request, answers.Data(request, 5));
  EXPECT_EQ(std::memcmp(read.data.data(), "abcde", 5), 0);
  EXPECT_EQ(read.data.size(), 5u);

  const Answer epitaph = decode({.method = Method::kRead}, answers.Epitaph(ZX_ERR_NOT_FOUND));
  EXPECT_TRUE(epitaph.is_epitaph);
  EXPECT_EQ(epitaph.status, ZX_ERR_NOT_FOUND);
}

TEST(IoMessage, DirectoryEntriesComeBackInOrder) {
  Buffer buffer;
  Answers answers(buffer);
  const Request request{.transaction = 1, .method = Method::kReadDirents};
  size_t used = 0;
  EXPECT_TRUE(PutDirent(answers.DataOf(request.method), used, {1, kEntryDirectory, "bin"}));
  EXPECT_TRUE(PutDirent(answers.DataOf(request.method), used, {2, kEntryFile, "x"}));
  EXPECT_FALSE(PutDirent(answers.DataOf(request.method).first(used + 10), used, {3, kEntryFile, "y"}));
  const size_t size = answers.Dirents(request, ZX_OK, used);
  const auto answer = DecodeAnswer(request.method, std::span(buffer).first(size), 0);
  ASSERT_TRUE(answer);

  base::Bytes data = answer->data;
  const auto first = TakeDirent(data);
  const auto second = TakeDirent(data);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->name, "bin");
  EXPECT_EQ(first->type, kEntryDirectory);
  EXPECT_EQ(second->name, "x");
  EXPECT_EQ(second->id, 2u);
  EXPECT_FALSE(TakeDirent(data));
}

TEST(IoMessage, TheLargestTransferFits) {
  Buffer buffer;
  Answers answers(buffer);
  for (const Method method : {Method::kRead, Method::kReadDirents}) {
    const Request request{.transaction = 1, .method = method};
    ASSERT_EQ(answers.DataOf(method).size(), kMaxTransfer);
    const size_t size = method == Method::kRead ? answers.Data(request, kMaxTransfer)
                                                : answers.Dirents(request, ZX_OK, kMaxTransfer);
    EXPECT_LE(size, buffer.size());
    EXPECT_TRUE(DecodeAnswer(method, std::span(buffer).first(size), 0));
  }
}

}  // namespace
}  // namespace io
