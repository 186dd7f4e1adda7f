// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/socket.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <random>
#include <string>

#include "kernel/object/handle_entry.h"
#include "kernel/vm/fault_injection.h"

namespace kernel {
namespace {

constexpr zx_signals_t kIdle = ZX_SOCKET_WRITABLE;

class SocketTest : public testing::Test {
 protected:
  explicit SocketTest(Socket::Kind kind = Socket::Kind::kStream) {
    Socket::Pair pair = *Socket::Create(kind);
    first_ = pair.first;
    second_ = pair.second;
    first_handle_ = HandleEntry(std::move(pair.first), Socket::kDefaultRights);
    second_handle_ = HandleEntry(std::move(pair.second), Socket::kDefaultRights);
  }
  static base::Result<size_t> Write(Socket& socket, std::string_view text) {
    Socket::Outgoing outgoing = TRY(socket.PrepareWrite(text.size()));
    TRY(outgoing.ForEachPiece([&](std::span<std::byte> piece) -> base::Result<> {
      memcpy(piece.data(), text.data(), piece.size());
      text.remove_prefix(piece.size());
      return {};
    }));
    return socket.Write(outgoing);
  }
  static std::string TextOf(Socket::Incoming& incoming) {
    std::string text;
    EXPECT_TRUE(incoming.ForEachPiece([&](std::span<std::byte> piece) -> base::Result<> {
      text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      return {};
    }));
    EXPECT_EQ(text.size(), incoming.size());
    return text;
  }
  static base::Result<std::string> Read(Socket& socket, size_t size) {
    Socket::Incoming incoming = TRY(socket.Read(size));
    return TextOf(incoming);
  }
  static base::Result<std::string> Peek(Socket& socket, size_t size) {
    Socket::Incoming incoming = TRY(socket.Peek(size));
    return TextOf(incoming);
  }
  static void Fill(Socket& socket) { EXPECT_EQ(*Write(socket, std::string(Socket::kCapacity, 'f')), Socket::kCapacity); }

