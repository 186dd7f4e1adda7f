// SPDX-License-Identifier: BSD-2-Clause
// zx_thread_*.
#include <atomic>

#include <hafnon/thread.h>
#include <lib/zx/event.h>
#include <lib/zx/process.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

zx::thread MakeThread() {
  zx::thread thread;
  EXPECT_OK(zx::thread::create(*zx::process::self(), "thread", 6, 0, &thread));
  return thread;
}

// An entry that is a user address; the threads given it never run.
zx_vaddr_t AnyEntry() { return reinterpret_cast<zx_vaddr_t>(&zx_thread_exit); }

uint32_t StateOf(zx_handle_t thread) {
  zx_info_thread_t info = {};
  EXPECT_OK(zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr));
  return info.state;
}

TEST(THRD_001, "a fresh thread has the published rights and is NEW") {
  const zx::thread thread = MakeThread();
  EXPECT_EQ(target::RightsOf(thread.get()), ZX_DEFAULT_THREAD_RIGHTS);
  EXPECT_EQ(StateOf(thread.get()), ZX_THREAD_STATE_NEW);
  EXPECT_EQ(target::Basic(thread.get()).related_koid, target::KoidOf(zx_process_self()));
}

TEST(THRD_002, "bad arguments are refused") {
  zx::thread thread;
  EXPECT_STATUS(zx::thread::create(*zx::process::self(), "x", 1, 1, &thread), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::thread::create(*zx::process::self(), reinterpret_cast<char*>(8), 1, 0, &thread),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_thread_create(zx_process_self(), "x", 1, 0, nullptr), ZX_ERR_INVALID_ARGS);
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_thread_create(zx_job_default(), "x", 1, 0, &handle), ZX_ERR_WRONG_TYPE);
}

TEST(THRD_003, "creating needs MANAGE_THREAD") {
  const zx::handle weak = target::Without(zx_process_self(), ZX_RIGHT_MANAGE_THREAD | ZX_RIGHT_WRITE);
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_thread_create(weak.get(), "x", 1, 0, &handle), ZX_ERR_ACCESS_DENIED);
}

TEST(THRD_010, "a thread runs with its argument and ends") {
  std::atomic<int> value = 0;
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("runner", [](void* argument) { static_cast<std::atomic<int>*>(argument)->store(5); },
                         &value));
  EXPECT_OK(thread.Join());
  EXPECT_EQ(value.load(), 5);
}

TEST(THRD_011, "a finished thread is TERMINATED and DEAD") {
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("short", [](void*) {}, nullptr));
  zx::thread handle;
  ASSERT_OK(zx_handle_duplicate(thread.handle(), ZX_RIGHT_SAME_RIGHTS, handle.reset_and_get_address()));
  EXPECT_OK(thread.Join());
  EXPECT_TRUE(target::SignalsOf(handle.get()) & ZX_THREAD_TERMINATED);
  EXPECT_EQ(StateOf(handle.get()), ZX_THREAD_STATE_DEAD);
  EXPECT_STATUS(handle.start(AnyEntry(), 0, 0, 0), ZX_ERR_BAD_STATE);
}

TEST(THRD_012, "a waiting thread tells what it waits for") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  zx_handle_t value = event.get();
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("waiter", [](void* argument) {
    zx_object_wait_one(*static_cast<zx_handle_t*>(argument), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
  }, &value));
  for (int i = 0; i < 1000 && StateOf(thread.handle()) != ZX_THREAD_STATE_BLOCKED_WAIT_ONE; ++i) {
    zx_nanosleep(zx_deadline_after(ZX_USEC(100)));
  }
  EXPECT_EQ(StateOf(thread.handle()), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  ASSERT_OK(event.signal(0, ZX_EVENT_SIGNALED));
  EXPECT_OK(thread.Join());
}

