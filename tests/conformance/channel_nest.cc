// SPDX-License-Identifier: BSD-2-Clause
// Ends of channels that lie in messages of other channels.
#include <zircon/syscalls.h>

#include <iterator>

#include "tests/conformance/channel_pair.h"

namespace {

using target::Move;
using target::Pair;
using target::Valid;

// Sends an end through another.
zx_status_t Send(const zx::channel& through, zx::channel& end) {
  const zx_handle_t handle = end.release();
  return through.write(0, nullptr, 0, &handle, 1);
}

// The end in the first message.
zx::channel Receive(const zx::channel& from) {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_OK(from.read(0, nullptr, &handle, 0, 1, nullptr, nullptr));
  return zx::channel(handle);
}

// Nobody holds the other end any more.
bool Alone(const zx::channel& end) {
  return end.wait_one(ZX_CHANNEL_PEER_CLOSED, zx::time::infinite_past(), nullptr) == ZX_OK;
}

TEST(CHAN_094, "an end cannot be sent into its own queue") {
  Pair pair;
  const zx_handle_t sent = pair.b.get();
  EXPECT_STATUS(Send(pair.a, pair.b), ZX_ERR_NOT_SUPPORTED);
  EXPECT_TRUE(!Valid(sent));
  EXPECT_TRUE(Alone(pair.a));
}

TEST(CHAN_095, "two ends cannot be sent into each other's queues") {
  Pair one, other;
  ASSERT_OK(Send(one.a, other.b));
  EXPECT_STATUS(Send(other.a, one.b), ZX_ERR_NOT_SUPPORTED);
  // With the refused end went its queue, and what lay there.
  EXPECT_TRUE(Alone(one.a));
  EXPECT_TRUE(Alone(other.a));
}

TEST(CHAN_096, "many ends cannot be sent into a ring") {
  Pair pairs[6];
  for (size_t i = 0; i + 1 < std::size(pairs); ++i) ASSERT_OK(Send(pairs[i].a, pairs[i + 1].b));
  EXPECT_STATUS(Send(pairs[5].a, pairs[0].b), ZX_ERR_NOT_SUPPORTED);
  for (const Pair& pair : pairs) EXPECT_TRUE(Alone(pair.a));
}

TEST(CHAN_097, "an end that has been read may carry the one that carried it") {
  Pair outer, inner;
  ASSERT_OK(Send(outer.a, inner.b));
  inner.b = Receive(outer.b);
  EXPECT_OK(Send(inner.a, outer.b));
  outer.b = Receive(inner.b);
  EXPECT_OK(Send(outer.a, inner.b));
}

TEST(CHAN_098, "a circle is refused to write_etc and channel_call as well") {
  Pair one;
  zx_handle_disposition_t disposition = Move(one.b.release());
  EXPECT_STATUS(zx_channel_write_etc(one.a.get(), 0, nullptr, 0, &disposition, 1), ZX_ERR_NOT_SUPPORTED);
  Pair other;
  const zx_handle_t end = other.b.release();
  uint32_t txid = 0;
  const zx_channel_call_args_t call = {.wr_bytes = &txid, .wr_handles = &end, .rd_bytes = &txid,
                                       .rd_handles = nullptr, .wr_num_bytes = 4, .wr_num_handles = 1,
                                       .rd_num_bytes = 4, .rd_num_handles = 0};
  uint32_t bytes = 0, handles = 0;
  EXPECT_STATUS(other.a.call(0, zx::time::infinite(), &call, &bytes, &handles), ZX_ERR_NOT_SUPPORTED);
  EXPECT_TRUE(Alone(other.a));
}

TEST(CHAN_099, "an end may lie below 256 others, and not below more") {
  static Pair pairs[259];
  ASSERT_OK(Send(pairs[0].a, pairs[1].b));
  size_t depth = 1;
  // Each into the queue of the end that was sent last.
  while (depth + 1 < std::size(pairs) && Send(pairs[depth].a, pairs[depth + 1].b) == ZX_OK) ++depth;
  EXPECT_EQ(depth, 257u);
  pairs[0].b.reset();
  for (size_t i = 0; i <= depth; ++i) EXPECT_TRUE(Alone(pairs[i].a));
}

TEST(CHAN_100, "ends within ends without end are freed with the outermost") {
  zx::channel outermost;
  zx::channel deepest;
  Pair first;
  deepest = std::move(first.a);
  outermost = std::move(first.b);
  for (int i = 0; i < 3000; ++i) {
    Pair next;
    ASSERT_OK(Send(next.a, outermost));
    outermost = std::move(next.b);
  }
  EXPECT_TRUE(!Alone(deepest));
  outermost.reset();
  EXPECT_TRUE(Alone(deepest));
}

}  // namespace
