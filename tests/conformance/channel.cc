// SPDX-License-Identifier: BSD-2-Clause
// zx_channel_*.
#include <string.h>

#include <hafnon/thread.h>
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/time.h>
#include <zircon/process.h>
#include <zircon/syscalls/policy.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

struct Pair {
  zx::channel a;
  zx::channel b;
  Pair() { EXPECT_OK(zx::channel::create(0, &a, &b)); }
};

zx_status_t Write(const zx::channel& channel, const char* text) {
  return channel.write(0, text, static_cast<uint32_t>(strlen(text)), nullptr, 0);
}

zx::event MakeEvent() {
  zx::event event;
  EXPECT_OK(zx::event::create(0, &event));
  return event;
}

char g_big[65537];

TEST(CHAN_001, "endpoints have the published rights and name each other") {
  const Pair pair;
  EXPECT_EQ(target::RightsOf(pair.a.get()), ZX_DEFAULT_CHANNEL_RIGHTS);
  EXPECT_EQ(target::RightsOf(pair.b.get()), ZX_DEFAULT_CHANNEL_RIGHTS);
  EXPECT_EQ(target::Basic(pair.a.get()).related_koid, target::KoidOf(pair.b.get()));
  EXPECT_EQ(target::Basic(pair.a.get()).type, ZX_OBJ_TYPE_CHANNEL);
}

TEST(CHAN_002, "options of create must be zero") {
  zx::channel a;
  zx::channel b;
  EXPECT_STATUS(zx::channel::create(1, &a, &b), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_003, "a fresh channel is writable and not readable") {
  const Pair pair;
  EXPECT_EQ(target::SignalsOf(pair.a.get()), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_WRITABLE);
}

TEST(CHAN_004, "a channel cannot be duplicated") {
  const Pair pair;
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_duplicate(pair.a.get(), ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_ACCESS_DENIED);
}

TEST(CHAN_005, "results that cannot be stored are INVALID_ARGS") {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_channel_create(0, nullptr, &handle), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_channel_create(0, &handle, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_010, "messages arrive in order and whole") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "first"));
  ASSERT_OK(Write(pair.a, "second"));
  char buffer[16] = {};
  uint32_t size = 0;
  uint32_t handles = 7;
  ASSERT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, &size, &handles));
  EXPECT_EQ(size, 5u);
  EXPECT_EQ(handles, 0u);
  EXPECT_EQ(memcmp(buffer, "first", 5), 0);
  ASSERT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, &size, nullptr));
  EXPECT_EQ(size, 6u);
  EXPECT_EQ(memcmp(buffer, "second", 6), 0);
}

TEST(CHAN_011, "READABLE follows the queue") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "x"));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_READABLE | ZX_CHANNEL_WRITABLE);
  char byte = 0;
  ASSERT_OK(pair.b.read(0, &byte, nullptr, 1, 0, nullptr, nullptr));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_WRITABLE);
}

TEST(CHAN_012, "an empty channel says SHOULD_WAIT") {
  const Pair pair;
  char byte = 0;
  EXPECT_STATUS(pair.a.read(0, &byte, nullptr, 1, 0, nullptr, nullptr), ZX_ERR_SHOULD_WAIT);
}

TEST(CHAN_013, "an empty message is a message") {
  const Pair pair;
  ASSERT_OK(pair.a.write(0, nullptr, 0, nullptr, 0));
  uint32_t size = 7;
  EXPECT_OK(pair.b.read(0, nullptr, nullptr, 0, 0, &size, nullptr));
  EXPECT_EQ(size, 0u);
}

TEST(CHAN_014, "reading into a buffer that is too small keeps the message") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "message"));
  char buffer[16] = {};
  uint32_t size = 0;
  uint32_t handles = 0;
  EXPECT_STATUS(pair.b.read(0, buffer, nullptr, 3, 0, &size, &handles), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 7u);
  EXPECT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, &size, nullptr));
}

TEST(CHAN_015, "MAY_DISCARD drops a message that does not fit") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "message"));
  char buffer[16] = {};
  uint32_t size = 0;
  EXPECT_STATUS(pair.b.read(ZX_CHANNEL_READ_MAY_DISCARD, buffer, nullptr, 3, 0, &size, nullptr),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 7u);
  EXPECT_STATUS(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, &size, nullptr), ZX_ERR_SHOULD_WAIT);
}

TEST(CHAN_016, "other read options are NOT_SUPPORTED") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "x"));
  char byte = 0;
  EXPECT_STATUS(pair.b.read(2, &byte, nullptr, 1, 0, nullptr, nullptr), ZX_ERR_NOT_SUPPORTED);
}

TEST(CHAN_017, "a message has at most 64 KiB") {
  const Pair pair;
  for (size_t i = 0; i < sizeof(g_big); ++i) g_big[i] = static_cast<char>(i * 7);
  EXPECT_STATUS(pair.a.write(0, g_big, 65537, nullptr, 0), ZX_ERR_OUT_OF_RANGE);
  ASSERT_OK(pair.a.write(0, g_big, 65536, nullptr, 0));
  static char received[65536];
  uint32_t size = 0;
  ASSERT_OK(pair.b.read(0, received, nullptr, sizeof(received), 0, &size, nullptr));
  EXPECT_EQ(size, 65536u);
  EXPECT_EQ(memcmp(received, g_big, 65536), 0);
}

