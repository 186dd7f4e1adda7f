// SPDX-License-Identifier: BSD-2-Clause
// zx_port_* and zx_object_wait_async.
#include <string.h>

#include <hafnon/thread.h>
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/port.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

zx::port MakePort() {
  zx::port port;
  EXPECT_OK(zx::port::create(0, &port));
  return port;
}

zx::event MakeEvent() {
  zx::event event;
  EXPECT_OK(zx::event::create(0, &event));
  return event;
}

zx_status_t Poll(const zx::port& port, zx_port_packet_t* packet) {
  return port.wait(zx::time::infinite_past(), packet);
}

TEST(PORT_001, "a port has the published rights") {
  EXPECT_EQ(target::RightsOf(MakePort().get()), ZX_DEFAULT_PORT_RIGHTS);
}

TEST(PORT_002, "unknown options are INVALID_ARGS") {
  zx::port port;
  EXPECT_STATUS(zx::port::create(2, &port), ZX_ERR_INVALID_ARGS);
}

TEST(PORT_003, "an empty port times out") {
  const zx::port port = MakePort();
  zx_port_packet_t packet = {};
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
  const zx::time deadline = zx::deadline_after(zx::msec(2));
  EXPECT_STATUS(port.wait(deadline, &packet), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline.get());
}

TEST(PORT_010, "user packets arrive in order, with their contents") {
  const zx::port port = MakePort();
  for (uint64_t key = 1; key <= 3; ++key) {
    zx_port_packet_t packet = {};
    packet.key = key;
    packet.type = ZX_PKT_TYPE_USER;
    packet.status = static_cast<zx_status_t>(key * 10);
    packet.user.u64[3] = key * 100;
    ASSERT_OK(port.queue(&packet));
  }
  for (uint64_t key = 1; key <= 3; ++key) {
    zx_port_packet_t packet = {};
    ASSERT_OK(Poll(port, &packet));
    EXPECT_EQ(packet.key, key);
    EXPECT_EQ(packet.type, ZX_PKT_TYPE_USER);
    EXPECT_EQ(packet.status, static_cast<zx_status_t>(key * 10));
    EXPECT_EQ(packet.user.u64[3], key * 100);
  }
}

TEST(PORT_011, "queueing and waiting need their rights") {
  const zx::port port = MakePort();
  const zx::handle deaf = target::Without(port.get(), ZX_RIGHT_READ);
  const zx::handle dumb = target::Without(port.get(), ZX_RIGHT_WRITE);
  zx_port_packet_t packet = {};
  EXPECT_STATUS(zx_port_wait(deaf.get(), 0, &packet), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_port_queue(dumb.get(), &packet), ZX_ERR_ACCESS_DENIED);
}

TEST(PORT_012, "a packet that cannot be read is INVALID_ARGS") {
  EXPECT_STATUS(zx_port_queue(MakePort().get(), nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(PORT_013, "another object is not a port") {
  zx_port_packet_t packet = {};
  EXPECT_STATUS(zx_port_queue(MakeEvent().get(), &packet), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_port_wait(MakeEvent().get(), 0, &packet), ZX_ERR_WRONG_TYPE);
}

TEST(PORT_014, "a packet may be taken without looking at it") {
  const zx::port port = MakePort();
  zx_port_packet_t packet = {};
  ASSERT_OK(port.queue(&packet));
  EXPECT_OK(Poll(port, nullptr));
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
}

TEST(PORT_015, "a packet wakes a waiting thread") {
  const zx::port port = MakePort();
  zx_handle_t value = port.get();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("queuer", [](void* argument) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    zx_port_packet_t packet = {};
    packet.key = 5;
    zx_port_queue(*static_cast<zx_handle_t*>(argument), &packet);
  }, &value));
  zx_port_packet_t packet = {};
  EXPECT_OK(port.wait(zx::deadline_after(zx::sec(5)), &packet));
  EXPECT_EQ(packet.key, 5u);
  EXPECT_OK(thread.Join());
}

TEST(PORT_016, "closing the last handle cancels a wait") {
  zx::port port = MakePort();
  zx_handle_t value = port.release();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("closer", [](void* argument) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    zx_handle_close(*static_cast<zx_handle_t*>(argument));
  }, &value));
  zx_port_packet_t packet = {};
  EXPECT_STATUS(zx_port_wait(value, zx_deadline_after(ZX_SEC(5)), &packet), ZX_ERR_CANCELED);
  EXPECT_OK(thread.Join());
}

TEST(PORT_020, "wait_async reports a signal that is already there") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_1));
  ASSERT_OK(event.wait_async(port, 77, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
  zx_port_packet_t packet = {};
  ASSERT_OK(Poll(port, &packet));
  EXPECT_EQ(packet.key, 77u);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
  EXPECT_EQ(packet.status, ZX_OK);
  EXPECT_EQ(packet.signal.trigger, ZX_EVENT_SIGNALED);
  EXPECT_TRUE(packet.signal.observed & ZX_EVENT_SIGNALED);
  EXPECT_EQ(packet.signal.count, 1u);
}

TEST(PORT_021, "wait_async reports a later signal once") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_ONCE));
  zx_port_packet_t packet = {};
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
  ASSERT_OK(event.signal(0, ZX_USER_SIGNAL_0));
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  ASSERT_OK(Poll(port, &packet));
  ASSERT_OK(event.signal(ZX_EVENT_SIGNALED, 0));
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
}

TEST(PORT_022, "EDGE waits for a transition") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_EDGE));
  zx_port_packet_t packet = {};
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
  ASSERT_OK(event.signal(ZX_EVENT_SIGNALED, 0));
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  EXPECT_OK(Poll(port, &packet));
}

