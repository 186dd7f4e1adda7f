// SPDX-License-Identifier: BSD-2-Clause
#include "lib/query/codec.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace query {
namespace {

using Buffer = std::vector<std::byte>;

template <class T>
Buffer Encoded(const T& value) {
  Buffer bytes(kMaxBytes);
  const auto size = Encode(value, bytes);
  EXPECT_TRUE(size.has_value());
  bytes.resize(size.value_or(0));
  return bytes;
}

Buffer BytesOf(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

template <class T>
zx_status_t StatusOf(const base::Result<T>& result) {
  return result ? ZX_OK : result.error();
}

// One record of each kind, every member different.
std::vector<Record> Samples() {
  return {End{ZX_ERR_NOT_FOUND, Outcome::kKilledLate, "no"},
          ComponentRow{1, 2, State::kFailed, 3, 4, "/a/coll:b"},
          ComponentDetails{1, 2, 3, 4, 5, 6, 7, State::kStopping, 8, 9, 10, 11, "/m", "u", "bin/b",
                           "ab", "/s", "r"},
          Capability{Direction::kExposed, "example.Echo"},
          TaskRow{1, 2, TaskKind::kThread, 3, 4, "n", "s"},
          HandleRow{1, 2, 3, 4, 5, "/hello"},
          LogLine{-1, 0x30, "tag", "text"},
          CrashRow{1, 2, 3, 4, "/m", "page fault"},
          ReportLine{"{{{reset}}}"},
          MemoryRow{1, 2, "kernel"},
          Milestone{1, "first instruction"}};
}

std::vector<Request> Requests() {
  using enum RequestKind;
  return {{.kind = kList},
          {.kind = kShow, .moniker = "/a"},
          {.kind = kStart, .moniker = "/a"},
          {.kind = kStop, .moniker = "/a"},
          {.kind = kRestart, .moniker = "/a"},
          {.kind = kKill, .moniker = "/a"},
          {.kind = kLog},
          {.kind = kLog, .since_ns = 5, .severity = 0x40, .moniker = "/a"},
          {.kind = kCrashList},
          {.kind = kCrashShow, .number = 7},
          {.kind = kTasks},
          {.kind = kHandles, .moniker = "/a"},
          {.kind = kMemory},
          {.kind = kBoot}};
}

TEST(Query, RequestsHaveTheirGoldenBytes) {
  EXPECT_EQ(Encoded(Request{RequestKind::kLog, 5, 0, 0x40, "/a"}),
            BytesOf(std::string_view("\7\0\0\0\x20\0\0\0"
                                     "\5\0\0\0\0\0\0\0"
                                     "\0\0\0\0\x40\0\0\0"
                                     "\2\0/a\0\0\0\0",
                                     32)));
}

TEST(Query, RecordsHaveTheirGoldenBytes) {
  EXPECT_EQ(Encoded(Record(MemoryRow{0x0102, 3, "kernel"})),
            BytesOf(std::string_view("\x09\1\0\0\x20\0\0\0"
                                     "\2\1\0\0\0\0\0\0"
                                     "\3\0\0\0\0\0\0\0"
                                     "\6\0kernel",
                                     32)));
}

TEST(Query, RequestsComeBackAsTheyWereSent) {
  for (const Request& request : Requests()) {
    EXPECT_EQ(DecodeRequest(Encoded(request)).value(), request)
        << static_cast<uint32_t>(request.kind);
  }
}

TEST(Query, RecordsComeBackInOrderFromOneMessage) {
  ASSERT_EQ(Samples().size(), std::variant_size_v<Record>);
  Buffer message;
  for (const Record& record : Samples()) {
    const Buffer bytes = Encoded(record);
    message.insert(message.end(), bytes.begin(), bytes.end());
  }
  base::Bytes rest = message;
  uint32_t skipped = 0;
  for (const Record& record : Samples()) EXPECT_EQ(TakeRecord(rest, skipped).value(), record);
  EXPECT_EQ(TakeRecord(rest, skipped).value(), std::nullopt);
  EXPECT_EQ(skipped, 0u);
}

TEST(Query, UnknownRecordsAreSkippedAndCounted) {
  Buffer message = BytesOf(std::string_view("\xff\1\0\0\x08\0\0\0\1\0\0\0\x10\0\0\0whatever", 24));
  const Buffer end = Encoded(Record(End{}));
  message.insert(message.end(), end.begin(), end.end());
  base::Bytes rest = message;
  uint32_t skipped = 0;
  EXPECT_EQ(TakeRecord(rest, skipped).value(), Record(End{}));
  EXPECT_EQ(skipped, 2u);
}

TEST(Query, WhatIsCutOffIsRefused) {
  for (const Request& request : Requests()) {
    const Buffer bytes = Encoded(request);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_EQ(StatusOf(DecodeRequest(base::Bytes(bytes).first(size))), ZX_ERR_INVALID_ARGS);
    }
  }
  for (const Record& record : Samples()) {
    const Buffer bytes = Encoded(record);
    for (size_t size = 1; size < bytes.size(); ++size) {
      base::Bytes rest = base::Bytes(bytes).first(size);
      uint32_t skipped = 0;
      EXPECT_EQ(StatusOf(TakeRecord(rest, skipped)), ZX_ERR_INVALID_ARGS);
    }
  }
}

TEST(Query, ASizeThatLiesIsRefused) {
  for (const uint32_t size : {0u, 7u, 8u, 16u, 20u, 40u, 1u << 31}) {
    Buffer bytes = Encoded(Record(MemoryRow{1, 2, "kernel"}));
    memcpy(bytes.data() + 4, &size, sizeof(size));
    base::Bytes rest = bytes;
    uint32_t skipped = 0;
    EXPECT_EQ(StatusOf(TakeRecord(rest, skipped)), ZX_ERR_INVALID_ARGS) << size;
  }
}

TEST(Query, AnythingButZerosBehindTheTextsIsRefused) {
  Buffer bytes = Encoded(Request{.kind = RequestKind::kShow, .moniker = "/a"});
  bytes.back() = std::byte{1};
  EXPECT_EQ(StatusOf(DecodeRequest(bytes)), ZX_ERR_INVALID_ARGS);
}

TEST(Query, EnumeratorsOutOfRangeAreRefused) {
  for (const Record& record :
       {Record(End{.outcome = Outcome{kOutcomeCount}}),
        Record(ComponentRow{.state = State{kStateCount}}),
        Record(Capability{.direction = Direction{2}}), Record(TaskRow{.kind = TaskKind{3}})}) {
    const Buffer bytes = Encoded(record);
    base::Bytes rest = bytes;
    uint32_t skipped = 0;
    EXPECT_EQ(StatusOf(TakeRecord(rest, skipped)), ZX_ERR_INVALID_ARGS) << record.index();
  }
}

TEST(Query, RequestsThatMakeNoSenseAreRefused) {
  using enum RequestKind;
  for (const Request& request :
       {Request{.kind = kShow}, Request{.kind = kKill}, Request{.kind = kList, .moniker = "/a"},
        Request{.kind = kList, .number = 1}, Request{.kind = kBoot, .since_ns = 1},
        Request{.kind = kCrashShow, .severity = 1}, Request{.kind = kLog, .number = 1}}) {
    EXPECT_EQ(StatusOf(DecodeRequest(Encoded(request))), ZX_ERR_INVALID_ARGS);
  }
  EXPECT_EQ(StatusOf(DecodeRequest(Encoded(Request{.kind = RequestKind{14}}))),
            ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(StatusOf(DecodeRequest(Encoded(Request{.kind = RequestKind{0}}))),
            ZX_ERR_NOT_SUPPORTED);
}

TEST(Query, WhatDoesNotFitIsNotWritten) {
  const Request request{.kind = RequestKind::kShow, .moniker = "/hello"};
  Buffer bytes = Encoded(request);
  EXPECT_EQ(StatusOf(Encode(request, std::span(bytes).first(bytes.size() - 1))),
            ZX_ERR_BUFFER_TOO_SMALL);
  const std::string text(kMaxBytes, 'x');
  Buffer large(2 * kMaxBytes);
  EXPECT_EQ(StatusOf(Encode(Record(ReportLine{text}), large)), ZX_ERR_BUFFER_TOO_SMALL);
  const std::string most = text.substr(0, kMaxBytes - 10);
  EXPECT_EQ(Encode(Record(ReportLine{most}), large).value(), kMaxBytes);
}

}  // namespace
}  // namespace query