TEST(CHAN_018, "reading and writing need their rights") {
  Pair pair;
  zx_handle_t deaf = ZX_HANDLE_INVALID;
  zx_handle_t dumb = ZX_HANDLE_INVALID;
  ASSERT_OK(zx_handle_replace(pair.a.release(), ZX_DEFAULT_CHANNEL_RIGHTS & ~ZX_RIGHT_READ, &deaf));
  ASSERT_OK(zx_handle_replace(pair.b.release(), ZX_DEFAULT_CHANNEL_RIGHTS & ~ZX_RIGHT_WRITE, &dumb));
  char byte = 0;
  EXPECT_STATUS(zx_channel_read(deaf, 0, &byte, nullptr, 1, 0, nullptr, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_channel_write(dumb, 0, &byte, 1, nullptr, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx_handle_close(deaf));
  EXPECT_OK(zx_handle_close(dumb));
}

TEST(CHAN_019, "another object is not a channel") {
  const zx::event event = MakeEvent();
  char byte = 0;
  EXPECT_STATUS(zx_channel_write(event.get(), 0, &byte, 1, nullptr, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_channel_read(event.get(), 0, &byte, nullptr, 1, 0, nullptr, nullptr), ZX_ERR_WRONG_TYPE);
}

TEST(CHAN_020, "closing one end is seen by the other") {
  Pair pair;
  pair.a.reset();
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_PEER_CLOSED);
  EXPECT_STATUS(Write(pair.b, "x"), ZX_ERR_PEER_CLOSED);
  char byte = 0;
  EXPECT_STATUS(pair.b.read(0, &byte, nullptr, 1, 0, nullptr, nullptr), ZX_ERR_PEER_CLOSED);
}

TEST(CHAN_021, "messages outlive the sender's end") {
  Pair pair;
  ASSERT_OK(Write(pair.a, "last words"));
  pair.a.reset();
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
  char buffer[16] = {};
  EXPECT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, nullptr, nullptr));
  EXPECT_STATUS(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, nullptr, nullptr), ZX_ERR_PEER_CLOSED);
}

TEST(CHAN_022, "memory that cannot be accessed is INVALID_ARGS") {
  const Pair pair;
  EXPECT_STATUS(pair.a.write(0, reinterpret_cast<void*>(8), 4, nullptr, 0), ZX_ERR_INVALID_ARGS);
  ASSERT_OK(Write(pair.a, "x"));
  EXPECT_STATUS(pair.b.read(0, reinterpret_cast<void*>(8), nullptr, 1, 0, nullptr, nullptr),
                ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_030, "a handle travels with its rights and leaves the sender") {
  const Pair pair;
  zx::event event = MakeEvent();
  const zx_koid_t koid = target::KoidOf(event.get());
  const zx_handle_t sent = event.release();
  ASSERT_OK(pair.a.write(0, nullptr, 0, &sent, 1));
  EXPECT_STATUS(zx_handle_check_valid(sent), ZX_ERR_BAD_HANDLE);
  zx_handle_t received = ZX_HANDLE_INVALID;
  uint32_t count = 0;
  ASSERT_OK(pair.b.read(0, nullptr, &received, 0, 1, nullptr, &count));
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(target::KoidOf(received), koid);
  EXPECT_EQ(target::RightsOf(received), ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_OK(zx_handle_close(received));
}

TEST(CHAN_031, "read_etc tells type and rights") {
  const Pair pair;
  zx::event event = MakeEvent();
  const zx_handle_t sent = event.release();
  ASSERT_OK(pair.a.write(0, nullptr, 0, &sent, 1));
  zx_handle_info_t info = {};
  uint32_t count = 0;
  ASSERT_OK(pair.b.read_etc(0, nullptr, &info, 0, 1, nullptr, &count));
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(info.rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(info.unused, 0u);
  EXPECT_OK(zx_handle_close(info.handle));
}

TEST(CHAN_032, "handles are consumed also when the write fails") {
  Pair pair;
  pair.b.reset();
  zx::event event = MakeEvent();
  const zx_handle_t sent = event.release();
  EXPECT_STATUS(pair.a.write(0, nullptr, 0, &sent, 1), ZX_ERR_PEER_CLOSED);
  EXPECT_STATUS(zx_handle_check_valid(sent), ZX_ERR_BAD_HANDLE);
}

TEST(CHAN_033, "a handle cannot be sent twice in one message") {
  const Pair pair;
  zx::event event = MakeEvent();
  const zx_handle_t value = event.release();
  const zx_handle_t sent[] = {value, value};
  EXPECT_STATUS(pair.a.write(0, nullptr, 0, sent, 2), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_handle_check_valid(value), ZX_ERR_BAD_HANDLE);
}

TEST(CHAN_034, "a handle without TRANSFER stays out of messages and is consumed") {
  const Pair pair;
  const zx::event event = MakeEvent();
  zx::handle fixed = target::Without(event.get(), ZX_RIGHT_TRANSFER);
  const zx_handle_t sent = fixed.release();
  EXPECT_STATUS(pair.a.write(0, nullptr, 0, &sent, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_handle_check_valid(sent), ZX_ERR_BAD_HANDLE);
}

TEST(CHAN_035, "a channel cannot be sent into itself") {
  Pair pair;
  const zx_handle_t self = pair.a.get();
  EXPECT_STATUS(pair.a.write(0, nullptr, 0, &self, 1), ZX_ERR_NOT_SUPPORTED);
  // Consumed as every handle of a failed write.
  EXPECT_STATUS(zx_handle_check_valid(self), ZX_ERR_BAD_HANDLE);
  [[maybe_unused]] const zx_handle_t gone = pair.a.release();
}

TEST(CHAN_036, "a message has at most 64 handles") {
  const Pair pair;
  zx_handle_t sent[65];
  for (zx_handle_t& handle : sent) handle = MakeEvent().release();
  EXPECT_STATUS(pair.a.write(0, nullptr, 0, sent, 65), ZX_ERR_OUT_OF_RANGE);
  for (int i = 0; i < 64; ++i) sent[i] = MakeEvent().release();
  ASSERT_OK(pair.a.write(0, nullptr, 0, sent, 64));
  zx_handle_t received[64];
  uint32_t count = 0;
  ASSERT_OK(pair.b.read(0, nullptr, received, 0, 64, nullptr, &count));
  EXPECT_EQ(count, 64u);
  EXPECT_OK(zx_handle_close_many(received, 64));
}

TEST(CHAN_037, "too little room for handles keeps the message") {
  const Pair pair;
  const zx_handle_t sent = MakeEvent().release();
  ASSERT_OK(pair.a.write(0, nullptr, 0, &sent, 1));
  uint32_t size = 0;
  uint32_t count = 0;
  EXPECT_STATUS(pair.b.read(0, nullptr, nullptr, 0, 0, &size, &count), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(count, 1u);
  zx_handle_t received = ZX_HANDLE_INVALID;
  EXPECT_OK(pair.b.read(0, nullptr, &received, 0, 1, nullptr, nullptr));
  EXPECT_OK(zx_handle_close(received));
}

TEST(CHAN_038, "closing an endpoint closes the handles of unread messages") {
  Pair pair;
  zx::event event = MakeEvent();
  zx::event copy;
  ASSERT_OK(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  const zx_handle_t sent = copy.release();
  ASSERT_OK(pair.a.write(0, nullptr, 0, &sent, 1));
  zx_info_handle_count_t count = {};
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_COUNT, &count, sizeof(count), nullptr, nullptr));
  EXPECT_EQ(count.handle_count, 2u);
  pair.b.reset();
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_COUNT, &count, sizeof(count), nullptr, nullptr));
  EXPECT_EQ(count.handle_count, 1u);
}

TEST(CHAN_039, "an endpoint travels through another channel") {
  Pair outer;
  Pair inner;
  ASSERT_OK(Write(inner.a, "inside"));
  const zx_handle_t sent = inner.b.release();
  ASSERT_OK(outer.a.write(0, nullptr, 0, &sent, 1));
  zx_handle_t received = ZX_HANDLE_INVALID;
  ASSERT_OK(outer.b.read(0, nullptr, &received, 0, 1, nullptr, nullptr));
  char buffer[8] = {};
  EXPECT_OK(zx_channel_read(received, 0, buffer, nullptr, sizeof(buffer), 0, nullptr, nullptr));
  EXPECT_EQ(memcmp(buffer, "inside", 6), 0);
  EXPECT_OK(zx_handle_close(received));
}

TEST(CHAN_040, "an iovec message is joined") {
  const Pair pair;
  const zx_channel_iovec_t parts[] = {{"one", 3, 0}, {nullptr, 0, 0}, {"two", 3, 0}};
  ASSERT_OK(pair.a.write(ZX_CHANNEL_WRITE_USE_IOVEC, parts, 3, nullptr, 0));
  char buffer[8] = {};
  uint32_t size = 0;
  ASSERT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, &size, nullptr));
  EXPECT_EQ(size, 6u);
  EXPECT_EQ(memcmp(buffer, "onetwo", 6), 0);
}

