// SPDX-License-Identifier: BSD-2-Clause
// zx_object_*: information, properties, signals, waits.
#include <string.h>

#include <hafnon/thread.h>
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/eventpair.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>
#include <lib/zx/vmo.h>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

zx::event MakeEvent() {
  zx::event event;
  EXPECT_OK(zx::event::create(0, &event));
  return event;
}

TEST(OBJ_001, "HANDLE_VALID says whether a handle is valid") {
  const zx::event event = MakeEvent();
  EXPECT_OK(event.get_info(ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr));
  EXPECT_STATUS(zx_object_get_info(target::ClosedHandle(), ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr),
                ZX_ERR_BAD_HANDLE);
}

TEST(OBJ_002, "HANDLE_BASIC describes handle and object") {
  const zx::event event = MakeEvent();
  zx_info_handle_basic_t info = {};
  size_t actual = 0;
  size_t avail = 0;
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_BASIC, &info, sizeof(info), &actual, &avail));
  EXPECT_EQ(actual, 1u);
  EXPECT_EQ(avail, 1u);
  EXPECT_GE(info.koid, ZX_KOID_FIRST);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(info.rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(info.related_koid, 0u);
  EXPECT_EQ(info.reserved, 0u);
}

TEST(OBJ_003, "a record does not fit a short buffer") {
  const zx::event event = MakeEvent();
  char small[8];
  size_t actual = 7;
  size_t avail = 7;
  EXPECT_STATUS(event.get_info(ZX_INFO_HANDLE_BASIC, small, sizeof(small), &actual, &avail),
                ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual, 0u);
  EXPECT_EQ(avail, 1u);
}

TEST(OBJ_004, "an unknown topic is NOT_SUPPORTED") {
  const zx::event event = MakeEvent();
  char buffer[64];
  EXPECT_STATUS(event.get_info(0xfff, buffer, sizeof(buffer), nullptr, nullptr), ZX_ERR_NOT_SUPPORTED);
}

TEST(OBJ_005, "a topic of another type is WRONG_TYPE") {
  const zx::event event = MakeEvent();
  zx_info_process_t info = {};
  EXPECT_STATUS(event.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr), ZX_ERR_WRONG_TYPE);
}

TEST(OBJ_006, "a topic may ask for a right") {
  zx_info_process_t info = {};
  const zx::handle blind = target::Without(zx_process_self(), ZX_RIGHT_INSPECT);
  EXPECT_STATUS(blind.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr), ZX_ERR_ACCESS_DENIED);
  // HANDLE_BASIC asks for none.
  zx_info_handle_basic_t basic = {};
  EXPECT_OK(blind.get_info(ZX_INFO_HANDLE_BASIC, &basic, sizeof(basic), nullptr, nullptr));
}

TEST(OBJ_007, "memory that cannot be written is INVALID_ARGS") {
  const zx::event event = MakeEvent();
  EXPECT_STATUS(event.get_info(ZX_INFO_HANDLE_BASIC, reinterpret_cast<void*>(8), 32, nullptr, nullptr),
                ZX_ERR_INVALID_ARGS);
  zx_info_handle_basic_t info = {};
  EXPECT_STATUS(event.get_info(ZX_INFO_HANDLE_BASIC, &info, sizeof(info), reinterpret_cast<size_t*>(8), nullptr),
                ZX_ERR_INVALID_ARGS);
}

TEST(OBJ_008, "peers name each other") {
  zx::eventpair a;
  zx::eventpair b;
  ASSERT_OK(zx::eventpair::create(0, &a, &b));
  EXPECT_EQ(target::Basic(a.get()).related_koid, target::KoidOf(b.get()));
  EXPECT_EQ(target::Basic(b.get()).related_koid, target::KoidOf(a.get()));
}

TEST(OBJ_009, "koids are never given twice") {
  const zx_koid_t first = target::KoidOf(MakeEvent().get());
  const zx_koid_t second = target::KoidOf(MakeEvent().get());
  EXPECT_GT(second, first);
}

