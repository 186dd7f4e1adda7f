// SPDX-License-Identifier: BSD-2-Clause
// zx_channel_* but for zx_channel_call (channel_call.cc).
#include <string.h>

#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/time.h>
#include <zircon/process.h>
#include <zircon/syscalls/policy.h>

#include "tests/conformance/channel_pair.h"
#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using target::Copy;
using target::MakeEvent;
using target::Move;
using target::Pair;
using target::Valid;
using target::Write;

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

// The result of sending one disposition, which is the disposition's own result too.
zx_status_t SendOne(const Pair& pair, zx_handle_disposition_t disposition) {
  const zx_status_t status = pair.a.write_etc(0, nullptr, 0, &disposition, 1);
  EXPECT_STATUS(disposition.result, status);
  return status;
}

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