  base::RefPtr<Socket> first_;
  base::RefPtr<Socket> second_;
  HandleEntry first_handle_;
  HandleEntry second_handle_;
};

class DatagramTest : public SocketTest {
 protected:
  DatagramTest() : SocketTest(Socket::Kind::kDatagram) {}
};

TEST_F(SocketTest, StreamJoinsAndCutsAsTheReaderLikes) {
  EXPECT_EQ(*Write(*first_, "hello "), 6u);
  EXPECT_EQ(*Write(*first_, "world"), 5u);
  EXPECT_EQ(*Read(*second_, 8), "hello wo");
  EXPECT_EQ(*Read(*second_, 100), "rld");
  EXPECT_EQ(Read(*second_, 1).error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(Read(*first_, 1).error(), ZX_ERR_SHOULD_WAIT) << "the other direction is another stream";
}

TEST_F(SocketTest, PeekLeavesEverything) {
  ASSERT_TRUE(Write(*first_, "hello"));
  EXPECT_EQ(*Peek(*second_, 3), "hel");
  EXPECT_EQ(*Peek(*second_, 100), "hello");
  EXPECT_EQ(*Read(*second_, 100), "hello");
  EXPECT_EQ(Peek(*second_, 1).error(), ZX_ERR_SHOULD_WAIT);
}

TEST_F(SocketTest, ReadableAndWritableFollowTheBuffer) {
  EXPECT_EQ(first_->signals(), kIdle);
  EXPECT_EQ(second_->signals(), kIdle);
  ASSERT_TRUE(Write(*first_, "x"));
  EXPECT_EQ(second_->signals(), kIdle | ZX_SOCKET_READABLE);
  EXPECT_EQ(*Write(*first_, std::string(2 * Socket::kCapacity, 'y')), Socket::kCapacity - 1) << "short";
  EXPECT_EQ(first_->signals(), 0u);
  EXPECT_EQ(Write(*first_, "z").error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(Read(*second_, 1)->size(), 1u);
  EXPECT_EQ(first_->signals(), kIdle);
  EXPECT_EQ(Read(*second_, Socket::kCapacity)->size(), Socket::kCapacity - 1);
  EXPECT_EQ(second_->signals(), kIdle);
}

TEST_F(SocketTest, ErrorsOfWriteComeInTheirOrder) {
  constexpr size_t kTooBig = size_t{1} << 32;
  Fill(*first_);
  EXPECT_EQ(first_->PrepareWrite(kTooBig).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(first_->PrepareWrite(1).error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(first_->PrepareWrite(0)->size(), 0u) << "nothing needs no room";
  ASSERT_TRUE(first_->SetDisposition(Socket::Disposition::kDisableWriting, Socket::Disposition::kKeep));
  EXPECT_EQ(first_->PrepareWrite(kTooBig).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(first_->PrepareWrite(0).error(), ZX_ERR_BAD_STATE);
  second_handle_.Close();
  EXPECT_EQ(first_->PrepareWrite(0).error(), ZX_ERR_PEER_CLOSED);
}

TEST_F(SocketTest, WriterWhomOthersOvertookWritesLessOrNothing) {
  Socket::Outgoing slow = *first_->PrepareWrite(100);
  Socket::Outgoing slower = *first_->PrepareWrite(100);
  EXPECT_EQ(*Write(*first_, std::string(Socket::kCapacity - 40, 'f')), Socket::kCapacity - 40);
  EXPECT_EQ(*first_->Write(slow), 40u);
  EXPECT_EQ(first_->Write(slower).error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(first_->GetInfo().tx_buf_size, Socket::kCapacity);
}

TEST_F(SocketTest, DataOutlivesItsSender) {
  ASSERT_TRUE(Write(*first_, "last words"));
  first_handle_.Close();
  EXPECT_EQ(second_->signals(), ZX_SOCKET_READABLE | ZX_SOCKET_PEER_CLOSED);
  EXPECT_EQ(*Read(*second_, 100), "last words");
  EXPECT_EQ(Read(*second_, 100).error(), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(second_->signals(), ZX_SOCKET_PEER_CLOSED);
}

TEST_F(SocketTest, UnreadBytesAreTheNextOnesAgain) {
  ASSERT_TRUE(Write(*first_, std::string(3000, 'a') + std::string(3000, 'b')));
  Socket::Incoming taken = *second_->Read(2500);
  second_->Unread(taken);
  EXPECT_EQ(*Read(*second_, 6000), std::string(3000, 'a') + std::string(3000, 'b'));
  second_->Unread(taken);
  EXPECT_EQ(second_->signals(), kIdle) << "there is nothing left to put back";

  ASSERT_TRUE(Write(*first_, "x"));
  taken = *second_->Read(1);
  second_handle_.Close();
  second_->Unread(taken);
  EXPECT_EQ(second_->GetInfo().rx_buf_size, 0u);
}

TEST_F(SocketTest, PutBackMayExceedTheCapacity) {
  Fill(*first_);
  Socket::Incoming taken = *second_->Read(10);
  EXPECT_EQ(*Write(*first_, "0123456789"), 10u);
  second_->Unread(taken);
  EXPECT_EQ(second_->GetInfo().rx_buf_size, Socket::kCapacity + 10);
  EXPECT_EQ(first_->signals(), 0u);
  EXPECT_EQ(Read(*second_, 10)->size(), 10u);
  EXPECT_EQ(Write(*first_, "x").error(), ZX_ERR_SHOULD_WAIT);
}

TEST_F(SocketTest, ThresholdsSignal) {
  EXPECT_EQ(first_->SetReadThreshold(Socket::kCapacity + 1).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(first_->SetWriteThreshold(Socket::kCapacity + 1).error(), ZX_ERR_INVALID_ARGS);
  ASSERT_TRUE(second_->SetReadThreshold(3));
  ASSERT_TRUE(first_->SetWriteThreshold(Socket::kCapacity - 3));
  EXPECT_EQ(second_->read_threshold(), 3u);
  EXPECT_EQ(first_->write_threshold(), Socket::kCapacity - 3);
  EXPECT_EQ(first_->signals(), kIdle | ZX_SOCKET_WRITE_THRESHOLD);

  ASSERT_TRUE(Write(*first_, "12"));
  EXPECT_EQ(second_->signals(), kIdle | ZX_SOCKET_READABLE);
  ASSERT_TRUE(Write(*first_, "3"));
  EXPECT_EQ(second_->signals(), kIdle | ZX_SOCKET_READABLE | ZX_SOCKET_READ_THRESHOLD);
  EXPECT_EQ(first_->signals(), kIdle | ZX_SOCKET_WRITE_THRESHOLD);
  ASSERT_TRUE(Write(*first_, "4"));
  EXPECT_EQ(first_->signals(), kIdle);
  ASSERT_TRUE(Read(*second_, 2));
  EXPECT_EQ(second_->signals(), kIdle | ZX_SOCKET_READABLE);
  EXPECT_EQ(first_->signals(), kIdle | ZX_SOCKET_WRITE_THRESHOLD);

  // Set against what is there already; 0 switches them off.
  ASSERT_TRUE(second_->SetReadThreshold(2));
  EXPECT_TRUE(second_->signals() & ZX_SOCKET_READ_THRESHOLD);
  ASSERT_TRUE(second_->SetReadThreshold(0));
  ASSERT_TRUE(first_->SetWriteThreshold(0));
  EXPECT_EQ(second_->signals(), kIdle | ZX_SOCKET_READABLE);
  EXPECT_EQ(first_->signals(), kIdle);
  second_handle_.Close();
  EXPECT_EQ(first_->SetWriteThreshold(1).error(), ZX_ERR_PEER_CLOSED);
  EXPECT_TRUE(first_->SetReadThreshold(1));
}

TEST_F(SocketTest, WritingIsDisabledAndEnabledFromBothEnds) {
  using D = Socket::Disposition;
  for (bool from_peer : {false, true}) {
    const auto set = [&](D disposition) {
      return from_peer ? second_->SetDisposition(D::kKeep, disposition) : first_->SetDisposition(disposition, D::kKeep);
    };
    ASSERT_TRUE(Write(*first_, "x"));
    ASSERT_TRUE(set(D::kDisableWriting));
    EXPECT_EQ(first_->signals(), ZX_SOCKET_WRITE_DISABLED);
    EXPECT_EQ(second_->signals(), kIdle | ZX_SOCKET_READABLE | ZX_SOCKET_PEER_WRITE_DISABLED);
    EXPECT_EQ(Write(*first_, "y").error(), ZX_ERR_BAD_STATE);
    EXPECT_TRUE(Write(*second_, "other way"));
    EXPECT_EQ(Read(*first_, 100)->size(), 9u);

    EXPECT_EQ(set(D::kEnableWriting).error(), ZX_ERR_BAD_STATE) << "its data is still unread";
    EXPECT_EQ(first_->signals(), ZX_SOCKET_WRITE_DISABLED);
    EXPECT_EQ(*Read(*second_, 1), "x");
    EXPECT_EQ(Read(*second_, 1).error(), ZX_ERR_BAD_STATE);
    EXPECT_EQ(Peek(*second_, 1).error(), ZX_ERR_BAD_STATE);
    EXPECT_TRUE(set(D::kEnableWriting));
    EXPECT_EQ(first_->signals(), kIdle);
    EXPECT_EQ(second_->signals(), kIdle);
  }
}

TEST_F(SocketTest, EnablingWhatIsEnabledIsNoError) {
  using D = Socket::Disposition;
  ASSERT_TRUE(Write(*first_, "x"));
  EXPECT_TRUE(first_->SetDisposition(D::kEnableWriting, D::kEnableWriting));
  second_handle_.Close();
  EXPECT_TRUE(first_->SetDisposition(D::kDisableWriting, D::kEnableWriting));
}

TEST_F(SocketTest, InfoCountsBothDirections) {
  ASSERT_TRUE(Write(*first_, "12345"));
  ASSERT_TRUE(Write(*second_, "123"));
  const zx_info_socket_t info = first_->GetInfo();
  EXPECT_EQ(info.options, ZX_SOCKET_STREAM);
  EXPECT_EQ(info.rx_buf_max, Socket::kCapacity);
  EXPECT_EQ(info.rx_buf_size, 3u);
  EXPECT_EQ(info.rx_buf_available, 3u);
  EXPECT_EQ(info.tx_buf_max, Socket::kCapacity);
  EXPECT_EQ(info.tx_buf_size, 5u);
  second_handle_.Close();
  EXPECT_EQ(first_->GetInfo().tx_buf_max, 0u);
  EXPECT_EQ(first_->GetInfo().tx_buf_size, 0u);
}

TEST_F(DatagramTest, BordersAreKeptAndTheRestIsLost) {
  EXPECT_EQ(*Write(*first_, "hello"), 5u);
  EXPECT_EQ(*Write(*first_, "world"), 5u);
  EXPECT_EQ(*Write(*first_, ""), 0u) << "nothing is no datagram";
  EXPECT_EQ(second_->GetInfo().options, ZX_SOCKET_DATAGRAM);
  EXPECT_EQ(second_->GetInfo().rx_buf_size, 10u);
  EXPECT_EQ(second_->GetInfo().rx_buf_available, 5u);
  EXPECT_EQ(*Peek(*second_, 2), "he");
  EXPECT_EQ(*Peek(*second_, 100), "hello");
  EXPECT_EQ(*Read(*second_, 2), "he");
  EXPECT_EQ(*Read(*second_, 100), "world");
  EXPECT_EQ(Read(*second_, 1).error(), ZX_ERR_SHOULD_WAIT);
}

TEST_F(DatagramTest, AllOrNothing) {
  EXPECT_EQ(Write(*first_, std::string(Socket::kCapacity + 1, 'x')).error(), ZX_ERR_OUT_OF_RANGE);
  ASSERT_TRUE(Write(*first_, std::string(Socket::kCapacity - 10, 'x')));
  EXPECT_EQ(Write(*first_, std::string(11, 'x')).error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(first_->signals(), kIdle) << "a smaller one would fit";
  EXPECT_EQ(*Write(*first_, std::string(10, 'x')), 10u);
  EXPECT_EQ(first_->signals(), 0u);
  EXPECT_EQ(Read(*second_, Socket::kCapacity)->size(), Socket::kCapacity - 10);
  EXPECT_EQ(first_->signals(), kIdle);
}

TEST_F(DatagramTest, LargestFitsAnEmptySocket) {
  EXPECT_EQ(*Write(*first_, std::string(Socket::kCapacity, 'x')), Socket::kCapacity);
  EXPECT_EQ(Read(*second_, 2 * Socket::kCapacity)->size(), Socket::kCapacity);
}

TEST_F(DatagramTest, TinyOnesAreLimitedInNumber) {
  for (size_t i = 0; i < Socket::kMaxDatagrams; ++i) ASSERT_TRUE(Write(*first_, "x"));
  EXPECT_EQ(Write(*first_, "x").error(), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(first_->signals(), 0u);
  ASSERT_TRUE(Read(*second_, 1));
  EXPECT_EQ(first_->signals(), kIdle);
}

TEST_F(DatagramTest, UnreadIsWholeAgain) {
  ASSERT_TRUE(Write(*first_, "hello"));
  ASSERT_TRUE(Write(*first_, "world"));
  Socket::Incoming taken = *second_->Read(1);
  second_->Unread(taken);
  EXPECT_EQ(*Read(*second_, 100), "hello");
  EXPECT_EQ(*Read(*second_, 100), "world");
}

TEST(Socket, EveryFailedAllocationIsReportedAndLeaksNothing) {
  const ObjectCounts before = CountObjects();
  for (uint64_t n = 1;; ++n) {
    vm::FaultInjection::FailNth(n);
    auto pair = Socket::Create(Socket::Kind::kDatagram);
    if (!pair) {
      EXPECT_EQ(pair.error(), ZX_ERR_NO_MEMORY);
    } else {
      HandleEntry first(pair->first, 0);
      HandleEntry second(pair->second, 0);
      auto outgoing = pair->first->PrepareWrite(5000);
      if (!outgoing) {
        EXPECT_EQ(outgoing.error(), ZX_ERR_NO_MEMORY);
      } else {
        EXPECT_EQ(*pair->first->Write(*outgoing), 5000u);
        const auto peeked = pair->second->Peek(5000);
        if (!peeked) EXPECT_EQ(peeked.error(), ZX_ERR_NO_MEMORY);
        const auto read = pair->second->Read(10);
        if (!read) EXPECT_EQ(read.error(), ZX_ERR_NO_MEMORY);
      }
      pair = base::Error(ZX_ERR_BAD_STATE);
    }
    ASSERT_EQ(CountObjects(), before);
    if (!vm::FaultInjection::fired()) break;
  }
  vm::FaultInjection::FailNth(0);
}

// The reference: queues of strings.
TEST_F(DatagramTest, RandomTrafficAgreesWithTheReference) {
  std::mt19937_64 random(3);
  Socket* ends[2] = {first_.get(), second_.get()};
  std::deque<std::string> queues[2];
  size_t waiting[2] = {};
  for (int i = 0; i < 50'000; ++i) {
    const size_t side = random() % 2;
    const size_t size = random() % 20 == 0 ? random() % 60'000 : random() % 100;
    if (random() % 2 == 0) {
      const std::string text(size, static_cast<char>('a' + i % 26));
      const auto written = Write(*ends[side], text);
      if (waiting[1 - side] == Socket::kCapacity && size > 0) {
        ASSERT_EQ(written.error(), ZX_ERR_SHOULD_WAIT);
      } else if (waiting[1 - side] + size > Socket::kCapacity) {
        ASSERT_EQ(written.error(), ZX_ERR_SHOULD_WAIT);
      } else {
        ASSERT_EQ(*written, size);
        if (size > 0) queues[1 - side].push_back(text);
        waiting[1 - side] += size;
      }
    } else {
      const bool peek = random() % 4 == 0;
      const auto read = peek ? Peek(*ends[side], size) : Read(*ends[side], size);
      if (queues[side].empty()) {
        ASSERT_EQ(read.error(), ZX_ERR_SHOULD_WAIT);
      } else {
        ASSERT_EQ(*read, queues[side].front().substr(0, size));
        if (peek) continue;
        waiting[side] -= queues[side].front().size();
        queues[side].pop_front();
      }
    }
    for (size_t end = 0; end < 2; ++end) {
      ASSERT_EQ(ends[end]->GetInfo().rx_buf_size, waiting[end]);
      ASSERT_EQ((ends[end]->signals() & ZX_SOCKET_READABLE) != 0, !queues[end].empty());
    }
  }
}

}  // namespace
}  // namespace kernel