TEST(CHAN_041, "a reserved field of an iovec must be zero") {
  const Pair pair;
  const zx_channel_iovec_t part = {"one", 3, 1};
  EXPECT_STATUS(pair.a.write(ZX_CHANNEL_WRITE_USE_IOVEC, &part, 1, nullptr, 0), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_042, "an iovec message is no longer than any other") {
  const Pair pair;
  const zx_channel_iovec_t parts[] = {{g_big, 65536, 0}, {"x", 1, 0}};
  EXPECT_STATUS(pair.a.write(ZX_CHANNEL_WRITE_USE_IOVEC, parts, 2, nullptr, 0), ZX_ERR_OUT_OF_RANGE);
}

TEST(CHAN_043, "other write options are INVALID_ARGS") {
  const Pair pair;
  EXPECT_STATUS(pair.a.write(8, "x", 1, nullptr, 0), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_050, "a peer is signalled through signal_peer") {
  const Pair pair;
  ASSERT_OK(pair.a.signal_peer(0, ZX_USER_SIGNAL_0));
  EXPECT_TRUE(target::SignalsOf(pair.b.get()) & ZX_USER_SIGNAL_0);
  EXPECT_FALSE(target::SignalsOf(pair.a.get()) & ZX_USER_SIGNAL_0);
}

TEST(CHAN_051, "a hundred messages wait their turn") {
  const Pair pair;
  for (uint32_t i = 0; i < 100; ++i) ASSERT_OK(pair.a.write(0, &i, sizeof(i), nullptr, 0));
  for (uint32_t i = 0; i < 100; ++i) {
    uint32_t got = 0;
    ASSERT_OK(pair.b.read(0, &got, nullptr, sizeof(got), 0, nullptr, nullptr));
    ASSERT_EQ(got, i);
  }
}

zx_handle_disposition_t Move(zx_handle_t handle) {
  return {ZX_HANDLE_OP_MOVE, handle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, 1};
}
zx_handle_disposition_t Copy(zx_handle_t handle) {
  return {ZX_HANDLE_OP_DUPLICATE, handle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, 1};
}
// The result of sending one disposition, which is the disposition's own result too.
zx_status_t SendOne(const Pair& pair, zx_handle_disposition_t disposition) {
  const zx_status_t status = pair.a.write_etc(0, nullptr, 0, &disposition, 1);
  EXPECT_STATUS(disposition.result, status);
  return status;
}
bool Valid(zx_handle_t handle) { return zx_handle_check_valid(handle) == ZX_OK; }

TEST(CHAN_060, "write_etc moves and duplicates, with the rights asked for") {
  const Pair pair;
  const zx_handle_t moved = MakeEvent().release();
  const zx::event kept = MakeEvent();
  zx_handle_disposition_t dispositions[] = {Move(moved), Copy(kept.get())};
  dispositions[0].type = ZX_OBJ_TYPE_EVENT;
  dispositions[1].rights = ZX_RIGHT_WAIT;
  ASSERT_OK(pair.a.write_etc(0, "x", 1, dispositions, 2));
  EXPECT_OK(dispositions[0].result);
  EXPECT_OK(dispositions[1].result);
  EXPECT_FALSE(Valid(moved));
  EXPECT_TRUE(Valid(kept.get()));
  zx_handle_info_t infos[2] = {};
  char byte = 0;
  ASSERT_OK(pair.b.read_etc(0, &byte, infos, 1, 2, nullptr, nullptr));
  EXPECT_EQ(infos[0].rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(infos[1].rights, ZX_RIGHT_WAIT);
  EXPECT_EQ(target::KoidOf(infos[1].handle), target::KoidOf(kept.get()));
  EXPECT_OK(zx_handle_close(infos[0].handle));
  EXPECT_OK(zx_handle_close(infos[1].handle));
}

TEST(CHAN_061, "write_etc without handles is a write") {
  const Pair pair;
  ASSERT_OK(pair.a.write_etc(0, "word", 4, nullptr, 0));
  char buffer[8] = {};
  ASSERT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, nullptr, nullptr));
  EXPECT_STREQ(buffer, "word");
  EXPECT_STATUS(pair.a.write_etc(8, "word", 4, nullptr, 0), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_062, "a handle of another type than the expected one is WRONG_TYPE") {
  const Pair pair;
  const zx::event event = MakeEvent();
  zx_handle_disposition_t disposition = Copy(event.get());
  disposition.type = ZX_OBJ_TYPE_VMO;
  EXPECT_STATUS(SendOne(pair, disposition), ZX_ERR_WRONG_TYPE);
}

TEST(CHAN_063, "an unknown operation is INVALID_ARGS and consumes nothing") {
  const Pair pair;
  const zx::event event = MakeEvent();
  zx_handle_disposition_t disposition = Copy(event.get());
  disposition.operation = 2;
  EXPECT_STATUS(SendOne(pair, disposition), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(Valid(event.get()));
}

TEST(CHAN_064, "rights can only be taken away by write_etc") {
  const Pair pair;
  const zx::event event = MakeEvent();
  zx_handle_disposition_t disposition = Copy(event.get());
  disposition.rights = ZX_RIGHT_EXECUTE;
  EXPECT_STATUS(SendOne(pair, disposition), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_065, "a move needs TRANSFER, a duplicate DUPLICATE and TRANSFER") {
  const Pair pair;
  const zx::event event = MakeEvent();
  EXPECT_STATUS(SendOne(pair, Copy(target::Without(event.get(), ZX_RIGHT_DUPLICATE).get())), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(SendOne(pair, Copy(target::Without(event.get(), ZX_RIGHT_TRANSFER).get())), ZX_ERR_ACCESS_DENIED);
  const zx_handle_t fixed = target::Without(event.get(), ZX_RIGHT_TRANSFER).release();
  EXPECT_STATUS(SendOne(pair, Move(fixed)), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(Valid(fixed));
}

TEST(CHAN_066, "each disposition has its own result, the call has the first error") {
  const Pair pair;
  const zx::event event = MakeEvent();
  const zx_handle_t moved = MakeEvent().release();
  zx_handle_disposition_t dispositions[] = {Copy(event.get()), Move(target::ClosedHandle()), Copy(event.get()),
                                            Move(moved)};
  dispositions[2].type = ZX_OBJ_TYPE_PORT;
  EXPECT_STATUS(pair.a.write_etc(0, nullptr, 0, dispositions, 4), ZX_ERR_BAD_HANDLE);
  EXPECT_OK(dispositions[0].result);
  EXPECT_STATUS(dispositions[1].result, ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(dispositions[2].result, ZX_ERR_WRONG_TYPE);
  EXPECT_OK(dispositions[3].result);
  EXPECT_FALSE(Valid(moved));
  EXPECT_TRUE(Valid(event.get()));
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_WRITABLE);
}

TEST(CHAN_067, "handles to move are consumed when write_etc fails, others are not") {
  Pair pair;
  const zx::event kept = MakeEvent();
  const auto consumed = [&](zx_status_t expected, zx_handle_t channel, uint32_t options, uint32_t size,
                            uint32_t count) {
    zx_handle_disposition_t dispositions[65];
    for (zx_handle_disposition_t& disposition : dispositions) disposition = Copy(kept.get());
    const zx_handle_t moved = MakeEvent().release();
    dispositions[count - 1] = Move(moved);
    EXPECT_STATUS(zx_channel_write_etc(channel, options, g_big, size, dispositions, count), expected);
    EXPECT_FALSE(Valid(moved));
    EXPECT_TRUE(Valid(kept.get()));
  };
  consumed(ZX_ERR_INVALID_ARGS, pair.a.get(), 8, 1, 2);
  consumed(ZX_ERR_OUT_OF_RANGE, pair.a.get(), 0, 65537, 2);
  consumed(ZX_ERR_OUT_OF_RANGE, pair.a.get(), 0, 1, 65);
  consumed(ZX_ERR_BAD_HANDLE, target::ClosedHandle(), 0, 1, 2);
  consumed(ZX_ERR_WRONG_TYPE, kept.get(), 0, 1, 2);
  Pair other;
  zx::channel mute;
  ASSERT_OK(zx_handle_replace(other.a.release(), ZX_RIGHT_READ, mute.reset_and_get_address()));
  consumed(ZX_ERR_ACCESS_DENIED, mute.get(), 0, 1, 2);
  pair.b.reset();
  consumed(ZX_ERR_PEER_CLOSED, pair.a.get(), 0, 1, 2);
}

TEST(CHAN_068, "a channel is not sent into itself by write_etc either") {
  Pair pair;
  const zx_handle_t self = pair.a.get();
  EXPECT_STATUS(SendOne(pair, Move(self)), ZX_ERR_NOT_SUPPORTED);
  EXPECT_FALSE(Valid(self));
  [[maybe_unused]] const zx_handle_t gone = pair.a.release();
}

TEST(CHAN_069, "dispositions must be readable and writable") {
  const Pair pair;
  EXPECT_STATUS(zx_channel_write_etc(pair.a.get(), 0, nullptr, 0, nullptr, 1), ZX_ERR_INVALID_ARGS);
  static const zx_handle_disposition_t kReadOnly = {ZX_HANDLE_OP_DUPLICATE, 0, 0, 0, 0};
  EXPECT_STATUS(
      zx_channel_write_etc(pair.a.get(), 0, nullptr, 0, const_cast<zx_handle_disposition_t*>(&kReadOnly), 1),
      ZX_ERR_BAD_HANDLE);
}

// A request of one word and what came back.
struct Exchange {
  uint32_t request[2] = {0, 5};
  uint32_t reply[2] = {};
  zx_handle_t reply_handle = ZX_HANDLE_INVALID;
  uint32_t actual_bytes = 77;
  uint32_t actual_handles = 77;
  zx_channel_call_args_t args = {.wr_bytes = request,
                                 .wr_handles = nullptr,
                                 .rd_bytes = reply,
                                 .rd_handles = &reply_handle,
                                 .wr_num_bytes = sizeof(request),
                                 .wr_num_handles = 0,
                                 .rd_num_bytes = sizeof(reply),
                                 .rd_num_handles = 1};
  zx_status_t Call(zx_handle_t channel, zx::time deadline = zx::time::infinite()) {
    return zx_channel_call(channel, 0, deadline.get(), &args, &actual_bytes, &actual_handles);
  }
};

// A call made by a thread of its own.
class Calling {
 public:
  explicit Calling(zx_handle_t channel, uint32_t word = 5) : channel_(channel) {
    exchange.request[1] = word;
    EXPECT_OK(thread_.Start("caller", &Calling::Run, this));
  }
  // Waits for the call's end.
  zx_status_t Result() {
    EXPECT_OK(thread_.Join());
    return status_;
  }
  // Whether the thread waits for its answer.
  bool AwaitBlocked() {
    const zx::time limit = zx::deadline_after(zx::sec(5));
    while (zx_clock_get_monotonic() < limit.get()) {
      zx_info_thread_t info = {};
      zx_object_get_info(thread_.handle(), ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr);
      if (info.state == ZX_THREAD_STATE_BLOCKED_CHANNEL) return true;
      zx::nanosleep(zx::deadline_after(zx::usec(100)));
    }
    return false;
  }
  Exchange exchange;

 private:
  static void Run(void* calling) {
    auto* self = static_cast<Calling*>(calling);
    self->status_ = self->exchange.Call(self->channel_);
  }
  const zx_handle_t channel_;
  zx_status_t status_ = ZX_ERR_INTERNAL;
  hafnon::Thread thread_;
};

// The next request at this end.
struct Request {
  uint32_t words[2] = {};
  zx_handle_t handle = ZX_HANDLE_INVALID;
  explicit Request(const zx::channel& channel) {
    EXPECT_OK(channel.wait_one(ZX_CHANNEL_READABLE, zx::deadline_after(zx::sec(5)), nullptr));
    EXPECT_OK(channel.read(0, words, &handle, sizeof(words), 1, nullptr, nullptr));
  }
  zx_status_t Answer(const zx::channel& channel, uint32_t word) const {
    const uint32_t reply[] = {words[0], word};
    return channel.write(0, reply, sizeof(reply), nullptr, 0);
  }
};

// A thread that answers one request with its handle and the word 6.
class Serving {
 public:
  explicit Serving(const zx::channel& channel) : channel_(channel) {
    EXPECT_OK(thread_.Start("server", &Serving::Run, this));
  }

 private:
  static void Run(void* serving) {
    const zx::channel& channel = static_cast<Serving*>(serving)->channel_;
    const Request request(channel);
    const uint32_t reply[] = {request.words[0], 6};
    EXPECT_OK(channel.write(0, reply, sizeof(reply), &request.handle, request.handle != ZX_HANDLE_INVALID ? 1 : 0));
  }
  const zx::channel& channel_;
  hafnon::Thread thread_;
};

TEST(CHAN_070, "a call brings the answer with the id of its request") {
  const Pair pair;
  Calling calling(pair.a.get());
  const Request request(pair.b);
  EXPECT_GE(request.words[0], 0x8000'0000u);
  EXPECT_EQ(request.words[1], 5u);
  EXPECT_OK(request.Answer(pair.b, 6));
  EXPECT_OK(calling.Result());
  EXPECT_EQ(calling.exchange.reply[0], request.words[0]);
  EXPECT_EQ(calling.exchange.reply[1], 6u);
  EXPECT_EQ(calling.exchange.actual_bytes, 8u);
  EXPECT_EQ(calling.exchange.actual_handles, 0u);
  // The caller's own bytes are only read.
  EXPECT_EQ(calling.exchange.request[0], 0u);
}

TEST(CHAN_071, "what is not the answer is queued") {
  const Pair pair;
  Calling calling(pair.a.get());
  const Request request(pair.b);
  ASSERT_OK(Write(pair.b, "other"));
  const uint32_t wrong[] = {request.words[0] + 1, 9};
  ASSERT_OK(pair.b.write(0, wrong, sizeof(wrong), nullptr, 0));
  ASSERT_OK(request.Answer(pair.b, 6));
  EXPECT_OK(calling.Result());
  EXPECT_EQ(calling.exchange.reply[1], 6u);
  char buffer[8] = {};
  ASSERT_OK(pair.a.read(0, buffer, nullptr, sizeof(buffer), 0, nullptr, nullptr));
  EXPECT_STREQ(buffer, "other");
  EXPECT_EQ(Request(pair.a).words[1], 9u);
}

TEST(CHAN_072, "calls at the same time get each their own answer") {
  const Pair pair;
  Calling first(pair.a.get(), 100);
  Calling second(pair.a.get(), 200);
  const Request one(pair.b);
  const Request two(pair.b);
  EXPECT_NE(one.words[0], two.words[0]);
  EXPECT_OK(two.Answer(pair.b, two.words[1] + 1));
  EXPECT_OK(one.Answer(pair.b, one.words[1] + 1));
  EXPECT_OK(first.Result());
  EXPECT_OK(second.Result());
  EXPECT_EQ(first.exchange.reply[1], 101u);
  EXPECT_EQ(second.exchange.reply[1], 201u);
}

TEST(CHAN_073, "both ends may call at the same time") {
  const Pair pair;
  Calling there(pair.a.get(), 1);
  ASSERT_TRUE(there.AwaitBlocked());
  Calling back(pair.b.get(), 2);
  ASSERT_TRUE(back.AwaitBlocked());
  const Request at_b(pair.b);
  const Request at_a(pair.a);
  EXPECT_EQ(at_b.words[1], 1u);
  EXPECT_EQ(at_a.words[1], 2u);
  EXPECT_OK(at_a.Answer(pair.a, 20));
  EXPECT_OK(at_b.Answer(pair.b, 10));
  EXPECT_OK(there.Result());
  EXPECT_OK(back.Result());
  EXPECT_EQ(there.exchange.reply[1], 10u);
  EXPECT_EQ(back.exchange.reply[1], 20u);
}

TEST(CHAN_074, "handles travel with the request and with the answer") {
  const Pair pair;
  const zx_handle_t sent = MakeEvent().release();
  const zx_koid_t koid = target::KoidOf(sent);
  Exchange exchange;
  exchange.args.wr_handles = &sent;
  exchange.args.wr_num_handles = 1;
  const Serving server(pair.b);
  ASSERT_OK(exchange.Call(pair.a.get()));
  EXPECT_FALSE(Valid(sent));
  EXPECT_EQ(exchange.actual_handles, 1u);
  EXPECT_EQ(target::KoidOf(exchange.reply_handle), koid);
  EXPECT_OK(zx_handle_close(exchange.reply_handle));
}

TEST(CHAN_075, "a request has room for its id") {
  const Pair pair;
  Exchange exchange;
  exchange.args.wr_num_bytes = 3;
  EXPECT_STATUS(exchange.Call(pair.a.get()), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_WRITABLE);
}

TEST(CHAN_076, "unknown options of a call are INVALID_ARGS") {
  const Pair pair;
  Exchange exchange;
  EXPECT_STATUS(zx_channel_call(pair.a.get(), 1, 0, &exchange.args, nullptr, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_077, "a call ends at its deadline; the late answer is queued") {
  const Pair pair;
  Exchange exchange;
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::deadline_after(zx::msec(1))), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(exchange.actual_bytes, 77u);
  EXPECT_OK(Request(pair.b).Answer(pair.b, 6));
  EXPECT_EQ(Request(pair.a).words[1], 6u);
}

TEST(CHAN_078, "a deadline in the past sends and does not wait") {
  const Pair pair;
  Exchange exchange;
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::time(0)), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(Request(pair.b).words[1], 5u);
}

TEST(CHAN_079, "a call to nobody is PEER_CLOSED") {
  Pair pair;
  pair.b.reset();
  Exchange exchange;
  EXPECT_STATUS(exchange.Call(pair.a.get()), ZX_ERR_PEER_CLOSED);
}

TEST(CHAN_080, "a peer that goes away ends the call") {
  Pair pair;
  Calling calling(pair.a.get());
  ASSERT_TRUE(calling.AwaitBlocked());
  pair.b.reset();
  EXPECT_STATUS(calling.Result(), ZX_ERR_PEER_CLOSED);
}

TEST(CHAN_081, "closing the handle cancels the call") {
  Pair pair;
  Calling calling(pair.a.get());
  ASSERT_TRUE(calling.AwaitBlocked());
  pair.a.reset();
  EXPECT_STATUS(calling.Result(), ZX_ERR_CANCELED);
}

TEST(CHAN_082, "moving the handle away cancels the call") {
  Pair pair;
  const Pair carrier;
  Calling calling(pair.a.get());
  ASSERT_TRUE(calling.AwaitBlocked());
  const zx_handle_t moved = pair.a.release();
  ASSERT_OK(carrier.a.write(0, nullptr, 0, &moved, 1));
  EXPECT_STATUS(calling.Result(), ZX_ERR_CANCELED);
  // The channel itself goes on; the answer finds nobody waiting.
  EXPECT_OK(Request(pair.b).Answer(pair.b, 6));
  zx::channel arrived;
  ASSERT_OK(carrier.b.read(0, nullptr, arrived.reset_and_get_address(), 0, 1, nullptr, nullptr));
  EXPECT_EQ(Request(arrived).words[1], 6u);
}

TEST(CHAN_083, "replacing the handle cancels the call") {
  Pair pair;
  Calling calling(pair.a.get());
  ASSERT_TRUE(calling.AwaitBlocked());
  zx::channel replaced;
  ASSERT_OK(zx_handle_replace(pair.a.release(), ZX_RIGHT_SAME_RIGHTS, replaced.reset_and_get_address()));
  EXPECT_STATUS(calling.Result(), ZX_ERR_CANCELED);
}

TEST(CHAN_084, "an answer that does not fit is BUFFER_TOO_SMALL with its size") {
  const Pair pair;
  Calling bytes(pair.a.get());
  const Request request(pair.b);
  const uint32_t answer[] = {request.words[0], 1, 2};
  ASSERT_OK(pair.b.write(0, answer, sizeof(answer), nullptr, 0));
  EXPECT_STATUS(bytes.Result(), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(bytes.exchange.actual_bytes, 12u);
  EXPECT_EQ(bytes.exchange.actual_handles, 0u);
  // It is gone.
  EXPECT_EQ(target::SignalsOf(pair.a.get()), ZX_CHANNEL_WRITABLE);
}

TEST(CHAN_085, "handles of an answer that does not fit are closed") {
  const Pair pair;
  Calling calling(pair.a.get());
  const Request request(pair.b);
  const zx::event event = MakeEvent();
  zx_handle_disposition_t copies[] = {Copy(event.get()), Copy(event.get())};
  ASSERT_OK(pair.b.write_etc(0, request.words, sizeof(request.words), copies, 2));
  EXPECT_STATUS(calling.Result(), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(calling.exchange.actual_bytes, 8u);
  EXPECT_EQ(calling.exchange.actual_handles, 2u);
  zx_info_handle_count_t count = {};
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_COUNT, &count, sizeof(count), nullptr, nullptr));
  EXPECT_EQ(count.handle_count, 1u);
}

TEST(CHAN_086, "a call needs READ and WRITE") {
  Pair pair;
  Exchange exchange;
  zx::channel deaf;
  zx::channel dumb;
  ASSERT_OK(zx_handle_replace(pair.a.release(), ZX_DEFAULT_CHANNEL_RIGHTS & ~ZX_RIGHT_READ,
                              deaf.reset_and_get_address()));
  ASSERT_OK(zx_handle_replace(pair.b.release(), ZX_DEFAULT_CHANNEL_RIGHTS & ~ZX_RIGHT_WRITE,
                              dumb.reset_and_get_address()));
  EXPECT_STATUS(exchange.Call(deaf.get(), zx::time(0)), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(exchange.Call(dumb.get(), zx::time(0)), ZX_ERR_ACCESS_DENIED);
}

TEST(CHAN_087, "only channels are called") {
  Exchange exchange;
  const zx::event event = MakeEvent();
  EXPECT_STATUS(exchange.Call(event.get(), zx::time(0)), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(exchange.Call(target::ClosedHandle(), zx::time(0)), ZX_ERR_BAD_HANDLE);
}

TEST(CHAN_088, "a request's handles are consumed when the call fails") {
  Pair pair;
  const auto consumed = [&](zx_status_t expected, zx_handle_t channel, uint32_t options, uint32_t size) {
    Exchange exchange;
    const zx_handle_t event = MakeEvent().release();
    exchange.args.wr_bytes = g_big;
    exchange.args.wr_num_bytes = size;
    exchange.args.wr_handles = &event;
    exchange.args.wr_num_handles = 1;
    EXPECT_STATUS(zx_channel_call(channel, options, 0, &exchange.args, nullptr, nullptr), expected);
    EXPECT_FALSE(Valid(event));
  };
  const zx::event event = MakeEvent();
  consumed(ZX_ERR_INVALID_ARGS, pair.a.get(), 0, 3);
  consumed(ZX_ERR_INVALID_ARGS, pair.a.get(), 1, 4);
  consumed(ZX_ERR_OUT_OF_RANGE, pair.a.get(), 0, 65537);
  consumed(ZX_ERR_BAD_HANDLE, target::ClosedHandle(), 0, 4);
  consumed(ZX_ERR_WRONG_TYPE, event.get(), 0, 4);
  consumed(ZX_ERR_TIMED_OUT, pair.a.get(), 0, 4);
  pair.b.reset();
  consumed(ZX_ERR_PEER_CLOSED, pair.a.get(), 0, 4);
}

TEST(CHAN_089, "a request's handles are checked as those of a write") {
  Pair pair;
  Exchange exchange;
  zx_handle_t sent[65] = {};
  exchange.args.wr_handles = sent;
  exchange.args.wr_num_handles = 65;
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::time(0)), ZX_ERR_OUT_OF_RANGE);
  exchange.args.wr_num_handles = 1;
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::time(0)), ZX_ERR_BAD_HANDLE);
  sent[0] = target::Without(MakeEvent().get(), ZX_RIGHT_TRANSFER).release();
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::time(0)), ZX_ERR_ACCESS_DENIED);
  sent[0] = pair.a.get();
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::time(0)), ZX_ERR_NOT_SUPPORTED);
  [[maybe_unused]] const zx_handle_t gone = pair.a.release();
}

TEST(CHAN_090, "memory a call cannot access is INVALID_ARGS") {
  const Pair pair;
  EXPECT_STATUS(zx_channel_call(pair.a.get(), 0, 0, nullptr, nullptr, nullptr), ZX_ERR_INVALID_ARGS);
  Exchange exchange;
  exchange.args.wr_bytes = reinterpret_cast<void*>(8);
  EXPECT_STATUS(exchange.Call(pair.a.get(), zx::time(0)), ZX_ERR_INVALID_ARGS);
  Exchange answered;
  answered.args.rd_bytes = nullptr;
  ASSERT_EQ(target::SignalsOf(pair.b.get()), ZX_CHANNEL_WRITABLE);
  const Serving server(pair.b);
  EXPECT_STATUS(answered.Call(pair.a.get()), ZX_ERR_INVALID_ARGS);
  // The answer is gone with it.
  EXPECT_EQ(target::SignalsOf(pair.a.get()), ZX_CHANNEL_WRITABLE);
}

TEST(CHAN_091, "a request may come in pieces") {
  const Pair pair;
  Exchange exchange;
  const zx_channel_iovec_t parts[] = {{"ab", 2, 0}, {"cdef", 4, 0}};
  exchange.args.wr_bytes = parts;
  exchange.args.wr_num_bytes = 2;
  EXPECT_STATUS(zx_channel_call(pair.a.get(), ZX_CHANNEL_WRITE_USE_IOVEC, 0, &exchange.args, nullptr, nullptr),
                ZX_ERR_TIMED_OUT);
  char buffer[8] = {};
  uint32_t size = 0;
  ASSERT_OK(pair.b.read(0, buffer, nullptr, sizeof(buffer), 0, &size, nullptr));
  EXPECT_EQ(size, 6u);
  EXPECT_STREQ(buffer + 4, "ef");
}

TEST(CHAN_092, "the sizes of the answer need not be asked for") {
  const Pair pair;
  const Serving server(pair.b);
  Exchange exchange;
  EXPECT_OK(zx_channel_call(pair.a.get(), 0, ZX_TIME_INFINITE, &exchange.args, nullptr, nullptr));
  EXPECT_EQ(exchange.reply[1], 6u);
}

TEST(CHAN_093, "another process is called, and may be killed while it waits") {
  Pair pair;
  target::Child child;
  ASSERT_OK(child.Create(*zx::job::default_job()));
  constexpr size_t kArguments = 0;
  constexpr size_t kWords = 64;
  zx_channel_call_args_t args = {};
  args.wr_bytes = args.rd_bytes = reinterpret_cast<void*>(child.child_data() + kWords);
  args.wr_num_bytes = args.rd_num_bytes = 8;
  memcpy(child.data() + kArguments, &args, sizeof(args));
  for (int i = 0; i < 2; ++i) {
    child.Call(&zx_channel_call, target::kStartHandle, 0, ZX_TIME_INFINITE, child.child_data() + kArguments, 0, 0);
  }
  ASSERT_OK(child.Start(std::move(pair.a)));
  ASSERT_OK(Request(pair.b).Answer(pair.b, 6));
  const Request second(pair.b);
  EXPECT_OK(child.result(0));
  // The second request shows what the first answer left in the child's words.
  EXPECT_EQ(second.words[1], 6u);
  EXPECT_OK(child.process().kill());
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_STATUS(second.Answer(pair.b, 7), ZX_ERR_PEER_CLOSED);
}

TEST(CHAN_006, "the policy NEW_CHANNEL can deny") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  const zx_policy_basic_v2_t policy[] = {{ZX_POL_NEW_CHANNEL, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}};
  ASSERT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, policy, 1));
  target::Child child;
  ASSERT_OK(child.Create(job));
  child.Call(&zx_channel_create, 0, child.child_data(), child.child_data() + 4);
  child.Call(&zx_process_exit, 42);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 42);
  EXPECT_STATUS(child.result(0), ZX_ERR_ACCESS_DENIED);
}

