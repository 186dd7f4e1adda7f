// SPDX-License-Identifier: BSD-2-Clause
// zx_channel_call.
#include <string.h>

#include <hafnon/thread.h>
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/time.h>
#include <zircon/process.h>

#include "tests/conformance/channel_pair.h"
#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using target::Copy;
using target::MakeEvent;
using target::Pair;
using target::Valid;
using target::Write;

char g_big[65537];

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

}  // namespace
