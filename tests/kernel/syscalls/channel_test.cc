// SPDX-License-Identifier: BSD-2-Clause
// Channels through the dispatch table.
#include "kernel/object/channel.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include <zircon/syscalls/object.h>

#include "kernel/vm/fault_injection.h"
#include "tests/kernel/syscalls/host_process.h"

namespace {

using test::Call;

class ChannelCalls : public testing::Test {
 protected:
  ChannelCalls() { EXPECT_EQ(Call("channel_create", 0u, &first_, &second_), ZX_OK); }
  static zx_handle_t NewEvent() {
    zx_handle_t event = 0;
    EXPECT_EQ(Call("event_create", 0u, &event), ZX_OK);
    return event;
  }
  static bool Valid(zx_handle_t handle) { return Call("handle_check_valid", handle) == ZX_OK; }
  zx_status_t Write(std::string_view text, std::vector<zx_handle_t> handles = {}) {
    return Call("channel_write", first_, 0u, text.data(), static_cast<uint32_t>(text.size()),
                handles.data(), static_cast<uint32_t>(handles.size()));
  }
  zx_status_t Read(std::string& text, std::vector<zx_handle_t>& handles, uint32_t max_bytes = 65536,
                   uint32_t max_handles = 64) {
    std::vector<char> bytes(max_bytes + 1);
    handles.resize(max_handles + 1);
    uint32_t actual_bytes = 0;
    uint32_t actual_handles = 0;
    const zx_status_t status = Call("channel_read", second_, 0u, bytes.data(), handles.data(),
                                    max_bytes, max_handles, &actual_bytes, &actual_handles);
    text.assign(bytes.data(), status == ZX_OK ? actual_bytes : 0);
    handles.resize(status == ZX_OK ? actual_handles : 0);
    return status;
  }

  test::HostProcess process_;
  zx_handle_t first_ = 0;
  zx_handle_t second_ = 0;
};

TEST_F(ChannelCalls, BytesAndHandlesArrive) {
  const zx_handle_t event = NewEvent();
  ASSERT_EQ(Write("hello", {event}), ZX_OK);
  EXPECT_FALSE(Valid(event)) << "it moved";
  std::string text;
  std::vector<zx_handle_t> handles;
  ASSERT_EQ(Read(text, handles), ZX_OK);
  EXPECT_EQ(text, "hello");
  ASSERT_EQ(handles.size(), 1u);
  EXPECT_TRUE(Valid(handles[0]));
}

TEST_F(ChannelCalls, EmptyMessageIsAMessage) {
  EXPECT_EQ(Call("channel_write", first_, 0u, nullptr, 0u, nullptr, 0u), ZX_OK);
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, nullptr, nullptr),
            ZX_ERR_SHOULD_WAIT);
}

TEST_F(ChannelCalls, HandlesAreConsumedOnEveryError) {
  const auto consumed = [&](zx_status_t expected, auto write) {
    const zx_handle_t event = NewEvent();
    EXPECT_EQ(write(event), expected);
    EXPECT_FALSE(Valid(event)) << "status " << expected;
  };
  char byte = 0;
  consumed(ZX_ERR_INVALID_ARGS, [&](zx_handle_t event) {
    return Call("channel_write", first_, 1u, &byte, 1u, &event, 1u);
  });
  consumed(ZX_ERR_BAD_HANDLE, [&](zx_handle_t event) {
    return Call("channel_write", first_ ^ 0x40, 0u, &byte, 1u, &event, 1u);
  });
  consumed(ZX_ERR_WRONG_TYPE, [&](zx_handle_t event) {
    return Call("channel_write", NewEvent(), 0u, &byte, 1u, &event, 1u);
  });
  consumed(ZX_ERR_OUT_OF_RANGE, [&](zx_handle_t event) {
    return Call("channel_write", first_, 0u, &byte, 65537u, &event, 1u);
  });
  consumed(ZX_ERR_INVALID_ARGS, [&](zx_handle_t event) {
    return Call("channel_write", first_, 0u, nullptr, 1u, &event, 1u);
  });
  consumed(ZX_ERR_BAD_HANDLE, [&](zx_handle_t event) {
    const zx_handle_t handles[] = {event, 0x33};
    return Call("channel_write", first_, 0u, &byte, 1u, handles, 2u);
  });
  consumed(ZX_ERR_BAD_HANDLE, [&](zx_handle_t event) {
    const zx_handle_t handles[] = {event, event};
    return Call("channel_write", first_, 0u, &byte, 1u, handles, 2u);
  });
  consumed(ZX_ERR_OUT_OF_RANGE, [&](zx_handle_t event) {
    std::vector<zx_handle_t> handles(65, event);
    return Call("channel_write", first_, 0u, &byte, 1u, handles.data(), 65u);
  });
  ASSERT_EQ(Call("handle_close", second_), ZX_OK);
  consumed(ZX_ERR_PEER_CLOSED, [&](zx_handle_t event) {
    return Call("channel_write", first_, 0u, &byte, 1u, &event, 1u);
  });
}