zx_status_t ReadEtc(zx_handle_t channel, char* to, uint32_t size, uint32_t options = 0) {
  return zx_channel_read_etc(channel, options, to, nullptr, size, 0, nullptr, nullptr);
}

TEST(CHAN_023, "a bad handle is read and written as little as called") {
  char byte = 0;
  EXPECT_STATUS(zx_channel_read(target::ClosedHandle(), 0, &byte, nullptr, 1, 0, nullptr, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(ReadEtc(target::ClosedHandle(), &byte, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_channel_write(target::ClosedHandle(), 0, &byte, 1, nullptr, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_channel_write_etc(target::ClosedHandle(), 0, &byte, 1, nullptr, 0), ZX_ERR_BAD_HANDLE);
}

TEST(CHAN_044, "read_etc says SHOULD_WAIT and PEER_CLOSED as read does") {
  Pair pair;
  char byte = 0;
  EXPECT_STATUS(ReadEtc(pair.b.get(), &byte, 1), ZX_ERR_SHOULD_WAIT);
  ASSERT_OK(Write(pair.a, "x"));
  pair.a.reset();
  EXPECT_OK(ReadEtc(pair.b.get(), &byte, 1));
  EXPECT_STATUS(ReadEtc(pair.b.get(), &byte, 1), ZX_ERR_PEER_CLOSED);
}

TEST(CHAN_045, "read_etc keeps a message that does not fit, unless it may be discarded") {
  const Pair pair;
  ASSERT_OK(Write(pair.a, "message"));
  char buffer[16] = {};
  EXPECT_STATUS(ReadEtc(pair.b.get(), buffer, 3), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(ReadEtc(pair.b.get(), buffer, 3, ZX_CHANNEL_READ_MAY_DISCARD), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(ReadEtc(pair.b.get(), buffer, sizeof(buffer)), ZX_ERR_SHOULD_WAIT);
}

TEST(CHAN_046, "read_etc checks its arguments") {
  const Pair pair;
  const zx::event event = MakeEvent();
  char byte = 0;
  EXPECT_STATUS(ReadEtc(pair.b.get(), &byte, 1, 2), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(ReadEtc(event.get(), &byte, 1), ZX_ERR_WRONG_TYPE);
  ASSERT_OK(Write(pair.a, "x"));
  EXPECT_STATUS(ReadEtc(pair.b.get(), reinterpret_cast<char*>(8), 1), ZX_ERR_INVALID_ARGS);
}

TEST(CHAN_047, "read_etc needs the READ right") {
  Pair pair;
  zx_handle_t deaf = ZX_HANDLE_INVALID;
  ASSERT_OK(zx_handle_replace(pair.a.release(), ZX_DEFAULT_CHANNEL_RIGHTS & ~ZX_RIGHT_READ, &deaf));
  char byte = 0;
  EXPECT_STATUS(ReadEtc(deaf, &byte, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx_handle_close(deaf));
}

}  // namespace
