// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/channel.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "kernel/object/event.h"
#include "kernel/vm/fault_injection.h"
#include "tests/kernel/object/host_task.h"

namespace kernel {
namespace {

using Bytes = std::vector<std::byte>;

Bytes Text(std::string_view text) {
  Bytes bytes(text.size());
  memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

Bytes Contents(Message& message) {
  Bytes bytes;
  EXPECT_TRUE(message.ForEachPiece(0, message.size(), [&](std::span<std::byte> piece) -> base::Result<> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  }));
  return bytes;
}

base::Result<> Write(Channel& channel, const Bytes& bytes) {
  return channel.Write(TRY(Message::Create(bytes, {})));
}

Channel::Received ReadAny(Channel& channel) {
  return channel.Read(Message::kMaxBytes, Message::kMaxHandles, Channel::TooBig::kKeep);
}

class ChannelTest : public testing::Test {
 protected:
  ChannelTest() {
    Channel::Pair pair = *Channel::Create();
    first_ = pair.first;
    second_ = pair.second;
    first_handle_ = HandleEntry(std::move(pair.first), Channel::kDefaultRights);
    second_handle_ = HandleEntry(std::move(pair.second), Channel::kDefaultRights);
  }
  base::RefPtr<Channel> first_;
  base::RefPtr<Channel> second_;
  HandleEntry first_handle_;
  HandleEntry second_handle_;
};

TEST_F(ChannelTest, MessagesArriveInOrderAtTheOtherEnd) {
  ASSERT_TRUE(Write(*first_, Text("one")));
  ASSERT_TRUE(Write(*first_, Text("two")));

  EXPECT_EQ(ReadAny(*first_).status, ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(Contents(*ReadAny(*second_).message), Text("one"));
  EXPECT_EQ(Contents(*ReadAny(*second_).message), Text("two"));
  EXPECT_EQ(ReadAny(*second_).status, ZX_ERR_SHOULD_WAIT);
}

TEST_F(ChannelTest, ReadableIsSetWhileMessagesWait) {
  EXPECT_EQ(second_->signals(), ZX_CHANNEL_WRITABLE);
  ASSERT_TRUE(Write(*first_, Text("x")));
  ASSERT_TRUE(Write(*first_, Text("y")));
  EXPECT_EQ(second_->signals(), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  ReadAny(*second_);
  EXPECT_EQ(second_->signals(), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  ReadAny(*second_);
  EXPECT_EQ(second_->signals(), ZX_CHANNEL_WRITABLE);
}

TEST_F(ChannelTest, TooSmallABufferKeepsTheMessageAndSaysItsSize) {
  HandleEntry entry[] = {HandleEntry(*Event::Create(), 0)};
  ASSERT_TRUE(first_->Write(*Message::Create(Text("hello"), entry)));

  Channel::Received received = second_->Read(4, 1, Channel::TooBig::kKeep);
  EXPECT_EQ(received.status, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(received.size, 5u);
  EXPECT_EQ(received.handle_count, 1u);
  EXPECT_EQ(second_->Read(5, 0, Channel::TooBig::kKeep).status, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(second_->Read(5, 1, Channel::TooBig::kKeep).status, ZX_OK);
}

TEST_F(ChannelTest, MayDiscardDropsWhatDoesNotFit) {
  ASSERT_TRUE(Write(*first_, Text("hello")));
  EXPECT_EQ(second_->Read(4, 0, Channel::TooBig::kDiscard).status, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(ReadAny(*second_).status, ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(second_->signals(), ZX_CHANNEL_WRITABLE);
}

TEST_F(ChannelTest, QueuedMessagesOutliveTheirSender) {
  ASSERT_TRUE(Write(*first_, Text("last words")));
  first_handle_.Close();

  EXPECT_EQ(second_->signals(), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
  EXPECT_EQ(Write(*second_, Text("?")).error(), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(Contents(*ReadAny(*second_).message), Text("last words"));
  EXPECT_EQ(ReadAny(*second_).status, ZX_ERR_PEER_CLOSED);
}

TEST_F(ChannelTest, ClosedEndDropsItsMessagesAndTheirHandles) {
  auto event = *Event::Create();
  HandleEntry entry[] = {HandleEntry(event, 0)};
  ASSERT_TRUE(first_->Write(*Message::Create(Text("x"), entry)));
  EXPECT_EQ(event->handle_count(), 1u);
  second_handle_.Close();
  EXPECT_EQ(event->handle_count(), 0u);
}

TEST_F(ChannelTest, EveryMessageSizeKeepsItsBytes) {
  std::mt19937 random(7);
  for (uint32_t size : {0u, 1u, 3u, 4u, 64u, 1990u, 1991u, 1992u, 1993u, 2000u, 4096u, 6079u, 6080u,
                        6081u, 65535u, 65536u}) {
    for (size_t handle_count : {size_t{0}, size_t{1}, size_t{64}}) {
      Bytes bytes(size);
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
      std::vector<HandleEntry> entries;
      for (size_t i = 0; i < handle_count; ++i) entries.emplace_back(*Event::Create(), i);
      ASSERT_TRUE(first_->Write(*Message::Create(bytes, entries)));
      Channel::Received received = ReadAny(*second_);
      ASSERT_EQ(received.status, ZX_OK);
      ASSERT_EQ(Contents(*received.message), bytes) << size << " bytes, " << handle_count << " handles";
      for (size_t i = 0; i < handle_count; ++i) ASSERT_EQ(received.message->handles()[i].rights(), i);
    }
  }
}

TEST_F(ChannelTest, PiecesCanBeTakenFromAnywhere) {
  Bytes bytes(20'000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 >> 3);
  Message::Pointer message = *Message::Create(bytes, {});
  for (uint32_t offset = 0; offset < bytes.size(); offset += 977) {
    for (uint32_t count : {0u, 1u, 500u, 5000u}) {
      count = std::min(count, static_cast<uint32_t>(bytes.size()) - offset);
      Bytes got;
      ASSERT_TRUE(message->ForEachPiece(offset, count, [&](std::span<std::byte> piece) -> base::Result<> {
        got.insert(got.end(), piece.begin(), piece.end());
        return {};
      }));
      ASSERT_EQ(got, Bytes(bytes.begin() + offset, bytes.begin() + offset + count));
    }
  }
}

TEST_F(ChannelTest, FullChannelRefusesAndRecovers) {
  for (uint32_t i = 0; i < Channel::kMaxPending; ++i) ASSERT_TRUE(Write(*first_, Text("m")));
  EXPECT_EQ(Write(*first_, Text("m")).error(), ZX_ERR_SHOULD_WAIT);
  ReadAny(*second_);
  EXPECT_TRUE(Write(*first_, Text("m")));
}

TEST_F(ChannelTest, UnreadMessageIsTheNextOneAgain) {
  ASSERT_TRUE(Write(*first_, Text("one")));
  ASSERT_TRUE(Write(*first_, Text("two")));
  Channel::Received received = ReadAny(*second_);
  second_->Unread(std::move(received.message));
  EXPECT_EQ(Contents(*ReadAny(*second_).message), Text("one"));
  EXPECT_EQ(Contents(*ReadAny(*second_).message), Text("two"));
}

TEST_F(ChannelTest, UnreadOnAClosedEndDropsTheMessage) {
  const ObjectCounts before = CountObjects();
  HandleEntry entry[] = {HandleEntry(*Event::Create(), 0)};
  ASSERT_TRUE(first_->Write(*Message::Create(Text("x"), entry)));
  Channel::Received received = ReadAny(*second_);
  second_handle_.Close();
  second_->Unread(std::move(received.message));
  EXPECT_EQ(CountObjects().objects, before.objects);
}

TEST_F(ChannelTest, AnswerGoesToItsCallerAndNothingElseDoes) {
  std::string got;
  test::HostThread thread([&](test::HostTask& task) {
    Channel::Caller caller(task.task());
    ASSERT_TRUE(first_->Call(*Message::Create(Text("----ping"), {}), caller));
    ASSERT_TRUE(first_->WaitForReply(caller, ZX_TIME_INFINITE));
    const Bytes reply = Contents(*caller.TakeReply());
    got.assign(reinterpret_cast<const char*>(reply.data()) + 4, reply.size() - 4);
  });
  thread.task().AwaitParked();
  Channel::Received request = ReadAny(*second_);
  ASSERT_EQ(request.status, ZX_OK);
  const uint32_t txid = request.message->txid();
  EXPECT_NE(txid & Channel::kKernelTxid, 0u);

  ASSERT_TRUE(Write(*second_, Text("????not an answer")));
  Message::Pointer reply = *Message::Create(Text("----pong"), {});
  reply->set_txid(txid);
  ASSERT_TRUE(second_->Write(std::move(reply)));
  thread.Join();

  EXPECT_EQ(got, "pong");
  EXPECT_EQ(Contents(*ReadAny(*first_).message), Text("????not an answer"));
}

TEST_F(ChannelTest, CallersAreToldOfBothEndsClosing) {
  for (bool own_end : {false, true}) {
    Channel::Pair pair = *Channel::Create();
    HandleEntry near(pair.first, 0);
    HandleEntry far(pair.second, 0);
    zx_status_t status = ZX_OK;
    test::HostThread thread([&](test::HostTask& task) {
      Channel::Caller caller(task.task());
      ASSERT_TRUE(pair.first->Call(*Message::Create(Text("----"), {}), caller));
      status = pair.first->WaitForReply(caller, ZX_TIME_INFINITE).error();
    });
    thread.task().AwaitParked();
    (own_end ? near : far).Close();
    thread.Join();
    EXPECT_EQ(status, own_end ? ZX_ERR_CANCELED : ZX_ERR_PEER_CLOSED);
  }
}

TEST_F(ChannelTest, CallerGivesUpAtItsDeadline) {
  test::SetTime(1000);
  test::HostThread thread([&](test::HostTask& task) {
    Channel::Caller caller(task.task());
    ASSERT_TRUE(first_->Call(*Message::Create(Text("----"), {}), caller));
    EXPECT_EQ(first_->WaitForReply(caller, 2000).error(), ZX_ERR_TIMED_OUT);
  });
  thread.task().AwaitParked();
  test::SetTime(2000);
  thread.Join();
}

TEST(Channel, EveryFailedAllocationIsReportedAndLeaksNothing) {
  const ObjectCounts before = CountObjects();
  for (uint64_t n = 1;; ++n) {
    vm::FaultInjection::FailNth(n);
    auto pair = Channel::Create();
    if (!pair) {
      EXPECT_EQ(pair.error(), ZX_ERR_NO_MEMORY);
    } else {
      HandleEntry first(pair->first, 0);
      HandleEntry second(pair->second, 0);
      auto event = Event::Create();
      if (event) {
        HandleEntry entry[] = {HandleEntry(std::move(*event), 0)};
        auto message = Message::Create(Bytes(20'000), entry);
        if (!message) {
          EXPECT_EQ(message.error(), ZX_ERR_NO_MEMORY);
        } else {
          EXPECT_TRUE(pair->first->Write(std::move(*message)));
        }
      }
      pair = base::Error(ZX_ERR_BAD_STATE);
    }
    ASSERT_EQ(CountObjects(), before);
    if (!vm::FaultInjection::fired()) break;
  }
  vm::FaultInjection::FailNth(0);
}

// The reference: two queues of strings.
TEST(Channel, RandomTrafficAgreesWithTheReference) {
  std::mt19937_64 random(42);
  Channel::Pair pair = *Channel::Create();
  HandleEntry handles[2] = {HandleEntry(pair.first, 0), HandleEntry(pair.second, 0)};
  Channel* ends[2] = {pair.first.get(), pair.second.get()};
  std::deque<Bytes> queues[2];
  for (int i = 0; i < 50'000; ++i) {
    const size_t side = random() % 2;
    if (random() % 2 == 0) {
      Bytes bytes(random() % 10 == 0 ? random() % 9000 : random() % 100);
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
      ASSERT_TRUE(Write(*ends[side], bytes));
      queues[1 - side].push_back(std::move(bytes));
    } else {
      const auto limit = static_cast<uint32_t>(random() % 5000);
      Channel::Received received = ends[side]->Read(limit, 0, Channel::TooBig::kKeep);
      if (queues[side].empty()) {
        ASSERT_EQ(received.status, ZX_ERR_SHOULD_WAIT);
      } else if (queues[side].front().size() > limit) {
        ASSERT_EQ(received.status, ZX_ERR_BUFFER_TOO_SMALL);
        if (random() % 4 == 0) {
          ends[side]->Read(0, 0, Channel::TooBig::kDiscard);
          queues[side].pop_front();
        }
      } else {
        ASSERT_EQ(Contents(*received.message), queues[side].front());
        queues[side].pop_front();
      }
    }
    for (size_t end = 0; end < 2; ++end) {
      ASSERT_EQ((ends[end]->signals() & ZX_CHANNEL_READABLE) != 0, !queues[end].empty());
    }
  }
}

}  // namespace
}  // namespace kernel
