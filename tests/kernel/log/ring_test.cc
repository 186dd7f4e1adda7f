// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log/ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <string>

namespace kernel {
namespace {

std::string TextOf(const zx_log_record_t& record) { return {record.data, record.datalen}; }

TEST(LogRing, RecordsComeBackAsWritten) {
  auto ring = std::make_unique<LogRing>();
  LogRing::Header header = {};
  header.severity = DEBUGLOG_ERROR;
  header.flags = 3;
  header.timestamp = 99;
  header.pid = 7;
  header.tid = 8;
  ring->Append(header, "hello");
  ring->Append(header, "");

  uint64_t position = ring->begin();
  const zx_log_record_t record = *ring->Read(position);
  EXPECT_EQ(TextOf(record), "hello");
  EXPECT_EQ(record.sequence, 0u);
  EXPECT_EQ(record.severity, DEBUGLOG_ERROR);
  EXPECT_EQ(record.flags, 3);
  EXPECT_EQ(record.timestamp, 99);
  EXPECT_EQ(record.pid, 7u);
  EXPECT_EQ(record.tid, 8u);
  EXPECT_EQ(TextOf(*ring->Read(position)), "");
  EXPECT_FALSE(ring->Read(position));
}

TEST(LogRing, OvertakenReaderGoesOnWithTheOldestRecordThereIs) {
  auto ring = std::make_unique<LogRing>();
  uint64_t position = ring->begin();
  for (int i = 0; i < 5000; ++i) ring->Append({}, "0123456789");
  const zx_log_record_t record = *ring->Read(position);
  EXPECT_GT(record.sequence, 0u);
  EXPECT_EQ(ring->Read(position)->sequence, record.sequence + 1);
}

TEST(LogRing, AnyMixOfLengthsIsReadInOrder) {
  auto ring = std::make_unique<LogRing>();
  std::mt19937 random(11);
  std::deque<std::string> expected;  // all since the reader's position
  uint64_t position = ring->begin();
  uint64_t next = 0;
  for (int i = 0; i < 100'000; ++i) {
    if (random() % 2 == 0) {
      std::string text(random() % (ZX_LOG_RECORD_DATA_MAX + 1), static_cast<char>('a' + i % 26));
      ring->Append({}, text);
      expected.push_back(std::move(text));
    } else if (auto record = ring->Read(position)) {
      ASSERT_GE(record->sequence, next);
      for (; next < record->sequence; ++next) expected.pop_front();
      ASSERT_EQ(TextOf(*record), expected.front());
      expected.pop_front();
      ++next;
    } else {
      ASSERT_TRUE(expected.empty());
    }
  }
}

}  // namespace
}  // namespace kernel
