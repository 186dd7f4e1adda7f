// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/channel.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "kernel/object/event.h"
#include "kernel/object/handle_table.h"
#include "kernel/vm/fault_injection.h"
#include "tests/kernel/model/model.h"
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
  EXPECT_TRUE(
      message.ForEachPiece(0, message.size(), [&](std::span<std::byte> piece) -> base::Result<> {
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
      ASSERT_EQ(Contents(*received.message), bytes)
          << size << " bytes, " << handle_count << " handles";
      for (size_t i = 0; i < handle_count; ++i)
        ASSERT_EQ(received.message->handles()[i].rights(), i);
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
      ASSERT_TRUE(
          message->ForEachPiece(offset, count, [&](std::span<std::byte> piece) -> base::Result<> {
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

class ChannelCallTest : public ChannelTest {
 protected:
  static constexpr zx_handle_t kHandle = 0x103;

  // Sends a request from the first end.
  zx_status_t Call(Channel::Caller& caller, std::string_view text = "----ping") {
    Message::Pointer message = *Message::Create(Text(text), {});
    return first_->Call(message, caller, nullptr, kHandle);
  }
  // The id of the request that is read next at the second end.
  zx_txid_t TakeRequest() {
    Channel::Received request = ReadAny(*second_);
    EXPECT_EQ(request.status, ZX_OK);
    return request.message ? request.message->txid() : ZX_TXID_INVALID;
  }
  static Message::Pointer Reply(zx_txid_t txid, std::string_view text) {
    Message::Pointer reply = *Message::Create(Text("----" + std::string(text)), {});
    reply->set_txid(txid);
    return reply;
  }
  // The answer that has come already.
  static std::string AnswerOf(Channel::Caller& caller) {
    EXPECT_EQ(caller.Wait(0), ZX_OK);
    return TextOf(*caller.TakeReply());
  }
  static std::string TextOf(Message& reply) {
    const Bytes bytes = Contents(reply);
    return std::string(reinterpret_cast<const char*>(bytes.data()) + 4, bytes.size() - 4);
  }
};

TEST_F(ChannelCallTest, AnswerGoesToItsCallerAndNothingElseDoes) {
  std::string got;
  test::HostThread thread([&](test::HostTask& task) {
    Channel::Caller caller(task.task());
    ASSERT_EQ(Call(caller), ZX_OK);
    EXPECT_TRUE(caller.going_on());
    ASSERT_EQ(caller.Wait(ZX_TIME_INFINITE), ZX_OK);
    const Message::Pointer reply = caller.TakeReply();
    EXPECT_FALSE(caller.going_on());
    got = TextOf(*reply);
  });
  thread.task().AwaitParked();
  const zx_txid_t txid = TakeRequest();
  EXPECT_NE(txid & Channel::kKernelTxid, 0u);

  ASSERT_TRUE(Write(*second_, Text("????not an answer")));
  ASSERT_TRUE(second_->Write(Reply(txid + 1, "nor this")));
  ASSERT_TRUE(second_->Write(Reply(txid, "pong")));
  thread.Join();

  EXPECT_EQ(got, "pong");
  EXPECT_EQ(Contents(*ReadAny(*first_).message), Text("????not an answer"));
  EXPECT_EQ(TextOf(*ReadAny(*first_).message), "nor this");
  EXPECT_EQ(ReadAny(*first_).status, ZX_ERR_SHOULD_WAIT);
}

TEST_F(ChannelCallTest, EachOfSeveralCallersGetsItsOwnAnswer) {
  test::HostTask self;
  Channel::Caller callers[3] = {Channel::Caller(self.task()), Channel::Caller(self.task()),
                                Channel::Caller(self.task())};
  zx_txid_t txids[3];
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(Call(callers[i]), ZX_OK);
    txids[i] = TakeRequest();
    for (size_t j = 0; j < i; ++j) EXPECT_NE(txids[i], txids[j]);
  }
  for (size_t i : {size_t{2}, size_t{0}, size_t{1}})
    ASSERT_TRUE(second_->Write(Reply(txids[i], std::to_string(i))));
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(AnswerOf(callers[i]), std::to_string(i));
}

TEST_F(ChannelCallTest, RequestIsNeverTakenForAnAnswer) {
  // Both ends call; each counts its ids from the start.
  test::HostTask self;
  Channel::Caller there(self.task());
  Channel::Caller back(self.task());
  ASSERT_EQ(Call(there, "----there"), ZX_OK);
  Message::Pointer message = *Message::Create(Text("----back"), {});
  ASSERT_EQ(second_->Call(message, back, nullptr, kHandle), ZX_OK);

  const zx_txid_t txid = TakeRequest();
  Channel::Received request = ReadAny(*first_);
  ASSERT_EQ(request.status, ZX_OK) << "it is queued";
  EXPECT_EQ(TextOf(*request.message), "back");
  ASSERT_EQ(request.message->txid(), txid) << "or the test says nothing";

  ASSERT_TRUE(first_->Write(Reply(txid, "to back")));
  ASSERT_TRUE(second_->Write(Reply(txid, "to there")));
  EXPECT_EQ(AnswerOf(there), "to there");
  EXPECT_EQ(AnswerOf(back), "to back");
}

TEST_F(ChannelCallTest, CallersAreToldOfBothEndsClosing) {
  for (bool own_end : {false, true}) {
    test::HostTask self;
    Channel::Pair pair = *Channel::Create();
    HandleEntry near(pair.first, 0);
    HandleEntry far(pair.second, 0);
    Channel::Caller caller(self.task());
    Message::Pointer message = *Message::Create(Text("----"), {});
    ASSERT_EQ(pair.first->Call(message, caller, nullptr, kHandle), ZX_OK);
    (own_end ? near : far).Close();
    // What happens later does not change it.
    (own_end ? far : near).Close();
    EXPECT_EQ(caller.Wait(ZX_TIME_INFINITE),
              own_end ? ZX_ERR_CANCELED : ZX_ERR_PEER_CLOSED);
  }
}

TEST_F(ChannelCallTest, CallerIsCancelledWithItsHandleOnly) {
  test::HostTask self;
  HandleTable table;
  HandleTable other;
  const zx_handle_t handle = *table.Add(std::move(first_handle_));
  Channel::Caller caller(self.task());
  Message::Pointer message = *Message::Create(Text("----"), {});
  ASSERT_EQ(first_->Call(message, caller, &table, handle), ZX_OK);

  // The same value elsewhere is another handle.
  first_->CancelObservers(&other, handle);
  first_->CancelObservers(&table, handle ^ 4);
  EXPECT_EQ(caller.Wait(0), ZX_ERR_TIMED_OUT);

  message = *Message::Create(Text("----"), {});
  ASSERT_EQ(first_->Call(message, caller, &table, handle), ZX_OK);
  const HandleEntry moved = *table.Remove(handle);
  EXPECT_EQ(caller.Wait(ZX_TIME_INFINITE), ZX_ERR_CANCELED);
}

TEST_F(ChannelCallTest, CallerGivesUpAtItsDeadlineAndALateAnswerIsQueued) {
  test::SetTime(1000);
  test::HostThread thread([&](test::HostTask& task) {
    Channel::Caller caller(task.task());
    ASSERT_EQ(Call(caller), ZX_OK);
    EXPECT_EQ(caller.Wait(2000), ZX_ERR_TIMED_OUT);
    EXPECT_FALSE(caller.going_on());
  });
  thread.task().AwaitParked();
  test::SetTime(2000);
  thread.Join();

  ASSERT_TRUE(second_->Write(Reply(TakeRequest(), "late")));
  EXPECT_EQ(TextOf(*ReadAny(*first_).message), "late");
}

TEST_F(ChannelCallTest, InterruptedWaitIsTakenUpAgain) {
  std::string got;
  test::HostThread thread([&](test::HostTask& task) {
    Channel::Caller caller(task.task());
    ASSERT_EQ(Call(caller), ZX_OK);
    task.Interrupt(ZX_ERR_INTERNAL_INTR_RETRY);
    EXPECT_EQ(caller.Wait(ZX_TIME_INFINITE), ZX_ERR_INTERNAL_INTR_RETRY);
    EXPECT_TRUE(caller.going_on());
    task.Interrupt(ZX_OK);
    ASSERT_EQ(caller.Wait(ZX_TIME_INFINITE), ZX_OK);
    const Message::Pointer reply = caller.TakeReply();
    got = TextOf(*reply);
  });
  thread.task().AwaitParked();
  ASSERT_TRUE(second_->Write(Reply(TakeRequest(), "pong")));
  thread.Join();
  EXPECT_EQ(got, "pong");
}

TEST_F(ChannelCallTest, AbandonedCallLeavesNothingBehind) {
  const ObjectCounts before = CountObjects();
  test::HostTask self;
  for (bool answered : {false, true}) {
    Channel::Caller caller(self.task());
    ASSERT_EQ(Call(caller), ZX_OK);
    const zx_txid_t txid = TakeRequest();
    if (answered) {
      HandleEntry entry[] = {HandleEntry(*Event::Create(), 0)};
      Message::Pointer reply = *Message::Create(Text("----"), entry);
      reply->set_txid(txid);
      ASSERT_TRUE(second_->Write(std::move(reply)));
    }
    caller.Abandon();
    EXPECT_FALSE(caller.going_on());
    EXPECT_EQ(CountObjects(), before);
    if (!answered) {
      ASSERT_TRUE(second_->Write(Reply(txid, "queued")));
      EXPECT_EQ(ReadAny(*first_).status, ZX_OK);
    }
  }
}

TEST_F(ChannelCallTest, AnswersNeedNoPlaceInTheQueue) {
  test::HostTask self;
  Channel::Caller caller(self.task());
  ASSERT_EQ(Call(caller), ZX_OK);
  const zx_txid_t txid = TakeRequest();
  for (uint32_t i = 0; i < Channel::kMaxPending; ++i) ASSERT_TRUE(Write(*second_, Text("m")));
  EXPECT_TRUE(second_->Write(Reply(txid, "pong")));
  EXPECT_EQ(AnswerOf(caller), "pong");
}

TEST_F(ChannelCallTest, RefusedRequestStaysWithItsOwner) {
  test::HostTask self;
  Channel::Caller caller(self.task());
  for (uint32_t i = 0; i < Channel::kMaxPending; ++i) ASSERT_TRUE(Write(*first_, Text("m")));
  Message::Pointer message = *Message::Create(Text("----"), {});
  EXPECT_EQ(first_->Call(message, caller, nullptr, kHandle), ZX_ERR_SHOULD_WAIT);
  EXPECT_TRUE(message);
  EXPECT_FALSE(caller.going_on());
  second_handle_.Close();
  EXPECT_EQ(first_->Call(message, caller, nullptr, kHandle), ZX_ERR_PEER_CLOSED);
  EXPECT_TRUE(message);
  EXPECT_FALSE(caller.going_on());
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
  const uint64_t operations = model::Operations(50'000);
  for (uint64_t i = 0; i < operations; ++i) {
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

// Sends an end's only handle through `through`.
zx_status_t SendEnd(Channel& through, HandleEntry& end) {
  HandleEntry handles[] = {std::move(end)};
  return base::ToStatus(through.Write(*Message::Create({}, handles)));
}

TEST_F(ChannelTest, AnEndIsNotQueuedInItself) {
  EXPECT_EQ(SendEnd(*first_, second_handle_), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(first_->signals() & ZX_CHANNEL_PEER_CLOSED, ZX_CHANNEL_PEER_CLOSED);
}

TEST_F(ChannelTest, ARingOfEndsIsRefusedAndFreed) {
  const int64_t before = CountObjects().objects;
  {
    constexpr size_t kEnds = 5;
    std::vector<Channel::Pair> pairs;
    std::vector<HandleEntry> handles;
    for (size_t i = 0; i < kEnds; ++i) {
      pairs.push_back(*Channel::Create());
      handles.emplace_back(pairs[i].second, Channel::kDefaultRights);
    }
    for (size_t i = 0; i + 1 < kEnds; ++i) EXPECT_EQ(SendEnd(*pairs[i].first, handles[i + 1]), ZX_OK);
    EXPECT_EQ(SendEnd(*pairs[kEnds - 1].first, handles[0]), ZX_ERR_NOT_SUPPORTED);
    for (Channel::Pair& pair : pairs) HandleEntry(pair.first, Channel::kDefaultRights).Close();
  }
  EXPECT_EQ(CountObjects().objects, before);
}

// The reader has no place for the handles, and meanwhile what it read has come to carry the queue it came from.
TEST_F(ChannelTest, AMessageIsNotPutBackWhereItWouldCloseARing) {
  Channel::Pair other = *Channel::Create();
  HandleEntry other_handle(other.second, Channel::kDefaultRights);
  ASSERT_EQ(SendEnd(*first_, other_handle), ZX_OK);
  Channel::Received received = ReadAny(*second_);
  ASSERT_EQ(received.status, ZX_OK);
  ASSERT_EQ(SendEnd(*other.first, second_handle_), ZX_OK);

  second_->Unread(std::move(received.message));

  // The end that was read is gone, and with it the one that lay in its queue.
  EXPECT_EQ(other.first->signals() & ZX_CHANNEL_PEER_CLOSED, ZX_CHANNEL_PEER_CLOSED);
  EXPECT_EQ(first_->signals() & ZX_CHANNEL_PEER_CLOSED, ZX_CHANNEL_PEER_CLOSED);
}

}  // namespace
}  // namespace kernel
