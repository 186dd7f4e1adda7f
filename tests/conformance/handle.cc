// SPDX-License-Identifier: BSD-2-Clause
// zx_handle_*.
#include <lib/zx/channel.h>
#include <lib/zx/event.h>

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

}  // namespace