TEST_F(ChannelCalls, HandleWithoutTransferIsRefusedAndClosed) {
  zx_handle_t copy = 0;
  ASSERT_EQ(Call("handle_duplicate", NewEvent(), ZX_RIGHT_WAIT, &copy), ZX_OK);
  EXPECT_EQ(Write("x", {copy}), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(Valid(copy));
}

TEST_F(ChannelCalls, ChannelCannotCarryItself) {
  const zx_handle_t first = first_;
  EXPECT_EQ(Write("x", {first}), ZX_ERR_NOT_SUPPORTED);
  EXPECT_FALSE(Valid(first));
}

TEST_F(ChannelCalls, TooSmallBuffersSaySoAndLoseNothing) {
  ASSERT_EQ(Write("hello", {NewEvent(), NewEvent()}), ZX_OK);
  uint32_t bytes = 0;
  uint32_t handles = 0;
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, &bytes, &handles),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(bytes, 5u);
  EXPECT_EQ(handles, 2u);
  EXPECT_EQ(Call("channel_read", second_, 2u, nullptr, nullptr, 0u, 0u, &bytes, &handles),
            ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(Call("channel_read", second_, ZX_CHANNEL_READ_MAY_DISCARD, nullptr, nullptr, 0u, 0u,
                 &bytes, &handles),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, &bytes, &handles),
            ZX_ERR_SHOULD_WAIT);
}

TEST_F(ChannelCalls, ReadEtcTellsTypesAndRights) {
  ASSERT_EQ(Write("", {NewEvent()}), ZX_OK);
  zx_handle_info_t info = {};
  uint32_t handles = 0;
  ASSERT_EQ(Call("channel_read_etc", second_, 0u, nullptr, &info, 0u, 1u, nullptr, &handles),
            ZX_OK);
  EXPECT_EQ(handles, 1u);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(info.rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(info.unused, 0u);
  EXPECT_TRUE(Valid(info.handle));
}

TEST_F(ChannelCalls, UntellableHandlesAreClosed) {
  const uint32_t before = process_.handles().count();
  ASSERT_EQ(Write("", {NewEvent(), NewEvent()}), ZX_OK);
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 2u, nullptr, nullptr),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(process_.handles().count(), before);
}

TEST_F(ChannelCalls, IovecsAreGathered) {
  std::string big(5000, 'b');
  std::vector<zx_channel_iovec_t> iovecs;
  iovecs.push_back({"one,", 4, 0});
  iovecs.push_back({nullptr, 0, 0});
  iovecs.push_back({big.data(), 5000, 0});
  for (int i = 0; i < 40; ++i) iovecs.push_back({"x", 1, 0});
  ASSERT_EQ(Call("channel_write", first_, ZX_CHANNEL_WRITE_USE_IOVEC, iovecs.data(),
                 static_cast<uint32_t>(iovecs.size()), nullptr, 0u),
            ZX_OK);
  std::string text;
  std::vector<zx_handle_t> handles;
  ASSERT_EQ(Read(text, handles), ZX_OK);
  EXPECT_EQ(text, "one," + big + std::string(40, 'x'));
}

