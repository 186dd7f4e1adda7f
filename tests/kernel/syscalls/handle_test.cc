// SPDX-License-Identifier: BSD-2-Clause
// The families handle and object through the dispatch table.
#include <gtest/gtest.h>

#include <vector>

#include <zircon/syscalls/object.h>

#include "kernel/object/event.h"
#include "kernel/object/event_pair.h"
#include "kernel/object/port.h"
#include "tests/kernel/syscalls/host_process.h"

namespace {

using test::Call;

class HandleCalls : public testing::Test {
 protected:
  zx_handle_t NewEvent() {
    zx_handle_t event = 0;
    EXPECT_EQ(Call("event_create", 0u, &event), ZX_OK);
    return event;
  }
  zx_signals_t SignalsOf(zx_handle_t handle) {
    zx_signals_t observed = 0;
    Call("object_wait_one", handle, 0u, ZX_TIME_INFINITE_PAST, &observed);
    return observed;
  }
  zx_info_handle_basic_t Basic(zx_handle_t handle) {
    zx_info_handle_basic_t info = {};
    EXPECT_EQ(Call("object_get_info", handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr),
              ZX_OK);
    return info;
  }
  test::HostProcess process_;
};

TEST_F(HandleCalls, CloseTakesZeroAndAValidHandleOnce) {
  EXPECT_EQ(Call("handle_close", ZX_HANDLE_INVALID), ZX_OK);
  const zx_handle_t event = NewEvent();
  EXPECT_EQ(Call("handle_close", event), ZX_OK);
  EXPECT_EQ(Call("handle_close", event), ZX_ERR_BAD_HANDLE);
}

TEST_F(HandleCalls, CloseManyClosesTheGoodOnesBesideBadOnes) {
  std::vector<zx_handle_t> handles;
  for (int i = 0; i < 200; ++i) handles.push_back(NewEvent());
  handles.insert(handles.begin() + 7, {ZX_HANDLE_INVALID, 0x1234'5673});
  EXPECT_EQ(Call("handle_close_many", handles.data(), handles.size()), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(process_.handles().count(), 0u);
  EXPECT_EQ(Call("handle_close_many", nullptr, size_t{0}), ZX_OK);
  EXPECT_EQ(Call("handle_close_many", nullptr, size_t{1}), ZX_ERR_INVALID_ARGS);
}

TEST_F(HandleCalls, HandleThatCannotBeToldIsClosed) {
  EXPECT_EQ(Call("event_create", 0u, nullptr), ZX_ERR_INVALID_ARGS);
  const zx_handle_t event = NewEvent();
  EXPECT_EQ(Call("handle_duplicate", event, ZX_RIGHT_SAME_RIGHTS, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(process_.handles().count(), 1u);
  EXPECT_EQ(Call("handle_replace", event, ZX_RIGHT_SAME_RIGHTS, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(process_.handles().count(), 0u) << "replace always takes the old one";
}

TEST_F(HandleCalls, DuplicateNarrowsRights) {
  const zx_handle_t event = NewEvent();
  zx_handle_t copy = 0;
  ASSERT_EQ(Call("handle_duplicate", event, ZX_RIGHT_WAIT, &copy), ZX_OK);
  EXPECT_EQ(Basic(copy).rights, ZX_RIGHT_WAIT);
  EXPECT_EQ(Basic(copy).koid, Basic(event).koid);
  EXPECT_EQ(Call("object_signal", copy, 0u, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("handle_duplicate", event, ZX_RIGHT_READ, &copy), ZX_ERR_INVALID_ARGS);
}

TEST_F(HandleCalls, ValidityIsNotAMatterOfPolicy) {
  const zx_handle_t event = NewEvent();
  EXPECT_EQ(Call("handle_check_valid", event), ZX_OK);
  EXPECT_EQ(Call("handle_check_valid", ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(Call("object_get_info", event, ZX_INFO_HANDLE_VALID, nullptr, size_t{0}, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(Call("object_get_info", event + 4, ZX_INFO_HANDLE_VALID, nullptr, size_t{0}, nullptr, nullptr),
            ZX_ERR_BAD_HANDLE);
}

TEST_F(HandleCalls, SignalChangesWhatUsersMayChange) {
  const zx_handle_t event = NewEvent();
  EXPECT_EQ(Call("object_signal", event, 0u, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_3), ZX_OK);
  EXPECT_EQ(SignalsOf(event), ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_3);
  EXPECT_EQ(Call("object_signal", event, ZX_EVENT_SIGNALED, 0u), ZX_OK);
  EXPECT_EQ(SignalsOf(event), ZX_USER_SIGNAL_3);
  EXPECT_EQ(Call("object_signal", event, 0u, 1u << 5), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("object_signal", event, 1u, 0u), ZX_ERR_INVALID_ARGS);
}

TEST_F(HandleCalls, PeersSignalEachOther) {
  zx_handle_t first = 0;
  zx_handle_t second = 0;
  ASSERT_EQ(Call("eventpair_create", 0u, &first, &second), ZX_OK);
  EXPECT_EQ(Call("object_signal_peer", first, 0u, ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(SignalsOf(second), ZX_USER_SIGNAL_1);
  EXPECT_EQ(SignalsOf(first), 0u);
  EXPECT_EQ(Basic(first).related_koid, Basic(second).koid);
  EXPECT_EQ(Call("object_signal_peer", first, 0u, ZX_EVENTPAIR_PEER_CLOSED), ZX_ERR_INVALID_ARGS);
  ASSERT_EQ(Call("handle_close", second), ZX_OK);
  EXPECT_EQ(SignalsOf(first), ZX_EVENTPAIR_PEER_CLOSED);
  EXPECT_EQ(Call("object_signal_peer", first, 0u, ZX_USER_SIGNAL_1), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(Call("object_signal_peer", NewEvent(), 0u, 0u), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("eventpair_create", 1u, &first, &second), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(HandleCalls, SatisfiedWaitReturnsWhatIsSet) {
  const zx_handle_t event = NewEvent();
  ASSERT_EQ(Call("object_signal", event, 0u, ZX_EVENT_SIGNALED), ZX_OK);
  zx_signals_t observed = 0;
  EXPECT_EQ(Call("object_wait_one", event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed), ZX_OK);
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
  EXPECT_EQ(Call("object_wait_one", event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr), ZX_OK);
  EXPECT_EQ(Call("object_wait_one", event, ZX_USER_SIGNAL_0, zx_time_t{0}, &observed), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
}

TEST_F(HandleCalls, WaitManyReportsEachItem) {
  zx_wait_item_t items[3] = {{NewEvent(), ZX_EVENT_SIGNALED, 0},
                             {NewEvent(), ZX_EVENT_SIGNALED, 0},
                             {NewEvent(), ZX_USER_SIGNAL_0, 99}};
  EXPECT_EQ(Call("object_wait_many", items, size_t{3}, zx_time_t{0}), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(items[2].pending, 0u);
  ASSERT_EQ(Call("object_signal", items[1].handle, 0u, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(Call("object_wait_many", items, size_t{3}, ZX_TIME_INFINITE), ZX_OK);
  EXPECT_EQ(items[0].pending, 0u);
  EXPECT_EQ(items[1].pending, ZX_EVENT_SIGNALED);
  EXPECT_EQ(Call("object_wait_many", items, size_t{65}, zx_time_t{0}), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Call("object_wait_many", nullptr, size_t{0}, zx_time_t{0}), ZX_ERR_TIMED_OUT);
  items[0].handle ^= 0x10;
  EXPECT_EQ(Call("object_wait_many", items, size_t{3}, zx_time_t{0}), ZX_ERR_BAD_HANDLE);
}

TEST_F(HandleCalls, WaitAsyncChecksBeforeItRegisters) {
  const zx_handle_t event = NewEvent();
  zx_handle_t port = 0;
  ASSERT_EQ(Call("port_create", 0u, &port), ZX_OK);
  EXPECT_EQ(Call("object_wait_async", event, port, uint64_t{1}, ZX_EVENT_SIGNALED, 8u), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("object_wait_async", event, port, uint64_t{1}, ZX_EVENT_SIGNALED,
                 ZX_WAIT_ASYNC_TIMESTAMP | ZX_WAIT_ASYNC_BOOT_TIMESTAMP),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("object_wait_async", event, event, uint64_t{1}, ZX_EVENT_SIGNALED, 0u), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(Call("object_wait_async", port, port, uint64_t{1}, ZX_EVENT_SIGNALED, 0u), ZX_ERR_ACCESS_DENIED);
  ASSERT_EQ(Call("object_wait_async", event, port, uint64_t{1}, ZX_EVENT_SIGNALED, 0u), ZX_OK);
  EXPECT_EQ(Call("port_cancel", port, event, uint64_t{1}), ZX_OK);
  EXPECT_EQ(Call("port_cancel", port, event, uint64_t{1}), ZX_ERR_NOT_FOUND);
  ASSERT_EQ(Call("object_wait_async", event, port, uint64_t{2}, ZX_EVENT_SIGNALED, 0u), ZX_OK);
  ASSERT_EQ(Call("object_signal", event, 0u, ZX_EVENT_SIGNALED), ZX_OK);
  zx_port_packet_t packet = {};
  ASSERT_EQ(Call("port_wait", port, zx_time_t{0}, &packet), ZX_OK);
  EXPECT_EQ(packet.key, 2u);
  EXPECT_EQ(Call("port_wait", port, zx_time_t{0}, &packet), ZX_ERR_TIMED_OUT);
}

TEST_F(HandleCalls, ClosingAHandleEndsItsRegistrations) {
  const zx_handle_t event = NewEvent();
  zx_handle_t copy = 0;
  ASSERT_EQ(Call("handle_duplicate", event, ZX_RIGHT_SAME_RIGHTS, &copy), ZX_OK);
  zx_handle_t port = 0;
  ASSERT_EQ(Call("port_create", 0u, &port), ZX_OK);
  ASSERT_EQ(Call("object_wait_async", copy, port, uint64_t{2}, ZX_EVENT_SIGNALED, 0u), ZX_OK);
  ASSERT_EQ(Call("handle_close", copy), ZX_OK);
  ASSERT_EQ(Call("object_signal", event, 0u, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(Call("port_wait", port, zx_time_t{0}, nullptr), ZX_ERR_TIMED_OUT);
}

TEST_F(HandleCalls, ShortBufferOfASingleRecordSaysHowMany) {
  const zx_handle_t event = NewEvent();
  zx_info_handle_basic_t info = {};
  size_t actual = 9;
  size_t avail = 9;
  EXPECT_EQ(Call("object_get_info", event, ZX_INFO_HANDLE_BASIC, &info, sizeof(info) - 1, &actual, &avail),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual, 0u);
  EXPECT_EQ(avail, 1u);
  EXPECT_EQ(Call("object_get_info", event, 0xfffu, &info, sizeof(info), &actual, &avail), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(HandleCalls, ListsOfKoidsAreCutToTheBuffer) {
  const zx_handle_t job = process_.Add(base::RefPtr(&process_.job()), kernel::Job::kDefaultRights);
  std::vector<zx_handle_t> children(5);
  for (zx_handle_t& child : children) ASSERT_EQ(Call("job_create", job, 0u, &child), ZX_OK);
  zx_koid_t koids[5] = {};
  size_t actual = 0;
  size_t avail = 0;
  EXPECT_EQ(Call("object_get_info", job, ZX_INFO_JOB_CHILDREN, koids, 3 * sizeof(zx_koid_t), &actual, &avail), ZX_OK);
  EXPECT_EQ(actual, 3u);
  EXPECT_EQ(avail, 5u);
  EXPECT_EQ(Call("object_get_info", job, ZX_INFO_JOB_CHILDREN, nullptr, size_t{0}, &actual, &avail), ZX_OK);
  EXPECT_EQ(actual, 0u);
  EXPECT_EQ(avail, 5u);
  ASSERT_EQ(Call("object_get_info", job, ZX_INFO_JOB_CHILDREN, koids, sizeof(koids), &actual, &avail), ZX_OK);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(koids[i], Basic(children[i]).koid);

  zx_handle_t found = 0;
  EXPECT_EQ(Call("object_get_child", job, koids[2], ZX_RIGHT_WAIT, &found), ZX_OK);
  EXPECT_EQ(Basic(found).koid, koids[2]);
  EXPECT_EQ(Basic(found).rights, ZX_RIGHT_WAIT);
  EXPECT_EQ(Call("object_get_child", job, koids[2], ZX_RIGHT_EXECUTE, &found), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("object_get_child", job, uint64_t{3}, ZX_RIGHT_WAIT, &found), ZX_ERR_NOT_FOUND);
}

TEST_F(HandleCalls, NameIsCutAndPadded) {
  const zx_handle_t job = process_.Add(base::RefPtr(&process_.job()), kernel::Job::kDefaultRights);
  const std::string name(50, 'j');
  char back[ZX_MAX_NAME_LEN];
  ASSERT_EQ(Call("object_set_property", job, ZX_PROP_NAME, name.data(), name.size()), ZX_OK);
  ASSERT_EQ(Call("object_get_property", job, ZX_PROP_NAME, back, sizeof(back)), ZX_OK);
  EXPECT_EQ(std::string(back), name.substr(0, 31));
  EXPECT_EQ(Call("object_get_property", job, ZX_PROP_NAME, back, sizeof(back) - 1), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(Call("object_get_property", job, ZX_PROP_NAME, nullptr, sizeof(back)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("object_get_property", job, ZX_PROP_PROCESS_DEBUG_ADDR, back, sizeof(back)), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(Call("object_get_property", job, 999u, back, sizeof(back)), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(HandleCalls, DebugAddressIsSetOnce) {
  const zx_handle_t self = process_.Add(base::RefPtr(&process_.process()), kernel::Process::kDefaultRights);
  const auto set = [&](uint64_t value) {
    return Call("object_set_property", self, ZX_PROP_PROCESS_DEBUG_ADDR, &value, sizeof(value));
  };
  EXPECT_EQ(set(0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(set(ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET), ZX_OK);
  EXPECT_EQ(set(0x1000), ZX_OK);
  EXPECT_EQ(set(0x2000), ZX_ERR_ACCESS_DENIED);
}

}  // namespace
