// SPDX-License-Identifier: BSD-2-Clause
// zx_handle_*.
#include <iterator>

#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/vmo.h>
#include <zircon/process.h>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using target::RightsOf;

zx::event MakeEvent() {
  zx::event event;
  EXPECT_OK(zx::event::create(0, &event));
  return event;
}

TEST(HNDL_001, "closing ZX_HANDLE_INVALID succeeds") { EXPECT_OK(zx_handle_close(ZX_HANDLE_INVALID)); }

TEST(HNDL_002, "closing a handle makes its value invalid") {
  zx::event event = MakeEvent();
  const zx_handle_t value = event.release();
  EXPECT_OK(zx_handle_close(value));
  EXPECT_STATUS(zx_handle_close(value), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_003, "a value without the fixed low bits is not a handle") {
  const zx::event event = MakeEvent();
  EXPECT_EQ(event.get() & ZX_HANDLE_FIXED_BITS_MASK, ZX_HANDLE_FIXED_BITS_MASK);
  for (zx_handle_t bits = 0; bits < 3; ++bits) {
    const zx_handle_t forged = (event.get() & ~ZX_HANDLE_FIXED_BITS_MASK) | bits;
    if (forged != ZX_HANDLE_INVALID) EXPECT_STATUS(zx_handle_close(forged), ZX_ERR_BAD_HANDLE);
  }
  EXPECT_OK(zx_object_signal(event.get(), 0, 0));
}

TEST(HNDL_004, "values nobody gave out are bad handles") {
  for (zx_handle_t value : {3u, 7u, 0x7fff'ffffu, 0xffff'ffffu, 0x1234'5677u}) {
    EXPECT_STATUS(zx_handle_check_valid(value), ZX_ERR_BAD_HANDLE);
  }
}

TEST(HNDL_005, "a closed value does not come back soon") {
  const zx_handle_t closed = target::ClosedHandle();
  for (int i = 0; i < 100; ++i) {
    const zx::event event = MakeEvent();
    EXPECT_NE(event.get(), closed);
  }
  EXPECT_STATUS(zx_handle_check_valid(closed), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_010, "close_many closes all and ignores zeros") {
  zx_handle_t handles[] = {MakeEvent().release(), ZX_HANDLE_INVALID, MakeEvent().release()};
  EXPECT_OK(zx_handle_close_many(handles, 3));
  EXPECT_STATUS(zx_handle_check_valid(handles[0]), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_handle_check_valid(handles[2]), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_011, "close_many closes the valid ones when another is bad") {
  zx_handle_t handles[] = {MakeEvent().release(), target::ClosedHandle(), MakeEvent().release()};
  EXPECT_STATUS(zx_handle_close_many(handles, 3), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_handle_check_valid(handles[0]), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_handle_check_valid(handles[2]), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_012, "close_many of nothing succeeds") { EXPECT_OK(zx_handle_close_many(nullptr, 0)); }

TEST(HNDL_013, "close_many has no upper limit") {
  zx_handle_t handles[300];
  for (zx_handle_t& handle : handles) handle = MakeEvent().release();
  EXPECT_OK(zx_handle_close_many(handles, 300));
  for (zx_handle_t handle : handles) EXPECT_STATUS(zx_handle_check_valid(handle), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_014, "close_many of unreadable memory is INVALID_ARGS") {
  EXPECT_STATUS(zx_handle_close_many(reinterpret_cast<zx_handle_t*>(8), 1), ZX_ERR_INVALID_ARGS);
}

TEST(HNDL_020, "a duplicate with the same rights names the same object") {
  const zx::event event = MakeEvent();
  zx::event copy;
  ASSERT_OK(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy));
  EXPECT_NE(copy.get(), event.get());
  EXPECT_EQ(target::KoidOf(copy.get()), target::KoidOf(event.get()));
  EXPECT_EQ(RightsOf(copy.get()), ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  EXPECT_EQ(target::SignalsOf(copy.get()), ZX_EVENT_SIGNALED);
}

TEST(HNDL_021, "a duplicate may have fewer rights") {
  const zx::event event = MakeEvent();
  zx::event copy;
  ASSERT_OK(event.duplicate(ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT, &copy));
  EXPECT_EQ(RightsOf(copy.get()), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
  EXPECT_STATUS(copy.signal(0, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
}

TEST(HNDL_022, "a duplicate cannot have more rights") {
  const zx::event event = MakeEvent();
  zx::event copy;
  EXPECT_STATUS(event.duplicate(ZX_DEFAULT_EVENT_RIGHTS | ZX_RIGHT_WRITE, &copy), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(zx_handle_check_valid(event.get()));
}

TEST(HNDL_023, "duplicating needs the DUPLICATE right") {
  const zx::handle event = target::Without(MakeEvent().get(), ZX_RIGHT_DUPLICATE);
  zx::handle copy;
  EXPECT_STATUS(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_ACCESS_DENIED);
}

TEST(HNDL_024, "duplicating a bad handle is BAD_HANDLE") {
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_duplicate(ZX_HANDLE_INVALID, ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_handle_duplicate(target::ClosedHandle(), ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_025, "a result that cannot be stored is INVALID_ARGS and leaves no handle") {
  const zx::event event = MakeEvent();
  EXPECT_STATUS(zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, nullptr), ZX_ERR_INVALID_ARGS);
  zx_info_handle_count_t count = {};
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_COUNT, &count, sizeof(count), nullptr, nullptr));
  EXPECT_EQ(count.handle_count, 1u);
}

TEST(HNDL_030, "replace gives a new handle and ends the old one") {
  zx::event event = MakeEvent();
  const zx_koid_t koid = target::KoidOf(event.get());
  const zx_handle_t old = event.get();
  zx_handle_t fresh = ZX_HANDLE_INVALID;
  ASSERT_OK(zx_handle_replace(event.release(), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT, &fresh));
  EXPECT_STATUS(zx_handle_check_valid(old), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(target::KoidOf(fresh), koid);
  EXPECT_EQ(RightsOf(fresh), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
  EXPECT_OK(zx_handle_close(fresh));
}

TEST(HNDL_031, "a failed replace ends the old handle too") {
  zx::event event = MakeEvent();
  const zx_handle_t old = event.get();
  zx_handle_t fresh = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_replace(event.release(), ZX_RIGHT_EXECUTE, &fresh), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_handle_check_valid(old), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_032, "replace needs no right") {
  const zx::event event = MakeEvent();
  zx::handle bare = target::WithOnly(event.get(), ZX_RIGHT_WAIT);
  zx_handle_t fresh = ZX_HANDLE_INVALID;
  EXPECT_OK(zx_handle_replace(bare.release(), ZX_RIGHT_SAME_RIGHTS, &fresh));
  EXPECT_OK(zx_handle_close(fresh));
}

TEST(HNDL_040, "check_valid knows valid from invalid") {
  const zx::event event = MakeEvent();
  EXPECT_OK(zx_handle_check_valid(event.get()));
  EXPECT_STATUS(zx_handle_check_valid(ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
}

TEST(HNDL_050, "ten thousand handles are closed without a trace") {
  const zx::event event = MakeEvent();
  static zx_handle_t handles[10'000];
  for (zx_handle_t& handle : handles) ASSERT_OK(zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, &handle));
  zx_info_handle_count_t count = {};
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_COUNT, &count, sizeof(count), nullptr, nullptr));
  EXPECT_EQ(count.handle_count, 10'001u);
  EXPECT_OK(zx_handle_close_many(handles, 10'000));
  ASSERT_OK(event.get_info(ZX_INFO_HANDLE_COUNT, &count, sizeof(count), nullptr, nullptr));
  EXPECT_EQ(count.handle_count, 1u);
}

TEST(HNDL_033, "replacing a bad handle is BAD_HANDLE") {
  zx_handle_t fresh = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_replace(target::ClosedHandle(), ZX_RIGHT_SAME_RIGHTS, &fresh), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(fresh, ZX_HANDLE_INVALID);
}

// Every call that makes a handle of the caller's own, with what it needs.
void ExpectNoRoomForHandles(zx_handle_t job, zx_handle_t vmo, zx_handle_t resource) {
  zx_handle_t a = ZX_HANDLE_INVALID;
  zx_handle_t b = ZX_HANDLE_INVALID;
  zx_vaddr_t address = 0;
  const zx_handle_t self = zx_process_self();
  const zx_koid_t thread = target::KoidOf(zx_thread_self());
  EXPECT_STATUS(zx_event_create(0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_eventpair_create(0, &a, &b), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_channel_create(0, &a, &b), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_socket_create(0, &a, &b), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_port_create(0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_timer_create(0, ZX_CLOCK_MONOTONIC, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_clock_create(0, nullptr, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_vmo_create(4096, 0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_vmo_create_child(vmo, ZX_VMO_CHILD_SNAPSHOT, 0, 4096, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_vmar_allocate(zx_vmar_root_self(), 0, 0, zx_system_get_page_size(), &a, &address),
                ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_job_create(job, 0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_process_create(job, "x", 1, 0, &a, &b), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_thread_create(self, "x", 1, 0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_task_create_exception_channel(job, 0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_object_get_child(self, thread, ZX_RIGHT_SAME_RIGHTS, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_debuglog_create(ZX_HANDLE_INVALID, 0, &a), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(zx_resource_create(resource, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 1, "x", 1, &a),
                ZX_ERR_NO_RESOURCES);
  EXPECT_EQ(a, ZX_HANDLE_INVALID);
  EXPECT_EQ(b, ZX_HANDLE_INVALID);
}

TEST(HNDL_051, "a full table refuses every call that would make a handle, and loses no message") {
  zx::channel here;
  zx::channel there;
  zx::job job;
  zx::vmo vmo;
  ASSERT_OK(zx::channel::create(0, &here, &there));
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  ASSERT_OK(zx::vmo::create(4096, 0, &vmo));
  const zx_handle_t sent = MakeEvent().release();
  ASSERT_OK(here.write(0, nullptr, 0, &sent, 1));
  const zx::unowned_resource resource = target::SystemResource();

  const zx::event event = MakeEvent();
  static zx_handle_t handles[1 << 18];
  size_t count = 0;
  zx_status_t status = ZX_OK;
  while (count < std::size(handles)) {
    status = zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, &handles[count]);
    if (status != ZX_OK) break;
    ++count;
  }
  EXPECT_STATUS(status, ZX_ERR_NO_RESOURCES);
  ExpectNoRoomForHandles(job.get(), vmo.get(), resource->get());
  zx_handle_t received = ZX_HANDLE_INVALID;
  zx_handle_info_t info = {};
  EXPECT_STATUS(there.read(0, nullptr, &received, 0, 1, nullptr, nullptr), ZX_ERR_NO_RESOURCES);
  EXPECT_STATUS(there.read_etc(0, nullptr, &info, 0, 1, nullptr, nullptr), ZX_ERR_NO_RESOURCES);

  EXPECT_OK(zx_handle_close_many(handles, count));
  ASSERT_OK(there.read(0, nullptr, &received, 0, 1, nullptr, nullptr));
  EXPECT_OK(zx_handle_close(received));
}

}  // namespace