TEST_F(ChannelCalls, BadIovecsAreRefused) {
  const auto write = [&](std::vector<zx_channel_iovec_t> iovecs) {
    return Call("channel_write", first_, ZX_CHANNEL_WRITE_USE_IOVEC, iovecs.data(),
                static_cast<uint32_t>(iovecs.size()), nullptr, 0u);
  };
  EXPECT_EQ(write({{"a", 1, 1}}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(write({{nullptr, 1, 0}}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(write({{"a", 65537, 0}}), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(write({{"a", 40000, 0}, {"a", 40000, 0}}), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(write(std::vector<zx_channel_iovec_t>(8193)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(write({}), ZX_OK);
}

TEST_F(ChannelCalls, EveryFailedAllocationIsReportedAndNothingLeaks) {
  const std::string text(6000, 't');
  for (uint64_t n = 1;; ++n) {
    const kernel::ObjectCounts before = kernel::CountObjects();
    const zx_handle_t event = NewEvent();
    vm::FaultInjection::FailNth(n);
    const zx_status_t written = Write(text, {event});
    std::string got;
    std::vector<zx_handle_t> handles;
    zx_status_t status = written == ZX_OK ? Read(got, handles) : ZX_ERR_SHOULD_WAIT;
    if (status == ZX_ERR_NO_MEMORY) status = Read(got, handles);
    const bool fired = vm::FaultInjection::fired();
    vm::FaultInjection::FailNth(0);
    if (written == ZX_OK) {
      ASSERT_EQ(status, ZX_OK) << "a message is not lost for want of memory";
      ASSERT_EQ(got, text);
      ASSERT_EQ(Call("handle_close", handles[0]), ZX_OK);
    } else {
      ASSERT_EQ(written, ZX_ERR_NO_MEMORY);
    }
    ASSERT_EQ(kernel::CountObjects(), before);
    if (!fired) break;
  }
}

zx_handle_disposition_t Move(zx_handle_t handle) {
  return {ZX_HANDLE_OP_MOVE, handle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, 1};
}
zx_handle_disposition_t Copy(zx_handle_t handle) {
  return {ZX_HANDLE_OP_DUPLICATE, handle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, 1};
}

class ChannelWriteEtc : public ChannelCalls {
 protected:
  zx_status_t WriteEtc(std::vector<zx_handle_disposition_t>& dispositions) {
    return Call("channel_write_etc", first_, 0u, "x", 1u, dispositions.data(),
                static_cast<uint32_t>(dispositions.size()));
  }
  zx_status_t WriteEtc(zx_handle_disposition_t& disposition) {
    return Call("channel_write_etc", first_, 0u, "x", 1u, &disposition, 1u);
  }
};

TEST_F(ChannelWriteEtc, MovesAndDuplicatesWithTheRightsAskedFor) {
  const zx_handle_t moved = NewEvent();
  const zx_handle_t kept = NewEvent();
  std::vector<zx_handle_disposition_t> dispositions = {Move(moved), Copy(kept)};
  dispositions[0].type = ZX_OBJ_TYPE_EVENT;
  dispositions[1].rights = ZX_RIGHT_WAIT;
  ASSERT_EQ(WriteEtc(dispositions), ZX_OK);
  EXPECT_EQ(dispositions[0].result, ZX_OK);
  EXPECT_EQ(dispositions[1].result, ZX_OK);
  EXPECT_FALSE(Valid(moved));
  EXPECT_TRUE(Valid(kept));

  zx_handle_info_t infos[2] = {};
  char byte = 0;
  ASSERT_EQ(Call("channel_read_etc", second_, 0u, &byte, infos, 1u, 2u, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(infos[0].rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(infos[1].rights, ZX_RIGHT_WAIT);
}

TEST_F(ChannelWriteEtc, EachDispositionIsToldItsOwnResult) {
  zx_handle_t fixed = 0;
  ASSERT_EQ(Call("handle_duplicate", NewEvent(), ZX_RIGHT_DUPLICATE, &fixed), ZX_OK);
  zx_handle_t single = 0;
  ASSERT_EQ(Call("handle_duplicate", NewEvent(), ZX_RIGHT_TRANSFER, &single), ZX_OK);
  std::vector<zx_handle_disposition_t> dispositions = {
      Move(NewEvent()), Move(0x33),       Move(NewEvent()), Copy(fixed), Copy(single),
      Move(first_),     Copy(NewEvent()), Copy(NewEvent()), Move(fixed)};
  dispositions[2].type = ZX_OBJ_TYPE_VMO;
  dispositions[6].operation = 2;
  dispositions[7].rights = ZX_RIGHT_READ | ZX_RIGHT_EXECUTE;
  EXPECT_EQ(WriteEtc(dispositions), ZX_ERR_BAD_HANDLE) << "the first error";
  const zx_status_t expected[] = {ZX_OK,
                                  ZX_ERR_BAD_HANDLE,
                                  ZX_ERR_WRONG_TYPE,
                                  ZX_ERR_ACCESS_DENIED,
                                  ZX_ERR_ACCESS_DENIED,
                                  ZX_ERR_NOT_SUPPORTED,
                                  ZX_ERR_INVALID_ARGS,
                                  ZX_ERR_INVALID_ARGS,
                                  ZX_ERR_ACCESS_DENIED};
  for (size_t i = 0; i < dispositions.size(); ++i) {
    EXPECT_EQ(dispositions[i].result, expected[i]) << i;
    EXPECT_EQ(Valid(dispositions[i].handle), i == 4 || i == 6 || i == 7) << i;
  }
}

TEST_F(ChannelWriteEtc, HandlesToMoveAreConsumedOnEveryError) {
  const auto consumed = [&](zx_status_t expected, zx_handle_t channel, uint32_t options,
                            uint32_t size, uint32_t count) {
    std::vector<zx_handle_disposition_t> dispositions(count, Copy(NewEvent()));
    const zx_handle_t moved = NewEvent();
    dispositions.back() = Move(moved);
    const std::string text(size, 't');
    EXPECT_EQ(
        Call("channel_write_etc", channel, options, text.data(), size, dispositions.data(), count),
        expected);
    EXPECT_FALSE(Valid(moved)) << "status " << expected;
    EXPECT_TRUE(Valid(dispositions[0].handle));
  };
  consumed(ZX_ERR_INVALID_ARGS, first_, 4, 1, 2);
  consumed(ZX_ERR_BAD_HANDLE, first_ ^ 0x40, 0, 1, 2);
  consumed(ZX_ERR_OUT_OF_RANGE, first_, 0, 65537, 2);
  consumed(ZX_ERR_OUT_OF_RANGE, first_, 0, 1, 200);
  ASSERT_EQ(Call("handle_close", second_), ZX_OK);
  consumed(ZX_ERR_PEER_CLOSED, first_, 0, 1, 2);
}

TEST_F(ChannelWriteEtc, ChannelCannotCarryACopyOfItself) {
  auto disposition = Copy(first_);
  // A channel's handle has no DUPLICATE right to begin with.
  EXPECT_EQ(WriteEtc(disposition), ZX_ERR_ACCESS_DENIED);
  EXPECT_TRUE(Valid(first_));
}

class ChannelCallEntries : public ChannelCalls {
 protected:
  zx_status_t NoRetry(zx_channel_call_args_t& args, zx_instant_mono_t deadline = 0) {
    return Call("channel_call_noretry", first_, 0u, deadline, &args, &actual_bytes_,
                &actual_handles_);
  }
  zx_status_t Finish(zx_channel_call_args_t& args) {
    return Call("channel_call_finish", ZX_TIME_INFINITE, &args, &actual_bytes_, &actual_handles_);
  }
  // What an interrupted channel_call_noretry leaves behind; returns the request's id.
  zx_txid_t Interrupted() {
    auto message = *kernel::Message::Create(4, 0);
    message->set_txid(0);
    auto channel = *process_.handles().Get<kernel::Channel>(first_, 0);
    kernel::Channel::Caller& caller = kernel::Thread::Current().call();
    EXPECT_EQ(channel->Call(message, caller, &process_.handles(), first_), ZX_OK);
    return ReadTxid();
  }
  zx_txid_t ReadTxid() {
    zx_txid_t txid = 0;
    EXPECT_EQ(Call("channel_read", second_, 0u, &txid, nullptr, 4u, 0u, nullptr, nullptr), ZX_OK);
    return txid;
  }
  void Answer(zx_txid_t txid, std::vector<zx_handle_t> handles = {}) {
    const zx_txid_t words[] = {txid, 7};
    EXPECT_EQ(Call("channel_write", second_, 0u, words, 8u, handles.data(),
                   static_cast<uint32_t>(handles.size())),
              ZX_OK);
  }
  zx_txid_t words_[2] = {};
  zx_handle_t received_[2] = {};
  uint32_t actual_bytes_ = 77;
  uint32_t actual_handles_ = 77;
  zx_channel_call_args_t args_ = {.wr_bytes = words_,
                                  .wr_handles = nullptr,
                                  .rd_bytes = words_,
                                  .rd_handles = received_,
                                  .wr_num_bytes = 4,
                                  .wr_num_handles = 0,
                                  .rd_num_bytes = 8,
                                  .rd_num_handles = 2};
};

TEST_F(ChannelCallEntries, RequestIsSentWithAnIdOfItsOwn) {
  EXPECT_EQ(NoRetry(args_), ZX_ERR_TIMED_OUT);
  const zx_txid_t first = ReadTxid();
  EXPECT_EQ(NoRetry(args_), ZX_ERR_TIMED_OUT);
  EXPECT_GE(first, kernel::Channel::kKernelTxid);
  EXPECT_NE(ReadTxid(), first);
  EXPECT_EQ(words_[0], 0u) << "the caller's own bytes stay as they are";
  EXPECT_EQ(actual_bytes_, 77u);
}

TEST_F(ChannelCallEntries, FinishBringsTheAnswer) {
  Answer(Interrupted(), {NewEvent()});
  ASSERT_EQ(Finish(args_), ZX_OK);
  EXPECT_EQ(words_[1], 7u);
  EXPECT_EQ(actual_bytes_, 8u);
  EXPECT_EQ(actual_handles_, 1u);
  EXPECT_TRUE(Valid(received_[0]));
  EXPECT_EQ(Finish(args_), ZX_ERR_BAD_STATE) << "it is over";
}

TEST_F(ChannelCallEntries, AnswerThatDoesNotFitIsGone) {
  for (bool bytes : {false, true}) {
    zx_channel_call_args_t args = args_;
    (bytes ? args.rd_num_bytes : args.rd_num_handles) = bytes ? 7 : 0;
    const uint32_t before = process_.handles().count();
    Answer(Interrupted(), {NewEvent()});
    EXPECT_EQ(Finish(args), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_EQ(actual_bytes_, 8u);
    EXPECT_EQ(actual_handles_, 1u);
    EXPECT_EQ(process_.handles().count(), before);
    EXPECT_EQ(Finish(args), ZX_ERR_BAD_STATE);
  }
}

TEST_F(ChannelCallEntries, FinishWithoutACallIsBadState) {
  EXPECT_EQ(Finish(args_), ZX_ERR_BAD_STATE);
}

TEST_F(ChannelCallEntries, FinishWithoutReadableArgumentsEndsTheCall) {
  Answer(Interrupted(), {NewEvent()});
  EXPECT_EQ(Call("channel_call_finish", ZX_TIME_INFINITE, nullptr, nullptr, nullptr),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Finish(args_), ZX_ERR_BAD_STATE);
}

TEST_F(ChannelCallEntries, SecondCallDuringACallKillsTheProcess) {
  Interrupted();
  EXPECT_EQ(NoRetry(args_), ZX_ERR_BAD_STATE);
  EXPECT_TRUE(process_.process().is_dead_or_dying());
  EXPECT_EQ(process_.process().return_code(), ZX_TASK_RETCODE_VDSO_KILL);
  kernel::Thread::Current().call().Abandon();
}

TEST_F(ChannelCallEntries, MovingTheHandleAwayCancels) {
  Interrupted();
  zx_handle_t ends[2];
  ASSERT_EQ(Call("channel_create", 0u, &ends[0], &ends[1]), ZX_OK);
  ASSERT_EQ(Call("channel_write", ends[0], 0u, nullptr, 0u, &first_, 1u), ZX_OK);
  EXPECT_EQ(Finish(args_), ZX_ERR_CANCELED);
}

TEST_F(ChannelCallEntries, HandlesAreConsumedOnEveryError) {
  const auto consumed = [&](zx_status_t expected, auto change) {
    zx_channel_call_args_t args = args_;
    const zx_handle_t event = NewEvent();
    args.wr_handles = &event;
    args.wr_num_handles = 1;
    uint32_t options = 0;
    zx_handle_t channel = first_;
    change(args, options, channel);
    EXPECT_EQ(Call("channel_call_noretry", channel, options, zx_instant_mono_t{0}, &args, nullptr,
                   nullptr),
              expected);
    EXPECT_FALSE(Valid(event)) << "status " << expected;
  };
  using Args = zx_channel_call_args_t;
  consumed(ZX_ERR_TIMED_OUT, [](Args&, uint32_t&, zx_handle_t&) {});
  consumed(ZX_ERR_INVALID_ARGS, [](Args& args, uint32_t&, zx_handle_t&) { args.wr_num_bytes = 3; });
  consumed(ZX_ERR_INVALID_ARGS, [](Args&, uint32_t& options, zx_handle_t&) { options = 1; });
  consumed(ZX_ERR_INVALID_ARGS,
           [](Args& args, uint32_t&, zx_handle_t&) { args.wr_bytes = nullptr; });
  consumed(ZX_ERR_BAD_HANDLE, [](Args&, uint32_t&, zx_handle_t& channel) { channel ^= 0x40; });
  consumed(ZX_ERR_WRONG_TYPE, [](Args&, uint32_t&, zx_handle_t& channel) { channel = NewEvent(); });
  consumed(ZX_ERR_OUT_OF_RANGE,
           [](Args& args, uint32_t&, zx_handle_t&) { args.wr_num_bytes = 65537; });
  consumed(ZX_ERR_ACCESS_DENIED, [&](Args&, uint32_t&, zx_handle_t& channel) {
    zx_handle_t other = 0;
    EXPECT_EQ(Call("channel_create", 0u, &channel, &other), ZX_OK);
    EXPECT_EQ(Call("handle_replace", channel, ZX_RIGHT_WRITE, &channel), ZX_OK);
  });
  ASSERT_EQ(Call("handle_close", second_), ZX_OK);
  consumed(ZX_ERR_PEER_CLOSED, [](Args&, uint32_t&, zx_handle_t&) {});
}

TEST_F(ChannelCallEntries, RequestMayComeInPieces) {
  const zx_channel_iovec_t pieces[] = {{"ab", 2, 0}, {"cdef", 4, 0}};
  args_.wr_bytes = pieces;
  args_.wr_num_bytes = 2;
  EXPECT_EQ(Call("channel_call_noretry", first_, ZX_CHANNEL_WRITE_USE_IOVEC, zx_instant_mono_t{0},
                 &args_, nullptr, nullptr),
            ZX_ERR_TIMED_OUT);
  char bytes[8] = {};
  uint32_t size = 0;
  ASSERT_EQ(Call("channel_read", second_, 0u, bytes, nullptr, 8u, 0u, &size, nullptr), ZX_OK);
  EXPECT_EQ(std::string(bytes + 4, size - 4), "ef");
}

}  // namespace