TEST(THRD_013, "many threads run at once and count together") {
  static std::atomic<uint64_t> count;
  count = 0;
  hafnon::Thread threads[8];
  for (hafnon::Thread& thread : threads) {
    ASSERT_OK(thread.Start("counter", [](void*) {
      for (int i = 0; i < 10'000; ++i) count.fetch_add(1, std::memory_order_relaxed);
    }, nullptr));
  }
  for (hafnon::Thread& thread : threads) EXPECT_OK(thread.Join());
  EXPECT_EQ(count.load(), 80'000u);
}

thread_local int t_value = 7;

TEST(THRD_014, "thread-local storage is per thread") {
  t_value = 1;
  static std::atomic<int> seen;
  seen = 0;
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("local", [](void*) {
    seen = t_value;
    t_value = 99;
  }, nullptr));
  EXPECT_OK(thread.Join());
  EXPECT_EQ(seen.load(), 7);
  EXPECT_EQ(t_value, 1);
}

TEST(THRD_015, "vector registers survive switches between threads") {
  static std::atomic<int> wrong;
  wrong = 0;
  hafnon::Thread threads[4];
  for (size_t i = 0; i < 4; ++i) {
    ASSERT_OK(threads[i].Start("vector", [](void* argument) {
      double value = static_cast<double>(reinterpret_cast<uintptr_t>(argument));
      double sum = 0;
      for (int k = 0; k < 2'000; ++k) {
        sum += value;
        if (k % 16 == 0) zx_thread_legacy_yield(0);
      }
      if (sum != value * 2'000) wrong.fetch_add(1);
    }, reinterpret_cast<void*>(i + 1)));
  }
  for (hafnon::Thread& thread : threads) EXPECT_OK(thread.Join());
  EXPECT_EQ(wrong.load(), 0);
}

TEST(THRD_016, "a thread that never makes a call keeps its vector registers as well") {
  static std::atomic<int> wrong;
  wrong = 0;
  hafnon::Thread threads[4];
  for (size_t i = 0; i < 4; ++i) {
    ASSERT_OK(threads[i].Start("preempted", [](void* argument) {
      // Several time slices long; both stay in registers that calls need not keep.
      constexpr int kSteps = 5'000'000;
      const auto number = reinterpret_cast<uintptr_t>(argument);
      const auto value = static_cast<double>(number);
      double sum = 0;
      for (int k = 0; k < kSteps; ++k) {
        sum += value;
        __asm__ volatile("");
      }
      if (static_cast<uintptr_t>(sum) != number * kSteps) wrong.fetch_add(1);
    }, reinterpret_cast<void*>(i + 1)));
  }
  for (hafnon::Thread& thread : threads) EXPECT_OK(thread.Join());
  EXPECT_EQ(wrong.load(), 0);
}

TEST(THRD_020, "a thread of a process that was not started cannot start") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  target::Child child;
  ASSERT_OK(child.Create(job));
  EXPECT_STATUS(child.thread().start(AnyEntry(), 0, 0, 0), ZX_ERR_BAD_STATE);
}

TEST(THRD_021, "starting needs MANAGE_THREAD") {
  const zx::thread thread = MakeThread();
  const zx::handle weak = target::Without(thread.get(), ZX_RIGHT_MANAGE_THREAD | ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_thread_start(weak.get(), AnyEntry(), 0, 0, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(THRD_022, "an entry outside user space is refused") {
  const zx::thread thread = MakeThread();
  EXPECT_STATUS(thread.start(0xffff'8000'0000'0000, 4096, 0, 0), ZX_ERR_INVALID_ARGS);
}

TEST(THRD_023, "a thread cannot be killed alone") {
  const zx::thread thread = MakeThread();
  EXPECT_STATUS(thread.kill(), ZX_ERR_NOT_SUPPORTED);
}

TEST(THRD_030, "yield takes no options") {
  EXPECT_OK(zx_thread_legacy_yield(0));
  EXPECT_STATUS(zx_thread_legacy_yield(1), ZX_ERR_INVALID_ARGS);
}

TEST(THRD_031, "a process lists its threads") {
  zx_koid_t koids[64] = {};
  size_t actual = 0;
  ASSERT_OK(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_THREADS, koids, sizeof(koids), &actual, nullptr));
  bool found = false;
  for (size_t i = 0; i < actual; ++i) found = found || koids[i] == target::KoidOf(zx_thread_self());
  EXPECT_TRUE(found);
}

// A region of its own for a thread to unmap, and a handle for it to close.
struct Belongings {
  zx_vaddr_t address = 0;
  size_t size = 0;
  zx_handle_t handle = ZX_HANDLE_INVALID;
  std::atomic<int> step = 0;
};

void MakeBelongings(Belongings& belongings) {
  zx::vmo vmo;
  belongings.size = zx_system_get_page_size();
  ASSERT_OK(zx::vmo::create(belongings.size, 0, &vmo));
  ASSERT_OK(zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, belongings.size,
                                       &belongings.address));
  ASSERT_OK(zx_event_create(0, &belongings.handle));
}

bool IsMapped(const Belongings& belongings) {
  return zx_vmar_protect(zx_vmar_root_self(), ZX_VM_PERM_READ, belongings.address, belongings.size) == ZX_OK;
}

TEST(THRD_040, "a thread may unmap a region, close a handle and end in one call") {
  Belongings belongings;
  MakeBelongings(belongings);
  ASSERT_TRUE(IsMapped(belongings));
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("leaver", [](void* argument) {
    auto& mine = *static_cast<Belongings*>(argument);
    mine.step = 1;
    zx_vmar_unmap_handle_close_thread_exit(zx_vmar_root_self(), mine.address, mine.size, mine.handle);
    mine.step = 2;
  }, &belongings));
  EXPECT_OK(thread.Join());
  EXPECT_EQ(belongings.step.load(), 1);
  EXPECT_FALSE(IsMapped(belongings));
  EXPECT_STATUS(zx_handle_close(belongings.handle), ZX_ERR_BAD_HANDLE);
}

TEST(THRD_041, "when nothing can be unmapped the thread goes on with its handle") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  const zx_handle_t root = zx_vmar_root_self();
  EXPECT_STATUS(zx_vmar_unmap_handle_close_thread_exit(root, 1, 4096, event.get()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmar_unmap_handle_close_thread_exit(root, 0, 0, event.get()), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_vmar_unmap_handle_close_thread_exit(event.get(), 0, 4096, event.get()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_vmar_unmap_handle_close_thread_exit(target::ClosedHandle(), 0, 4096, event.get()),
                ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(target::SignalsOf(event.get()), 0u);
  EXPECT_NE(target::KoidOf(event.get()), ZX_KOID_INVALID);
}

TEST(THRD_042, "a thread may unmap the stack it runs on, and needs nothing of it") {
  target::Child child;
  ASSERT_OK(child.Create(*zx::job::default_job()));
  const size_t page = zx_system_get_page_size();
  child.Call(zx_vmar_unmap_handle_close_thread_exit, target::kStartHandle, child.stack_top() - page, page, 0u);
  child.Call(zx_process_exit, 9);
  zx::vmar root;
  ASSERT_OK(child.root().duplicate(ZX_RIGHT_SAME_RIGHTS, &root));
  ASSERT_OK(child.Start(std::move(root)));
  // The end of the last thread, not of an exception.
  EXPECT_EQ(child.WaitForExit(), 0);
}

TEST(THRD_043, "a handle that cannot be closed does not keep the thread") {
  Belongings belongings;
  MakeBelongings(belongings);
  ASSERT_OK(zx_handle_close(belongings.handle));
  hafnon::Thread thread;
  ASSERT_OK(thread.Start("leaver", [](void* argument) {
    const auto& mine = *static_cast<Belongings*>(argument);
    zx_vmar_unmap_handle_close_thread_exit(zx_vmar_root_self(), mine.address, mine.size, mine.handle);
  }, &belongings));
  EXPECT_OK(thread.Join());
  EXPECT_FALSE(IsMapped(belongings));
}

TEST(THRD_004, "a bad handle is no process to create in") {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_thread_create(target::ClosedHandle(), "x", 1, 0, &handle), ZX_ERR_BAD_HANDLE);
}

TEST(THRD_024, "only threads are started") {
  EXPECT_STATUS(zx_thread_start(target::ClosedHandle(), AnyEntry(), 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_thread_start(zx_process_self(), AnyEntry(), 0, 0, 0), ZX_ERR_WRONG_TYPE);
}

TEST(THRD_044, "what unmap refuses keeps the thread and its handle") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  const size_t page = zx_system_get_page_size();
  zx::vmar region;
  zx::vmar inner;
  zx_vaddr_t base = 0;
  zx_vaddr_t inner_base = 0;
  ASSERT_OK(zx::vmar::root_self()->allocate(ZX_VM_CAN_MAP_SPECIFIC, 0, 4 * page, &region, &base));
  ASSERT_OK(region.allocate(ZX_VM_SPECIFIC, 0, page, &inner, &inner_base));
  const zx::handle weak = target::Without(region.get(), ZX_RIGHT_OP_CHILDREN);
  const auto leave = [&](zx_handle_t vmar, zx_vaddr_t address) {
    return zx_vmar_unmap_handle_close_thread_exit(vmar, address, page, event.get());
  };
  EXPECT_STATUS(leave(weak.get(), base), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(leave(region.get(), base + 2 * page), ZX_ERR_NOT_FOUND);
  ASSERT_OK(region.destroy());
  EXPECT_STATUS(leave(region.get(), base), ZX_ERR_BAD_STATE);
  EXPECT_OK(zx_handle_check_valid(event.get()));
}

}  // namespace
