// SPDX-License-Identifier: BSD-2-Clause
// zx_futex_*.
#include <atomic>

#include <hafnon/thread.h>
#include <lib/zx/event.h>
#include <lib/zx/time.h>
#include <zircon/process.h>
#include <zircon/syscalls/object.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

TEST(FUTX_001, "a different value does not wait") {
  const zx_futex_t futex = 1;
  EXPECT_STATUS(zx_futex_wait(&futex, 2, ZX_HANDLE_INVALID, ZX_TIME_INFINITE), ZX_ERR_BAD_STATE);
}

TEST(FUTX_002, "the same value waits until the deadline") {
  const zx_futex_t futex = 1;
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_STATUS(zx_futex_wait(&futex, 1, ZX_HANDLE_INVALID, deadline), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
}

TEST(FUTX_003, "a futex is aligned and in memory") {
  alignas(4) const char bytes[8] = {};
  const auto* crooked = reinterpret_cast<const zx_futex_t*>(bytes + 1);
  EXPECT_STATUS(zx_futex_wait(crooked, 0, ZX_HANDLE_INVALID, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wake(crooked, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wait(reinterpret_cast<const zx_futex_t*>(0x1000), 0, ZX_HANDLE_INVALID, 0),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_futex_wait(nullptr, 0, ZX_HANDLE_INVALID, 0), ZX_ERR_INVALID_ARGS);
}

TEST(FUTX_004, "waking nobody succeeds") {
  const zx_futex_t futex = 0;
  EXPECT_OK(zx_futex_wake(&futex, 1));
  EXPECT_OK(zx_futex_wake(&futex, UINT32_MAX));
  EXPECT_OK(zx_futex_wake(&futex, 0));
}

TEST(FUTX_005, "an owner is a thread of this process, and not the waiter") {
  const zx_futex_t futex = 0;
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_STATUS(zx_futex_wait(&futex, 0, event.get(), 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, target::ClosedHandle(), 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_futex_wait(&futex, 0, zx_thread_self(), 0), ZX_ERR_INVALID_ARGS);
}

struct Sleepers {
  std::atomic<zx_futex_t> futex = 0;
  std::atomic<int> asleep = 0;
  std::atomic<int> woken = 0;
  std::atomic<int> failures = 0;
};

void Sleep(void* argument) {
  auto* shared = static_cast<Sleepers*>(argument);
  shared->asleep.fetch_add(1);
  const zx_status_t status = zx_futex_wait(reinterpret_cast<zx_futex_t*>(&shared->futex), 0, ZX_HANDLE_INVALID,
                                           zx_deadline_after(ZX_SEC(5)));
  if (status != ZX_OK) shared->failures.fetch_add(1);
  shared->woken.fetch_add(1);
}

// Whether all threads wait in the kernel, so that a wake cannot miss one.
bool AllBlocked(const hafnon::Thread* threads, size_t count) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    size_t blocked = 0;
    for (size_t i = 0; i < count; ++i) {
      zx_info_thread_t info = {};
      zx_object_get_info(threads[i].handle(), ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr);
      if (info.state == ZX_THREAD_STATE_BLOCKED_FUTEX) ++blocked;
    }
    if (blocked == count) return true;
    zx_nanosleep(zx_deadline_after(ZX_USEC(100)));
  }
  return false;
}

TEST(FUTX_010, "wake wakes as many as it is told") {
  static Sleepers shared;
  hafnon::Thread threads[3];
  for (hafnon::Thread& thread : threads) ASSERT_OK(thread.Start("sleeper", Sleep, &shared));
  ASSERT_TRUE(AllBlocked(threads, 3));
  ASSERT_OK(zx_futex_wake(reinterpret_cast<zx_futex_t*>(&shared.futex), 2));
  for (int i = 0; i < 1000 && shared.woken.load() < 2; ++i) zx_nanosleep(zx_deadline_after(ZX_USEC(100)));
  EXPECT_EQ(shared.woken.load(), 2);
  ASSERT_OK(zx_futex_wake(reinterpret_cast<zx_futex_t*>(&shared.futex), 1));
  for (hafnon::Thread& thread : threads) EXPECT_OK(thread.Join());
  EXPECT_EQ(shared.woken.load(), 3);
  EXPECT_EQ(shared.failures.load(), 0);
}

TEST(FUTX_011, "the futexes of one page are apart") {
  static Sleepers shared;
  static zx_futex_t neighbour = 0;
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("sleeper", Sleep, &shared));
  ASSERT_TRUE(AllBlocked(&thread, 1));
  EXPECT_OK(zx_futex_wake(&neighbour, UINT32_MAX));
  EXPECT_EQ(shared.woken.load(), 0);
  EXPECT_OK(zx_futex_wake(reinterpret_cast<zx_futex_t*>(&shared.futex), 1));
  EXPECT_OK(thread.Join());
}

struct PingPong {
  std::atomic<zx_futex_t> turn = 0;
  static constexpr int kRounds = 500;
};

void Play(PingPong& game, zx_futex_t mine, zx_futex_t other) {
  for (int i = 0; i < PingPong::kRounds; ++i) {
    while (game.turn.load() != mine) {
      zx_futex_wait(reinterpret_cast<zx_futex_t*>(&game.turn), other, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
    game.turn.store(other);
    zx_futex_wake(reinterpret_cast<zx_futex_t*>(&game.turn), 1);
  }
}

TEST(FUTX_012, "two threads take turns") {
  static PingPong game;
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("pong", [](void*) { Play(game, 1, 0); }, nullptr));
  Play(game, 0, 1);
  EXPECT_OK(thread.Join());
  EXPECT_EQ(game.turn.load(), 0);
}

// What a thread leaves behind at its end.
struct Farewell {
  std::atomic<zx_futex_t> value = 0;
  zx_handle_t handle = ZX_HANDLE_INVALID;
  zx_futex_t* futex() { return reinterpret_cast<zx_futex_t*>(&value); }
};

void SayFarewell(void* argument) {
  auto& farewell = *static_cast<Farewell*>(argument);
  zx_futex_wake_handle_close_thread_exit(farewell.futex(), 1, 42, farewell.handle);
}

TEST(FUTX_020, "a thread may store, wake, close a handle and end in one call") {
  Farewell farewell;
  ASSERT_OK(zx_event_create(0, &farewell.handle));
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("leaver", SayFarewell, &farewell));
  while (farewell.value.load() == 0) {
    zx_futex_wait(farewell.futex(), 0, ZX_HANDLE_INVALID, zx_deadline_after(ZX_SEC(5)));
  }
  EXPECT_EQ(farewell.value.load(), 42);
  EXPECT_OK(thread.Join());
  EXPECT_STATUS(zx_handle_close(farewell.handle), ZX_ERR_BAD_HANDLE);
}

TEST(FUTX_021, "waking nobody and closing nothing, a thread still ends") {
  Farewell farewell;
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("leaver", SayFarewell, &farewell));
  EXPECT_OK(thread.Join());
  EXPECT_EQ(farewell.value.load(), 42);
  farewell.value = 0;
  farewell.handle = target::ClosedHandle();
  ASSERT_OK(thread.Start("leaver", SayFarewell, &farewell));
  EXPECT_OK(thread.Join());
  EXPECT_EQ(farewell.value.load(), 42);
}

TEST(FUTX_022, "the last thread's farewell ends its process") {
  target::Child child;
  ASSERT_OK(child.Create(*zx::job::default_job()));
  child.Call(zx_futex_wake_handle_close_thread_exit, child.child_data(), 1u, 7, 0u);
  child.Call(zx_process_exit, 9);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 0);
  EXPECT_EQ(*reinterpret_cast<const volatile zx_futex_t*>(child.data()), 7);
}

TEST(FUTX_023, "a farewell at an address that is not memory is the thread's own fault") {
  target::Child child;
  ASSERT_OK(child.Create(*zx::job::default_job()));
  child.Call(zx_futex_wake_handle_close_thread_exit, 8u, 1u, 7, 0u);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

}  // namespace
