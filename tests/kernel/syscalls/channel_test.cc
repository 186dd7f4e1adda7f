// SPDX-License-Identifier: BSD-2-Clause
// Channels through the dispatch table.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include <zircon/syscalls/object.h>

#include "kernel/object/channel.h"
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
    return Call("channel_write", first_, 0u, text.data(), static_cast<uint32_t>(text.size()), handles.data(),
                static_cast<uint32_t>(handles.size()));
  }
  zx_status_t Read(std::string& text, std::vector<zx_handle_t>& handles, uint32_t max_bytes = 65536,
                   uint32_t max_handles = 64) {
    std::vector<char> bytes(max_bytes + 1);
    handles.resize(max_handles + 1);
    uint32_t actual_bytes = 0;
    uint32_t actual_handles = 0;
    const zx_status_t status = Call("channel_read", second_, 0u, bytes.data(), handles.data(), max_bytes,
                                    max_handles, &actual_bytes, &actual_handles);
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
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, nullptr, nullptr), ZX_ERR_SHOULD_WAIT);
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
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, &bytes, &handles), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(bytes, 5u);
  EXPECT_EQ(handles, 2u);
  EXPECT_EQ(Call("channel_read", second_, 2u, nullptr, nullptr, 0u, 0u, &bytes, &handles), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(Call("channel_read", second_, ZX_CHANNEL_READ_MAY_DISCARD, nullptr, nullptr, 0u, 0u, &bytes, &handles),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 0u, &bytes, &handles), ZX_ERR_SHOULD_WAIT);
}

TEST_F(ChannelCalls, ReadEtcTellsTypesAndRights) {
  ASSERT_EQ(Write("", {NewEvent()}), ZX_OK);
  zx_handle_info_t info = {};
  uint32_t handles = 0;
  ASSERT_EQ(Call("channel_read_etc", second_, 0u, nullptr, &info, 0u, 1u, nullptr, &handles), ZX_OK);
  EXPECT_EQ(handles, 1u);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(info.rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(info.unused, 0u);
  EXPECT_TRUE(Valid(info.handle));
}

TEST_F(ChannelCalls, UntellableHandlesAreClosed) {
  const uint32_t before = process_.handles().count();
  ASSERT_EQ(Write("", {NewEvent(), NewEvent()}), ZX_OK);
  EXPECT_EQ(Call("channel_read", second_, 0u, nullptr, nullptr, 0u, 2u, nullptr, nullptr), ZX_ERR_INVALID_ARGS);
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

}  // namespace