TEST(OBJ_020, "a name is kept, cut and ended") {
  const zx::unowned_process self = zx::process::self();
  char old[ZX_MAX_NAME_LEN] = {};
  ASSERT_OK(self->get_property(ZX_PROP_NAME, old, sizeof(old)));
  const char long_name[] = "a name that is longer than thirty-one characters";
  ASSERT_OK(self->set_property(ZX_PROP_NAME, long_name, sizeof(long_name)));
  char name[ZX_MAX_NAME_LEN] = {};
  ASSERT_OK(self->get_property(ZX_PROP_NAME, name, sizeof(name)));
  EXPECT_EQ(strlen(name), 31u);
  EXPECT_EQ(memcmp(name, long_name, 31), 0);
  EXPECT_OK(self->set_property(ZX_PROP_NAME, old, strlen(old)));
}

TEST(OBJ_021, "a name does not fit a short buffer") {
  char small[31];
  EXPECT_STATUS(zx::process::self()->get_property(ZX_PROP_NAME, small, sizeof(small)), ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(OBJ_022, "an unknown property is NOT_SUPPORTED") {
  uint64_t value = 0;
  EXPECT_STATUS(zx::process::self()->get_property(999, &value, sizeof(value)), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx::process::self()->set_property(999, &value, sizeof(value)), ZX_ERR_NOT_SUPPORTED);
}

TEST(OBJ_023, "a property of another type is WRONG_TYPE") {
  uint64_t value = 0;
  EXPECT_STATUS(zx::process::self()->get_property(ZX_PROP_JOB_KILL_ON_OOM, &value, sizeof(value)),
                ZX_ERR_WRONG_TYPE);
}

TEST(OBJ_024, "properties need their rights") {
  char name[ZX_MAX_NAME_LEN] = {};
  const zx::handle no_get = target::Without(zx_process_self(), ZX_RIGHT_GET_PROPERTY);
  const zx::handle no_set = target::Without(zx_process_self(), ZX_RIGHT_SET_PROPERTY);
  EXPECT_STATUS(no_get.get_property(ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(no_set.set_property(ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_ACCESS_DENIED);
}

TEST(OBJ_030, "signals are cleared, then set") {
  const zx::event event = MakeEvent();
  ASSERT_OK(event.signal(0, ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_1));
  ASSERT_OK(event.signal(ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_1, ZX_USER_SIGNAL_1 | ZX_EVENT_SIGNALED));
  EXPECT_EQ(target::SignalsOf(event.get()), ZX_USER_SIGNAL_1 | ZX_EVENT_SIGNALED);
}

TEST(OBJ_031, "bits of the kernel cannot be set") {
  const zx::event event = MakeEvent();
  EXPECT_STATUS(event.signal(0, ZX_OBJECT_READABLE), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(event.signal(ZX_OBJECT_PEER_CLOSED, 0), ZX_ERR_INVALID_ARGS);
}

TEST(OBJ_032, "signalling needs the SIGNAL right") {
  const zx::handle event = target::Without(MakeEvent().get(), ZX_RIGHT_SIGNAL);
  EXPECT_STATUS(event.signal(0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
}

TEST(OBJ_033, "an object without a peer has no peer to signal") {
  const zx::event event = MakeEvent();
  // So its handles do not have the right SIGNAL_PEER, which is asked for first.
  EXPECT_STATUS(zx_object_signal_peer(event.get(), 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
}

TEST(OBJ_040, "waiting for what is already there returns at once") {
  const zx::event event = MakeEvent();
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  zx_signals_t observed = 0;
  EXPECT_OK(event.wait_one(ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_7, zx::time::infinite(), &observed));
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
}

TEST(OBJ_041, "a time-out still reports what was observed") {
  const zx::event event = MakeEvent();
  ASSERT_OK(event.signal(0, ZX_USER_SIGNAL_3));
  zx_signals_t observed = 0;
  const zx::time before = zx::time(zx_clock_get_monotonic());
  EXPECT_STATUS(event.wait_one(ZX_EVENT_SIGNALED, before + zx::msec(2), &observed), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(observed, ZX_USER_SIGNAL_3);
  EXPECT_GE(zx_clock_get_monotonic(), (before + zx::msec(2)).get());
}

TEST(OBJ_042, "a deadline in the past is a poll") {
  const zx::event event = MakeEvent();
  EXPECT_STATUS(event.wait_one(ZX_EVENT_SIGNALED, zx::time(0), nullptr), ZX_ERR_TIMED_OUT);
}

TEST(OBJ_043, "waiting needs the WAIT right") {
  const zx::handle event = target::Without(MakeEvent().get(), ZX_RIGHT_WAIT);
  EXPECT_STATUS(event.wait_one(ZX_EVENT_SIGNALED, zx::time(0), nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(OBJ_044, "another thread's signal ends the wait") {
  const zx::event event = MakeEvent();
  zx_handle_t value = event.get();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("signaller", [](void* argument) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    zx_object_signal(*static_cast<zx_handle_t*>(argument), 0, ZX_EVENT_SIGNALED);
  }, &value));
  zx_signals_t observed = 0;
  EXPECT_OK(event.wait_one(ZX_EVENT_SIGNALED, zx::deadline_after(zx::sec(5)), &observed));
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
  EXPECT_OK(thread.Join());
}

TEST(OBJ_045, "closing the handle cancels the wait") {
  zx::event event = MakeEvent();
  zx_handle_t value = event.release();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("closer", [](void* argument) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    zx_handle_close(*static_cast<zx_handle_t*>(argument));
  }, &value));
  zx_signals_t observed = 0;
  EXPECT_STATUS(zx_object_wait_one(value, ZX_EVENT_SIGNALED, zx_deadline_after(ZX_SEC(5)), &observed),
                ZX_ERR_CANCELED);
  EXPECT_TRUE(observed & ZX_SIGNAL_HANDLE_CLOSED);
  EXPECT_OK(thread.Join());
}

TEST(OBJ_050, "wait_many reports every item") {
  const zx::event a = MakeEvent();
  const zx::event b = MakeEvent();
  ASSERT_OK(b.signal(0, ZX_USER_SIGNAL_1));
  zx_wait_item_t items[] = {{a.get(), ZX_EVENT_SIGNALED, 99}, {b.get(), ZX_USER_SIGNAL_1, 99}};
  EXPECT_OK(zx_object_wait_many(items, 2, ZX_TIME_INFINITE));
  EXPECT_EQ(items[0].pending, 0u);
  EXPECT_EQ(items[1].pending, ZX_USER_SIGNAL_1);
}

TEST(OBJ_051, "wait_many times out with all items written") {
  const zx::event a = MakeEvent();
  ASSERT_OK(a.signal(0, ZX_USER_SIGNAL_5));
  zx_wait_item_t item = {a.get(), ZX_EVENT_SIGNALED, 0};
  EXPECT_STATUS(zx_object_wait_many(&item, 1, zx_deadline_after(ZX_MSEC(1))), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(item.pending, ZX_USER_SIGNAL_5);
}

TEST(OBJ_052, "wait_many of nothing sleeps") {
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_STATUS(zx_object_wait_many(nullptr, 0, deadline), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(OBJ_053, "wait_many takes at most 64 items") {
  const zx::event event = MakeEvent();
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  zx_wait_item_t items[65];
  for (zx_wait_item_t& item : items) item = {event.get(), ZX_EVENT_SIGNALED, 0};
  EXPECT_OK(zx_object_wait_many(items, 64, ZX_TIME_INFINITE));
  EXPECT_STATUS(zx_object_wait_many(items, 65, ZX_TIME_INFINITE), ZX_ERR_OUT_OF_RANGE);
}

TEST(OBJ_054, "wait_many with a bad handle is BAD_HANDLE") {
  const zx::event event = MakeEvent();
  zx_wait_item_t items[] = {{event.get(), ZX_EVENT_SIGNALED, 0}, {target::ClosedHandle(), 1, 0}};
  EXPECT_STATUS(zx_object_wait_many(items, 2, 0), ZX_ERR_BAD_HANDLE);
}

TEST(OBJ_060, "wait_async without its rights is refused") {
  const zx::event event = MakeEvent();
  zx::port port;
  ASSERT_OK(zx::port::create(0, &port));
  const zx::handle deaf = target::Without(event.get(), ZX_RIGHT_WAIT);
  const zx::handle dumb = target::Without(port.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_object_wait_async(deaf.get(), port.get(), 1, ZX_EVENT_SIGNALED, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_wait_async(event.get(), dumb.get(), 1, ZX_EVENT_SIGNALED, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_wait_async(event.get(), event.get(), 1, ZX_EVENT_SIGNALED, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_object_wait_async(event.get(), port.get(), 1, ZX_EVENT_SIGNALED, 0x80), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_object_wait_async(event.get(), port.get(), 1, ZX_EVENT_SIGNALED,
                                     ZX_WAIT_ASYNC_TIMESTAMP | ZX_WAIT_ASYNC_BOOT_TIMESTAMP),
                ZX_ERR_INVALID_ARGS);
}

TEST(OBJ_070, "get_child finds a thread of the process") {
  const zx_koid_t koid = target::KoidOf(zx_thread_self());
  zx::handle thread;
  ASSERT_OK(zx::process::self()->get_child(koid, ZX_RIGHT_SAME_RIGHTS, &thread));
  EXPECT_EQ(target::KoidOf(thread.get()), koid);
  EXPECT_EQ(target::Basic(thread.get()).type, ZX_OBJ_TYPE_THREAD);
}

TEST(OBJ_071, "get_child does not find what is not there") {
  zx::handle child;
  EXPECT_STATUS(zx::process::self()->get_child(ZX_KOID_KERNEL, ZX_RIGHT_SAME_RIGHTS, &child), ZX_ERR_NOT_FOUND);
  const zx::event event = MakeEvent();
  EXPECT_STATUS(zx_object_get_child(event.get(), 1, ZX_RIGHT_SAME_RIGHTS, child.reset_and_get_address()),
                ZX_ERR_WRONG_TYPE);
}

TEST(OBJ_072, "get_child needs ENUMERATE and gives no right the handle lacks") {
  const zx_koid_t koid = target::KoidOf(zx_thread_self());
  zx::handle child;
  const zx::handle blind = target::Without(zx_process_self(), ZX_RIGHT_ENUMERATE);
  EXPECT_STATUS(blind.get_child(koid, ZX_RIGHT_SAME_RIGHTS, &child), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx::process::self()->get_child(koid, ZX_RIGHT_EXECUTE, &child), ZX_ERR_ACCESS_DENIED);
}

TEST(OBJ_010, "numbers of the kernel are told to holders of the INFO resource") {
  zx_info_kmem_stats_t stats = {};
  const auto ask = [&](zx_handle_t resource) {
    return zx_object_get_info(resource, ZX_INFO_KMEM_STATS, &stats, sizeof(stats), nullptr, nullptr);
  };
  EXPECT_STATUS(ask(zx_process_self()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(ask(target::Vmex()->get()), ZX_ERR_OUT_OF_RANGE);
  EXPECT_OK(ask(target::SystemResource()->get()));
  EXPECT_GT(stats.total_bytes, stats.free_bytes);
}

TEST(OBJ_025, "a bad handle has no properties") {
  char name[ZX_MAX_NAME_LEN] = {};
  EXPECT_STATUS(zx_object_get_property(target::ClosedHandle(), ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_set_property(target::ClosedHandle(), ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_BAD_HANDLE);
}

TEST(OBJ_026, "a property may be out of range") {
  zx::vmo vmo;
  ASSERT_OK(zx::vmo::create(100, 0, &vmo));
  uint64_t size = uint64_t{zx_system_get_page_size()} + 1;
  EXPECT_STATUS(vmo.set_property(ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_OK(vmo.get_property(ZX_PROP_VMO_CONTENT_SIZE, &size, sizeof(size)));
  EXPECT_EQ(size, 100u);
}

TEST(OBJ_034, "a bad handle cannot be signalled") {
  EXPECT_STATUS(zx_object_signal(target::ClosedHandle(), 0, ZX_USER_SIGNAL_0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_signal_peer(target::ClosedHandle(), 0, ZX_USER_SIGNAL_0), ZX_ERR_BAD_HANDLE);
}

TEST(OBJ_046, "a bad handle cannot be waited for") {
  EXPECT_STATUS(zx_object_wait_one(target::ClosedHandle(), ZX_EVENT_SIGNALED, 0, nullptr), ZX_ERR_BAD_HANDLE);
}

TEST(OBJ_047, "what was observed must be told, or not be asked for") {
  const zx::event event = MakeEvent();
  auto* nowhere = reinterpret_cast<zx_signals_t*>(8);
  EXPECT_STATUS(event.wait_one(ZX_EVENT_SIGNALED, zx::time(0), nowhere), ZX_ERR_INVALID_ARGS);
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  EXPECT_STATUS(event.wait_one(ZX_EVENT_SIGNALED, zx::time(0), nowhere), ZX_ERR_INVALID_ARGS);
}

TEST(OBJ_055, "wait_many needs the WAIT right on each item") {
  const zx::event event = MakeEvent();
  const zx::handle deaf = target::Without(event.get(), ZX_RIGHT_WAIT);
  zx_wait_item_t items[] = {{event.get(), ZX_EVENT_SIGNALED, 0}, {deaf.get(), ZX_EVENT_SIGNALED, 0}};
  EXPECT_STATUS(zx_object_wait_many(items, 2, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(OBJ_056, "closing the handle of one item cancels wait_many") {
  const zx::event stays = MakeEvent();
  zx_handle_t goes = MakeEvent().release();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("closer", [](void* argument) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    zx_handle_close(*static_cast<zx_handle_t*>(argument));
  }, &goes));
  zx_wait_item_t items[] = {{stays.get(), ZX_EVENT_SIGNALED, 99}, {goes, ZX_EVENT_SIGNALED, 99}};
  EXPECT_STATUS(zx_object_wait_many(items, 2, zx_deadline_after(ZX_SEC(5))), ZX_ERR_CANCELED);
  EXPECT_EQ(items[0].pending, 0u);
  EXPECT_TRUE(items[1].pending & ZX_SIGNAL_HANDLE_CLOSED);
  EXPECT_OK(thread.Join());
}

TEST(OBJ_057, "items of wait_many must be readable and writable") {
  EXPECT_STATUS(zx_object_wait_many(reinterpret_cast<zx_wait_item_t*>(8), 1, 0), ZX_ERR_INVALID_ARGS);
}

TEST(OBJ_061, "wait_async with a bad handle is BAD_HANDLE") {
  const zx::event event = MakeEvent();
  zx::port port;
  ASSERT_OK(zx::port::create(0, &port));
  EXPECT_STATUS(zx_object_wait_async(event.get(), target::ClosedHandle(), 1, ZX_EVENT_SIGNALED, 0),
                ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_wait_async(target::ClosedHandle(), port.get(), 1, ZX_EVENT_SIGNALED, 0), ZX_ERR_BAD_HANDLE);
}

TEST(OBJ_073, "get_child of a bad handle, or to nowhere, is refused") {
  zx_handle_t child = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_object_get_child(target::ClosedHandle(), 1, ZX_RIGHT_SAME_RIGHTS, &child), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_object_get_child(zx_process_self(), target::KoidOf(zx_thread_self()), ZX_RIGHT_SAME_RIGHTS, nullptr),
                ZX_ERR_INVALID_ARGS);
}

}  // namespace