TEST(PORT_023, "TIMESTAMP says when") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, ZX_WAIT_ASYNC_TIMESTAMP));
  const zx_time_t before = zx_clock_get_monotonic();
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  const zx_time_t after = zx_clock_get_monotonic();
  zx_port_packet_t packet = {};
  ASSERT_OK(Poll(port, &packet));
  EXPECT_GE(packet.signal.timestamp, before);
  EXPECT_LE(packet.signal.timestamp, after);
}

TEST(PORT_024, "closing the object's handle ends its registrations") {
  const zx::port port = MakePort();
  zx::event event = MakeEvent();
  zx::event copy;
  ASSERT_OK(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, 0));
  event.reset();
  ASSERT_OK(copy.signal(0, ZX_EVENT_SIGNALED));
  zx_port_packet_t packet = {};
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
}

TEST(PORT_025, "a channel's state is reported through a port") {
  const zx::port port = MakePort();
  zx::channel a;
  zx::channel b;
  ASSERT_OK(zx::channel::create(0, &a, &b));
  ASSERT_OK(b.wait_async(port, 9, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, 0));
  ASSERT_OK(a.write(0, "x", 1, nullptr, 0));
  zx_port_packet_t packet = {};
  ASSERT_OK(Poll(port, &packet));
  EXPECT_TRUE(packet.signal.observed & ZX_CHANNEL_READABLE);
}

TEST(PORT_030, "cancel removes a registration") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, 0));
  EXPECT_OK(port.cancel(event, 1));
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  zx_port_packet_t packet = {};
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
}

TEST(PORT_031, "cancel removes a packet that was not taken") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, 0));
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  EXPECT_OK(port.cancel(event, 1));
  zx_port_packet_t packet = {};
  EXPECT_STATUS(Poll(port, &packet), ZX_ERR_TIMED_OUT);
}

TEST(PORT_032, "cancel of nothing is NOT_FOUND") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  EXPECT_STATUS(port.cancel(event, 1), ZX_ERR_NOT_FOUND);
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, 0));
  EXPECT_STATUS(port.cancel(event, 2), ZX_ERR_NOT_FOUND);
}

TEST(PORT_033, "cancel needs WRITE on the port and WAIT on the source") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, 0));
  const zx::handle dumb = target::Without(port.get(), ZX_RIGHT_WRITE);
  const zx::handle deaf = target::Without(event.get(), ZX_RIGHT_WAIT);
  EXPECT_STATUS(zx_port_cancel(dumb.get(), event.get(), 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_port_cancel(port.get(), deaf.get(), 1), ZX_ERR_ACCESS_DENIED);
}

TEST(PORT_040, "closing a port with registrations and packets is harmless") {
  zx::port port = MakePort();
  const zx::event event = MakeEvent();
  for (uint64_t key = 0; key < 10; ++key) ASSERT_OK(event.wait_async(port, key, ZX_EVENT_SIGNALED, 0));
  zx_port_packet_t packet = {};
  ASSERT_OK(port.queue(&packet));
  port.reset();
  EXPECT_OK(event.signal(0, ZX_EVENT_SIGNALED));
}

TEST(PORT_050, "a port takes 4096 packets; who queues one more is stopped") {
  const zx::port port = MakePort();
  zx_port_packet_t packet = {};
  for (uint32_t i = 0; i < 4096; ++i) ASSERT_OK(port.queue(&packet));
  zx::port copy;
  ASSERT_OK(port.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  target::Child child;
  ASSERT_OK(child.Create(*zx::job::default_job()));
  child.Call(zx_port_queue, target::kStartHandle, child.child_data());
  child.Call(zx_process_exit, 42);
  ASSERT_OK(child.Start(std::move(copy)));
  // A policy exception that nobody handles.
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
  uint32_t count = 0;
  while (Poll(port, nullptr) == ZX_OK) ++count;
  EXPECT_EQ(count, 4096u);
  EXPECT_OK(port.queue(&packet));
}

TEST(PORT_051, "packets of signals are not counted among those") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  zx_port_packet_t packet = {};
  for (uint32_t i = 0; i < 4096; ++i) ASSERT_OK(port.queue(&packet));
  ASSERT_OK(event.wait_async(port, 1, ZX_EVENT_SIGNALED, 0));
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  uint32_t count = 0;
  while (Poll(port, &packet) == ZX_OK) ++count;
  EXPECT_EQ(count, 4097u);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
}

TEST(PORT_017, "a bad handle is no port") {
  zx_port_packet_t packet = {};
  EXPECT_STATUS(zx_port_queue(target::ClosedHandle(), &packet), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_port_wait(target::ClosedHandle(), 0, &packet), ZX_ERR_BAD_HANDLE);
}

TEST(PORT_018, "a packet that cannot be told is INVALID_ARGS") {
  const zx::port port = MakePort();
  const zx_port_packet_t packet = {};
  ASSERT_OK(port.queue(&packet));
  EXPECT_STATUS(zx_port_wait(port.get(), 0, reinterpret_cast<zx_port_packet_t*>(8)), ZX_ERR_INVALID_ARGS);
}

TEST(PORT_034, "cancel takes a port and a source") {
  const zx::port port = MakePort();
  const zx::event event = MakeEvent();
  EXPECT_STATUS(zx_port_cancel(target::ClosedHandle(), event.get(), 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_port_cancel(port.get(), target::ClosedHandle(), 1), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_port_cancel(event.get(), event.get(), 1), ZX_ERR_WRONG_TYPE);
}

}  // namespace
