// SPDX-License-Identifier: BSD-2-Clause
// zx_process_*: creation, start, end; what another process may do.
#include <string.h>

#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/process.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using target::Child;

zx::job MakeJob() {
  zx::job job;
  EXPECT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  return job;
}

// A user address where nothing is mapped: the last page of the child's space.
uintptr_t Nowhere(const Child& child) {
  zx_info_vmar_t info = {};
  EXPECT_OK(child.root().get_info(ZX_INFO_VMAR, &info, sizeof(info), nullptr, nullptr));
  return info.base + info.len - zx_system_get_page_size();
}

TEST(PROC_001, "a fresh process has the published rights, a region and no past") {
  const zx::job job = MakeJob();
  zx::process process;
  zx::vmar root;
  ASSERT_OK(zx::process::create(job, "name", 4, 0, &process, &root));
  EXPECT_EQ(target::RightsOf(process.get()), ZX_DEFAULT_PROCESS_RIGHTS);
  EXPECT_EQ(target::Basic(process.get()).related_koid, target::KoidOf(job.get()));
  EXPECT_EQ(target::RightsOf(root.get()),
            ZX_DEFAULT_VMAR_RIGHTS | ZX_RIGHT_READ | ZX_RIGHT_WRITE | ZX_RIGHT_EXECUTE);
  zx_info_process_t info = {};
  ASSERT_OK(process.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.flags, 0u);
  EXPECT_EQ(info.start_time, 0);
  char name[ZX_MAX_NAME_LEN] = {};
  ASSERT_OK(process.get_property(ZX_PROP_NAME, name, sizeof(name)));
  EXPECT_STREQ(name, "name");
}

TEST(PROC_002, "bad arguments are refused") {
  const zx::job job = MakeJob();
  zx::process process;
  zx::vmar root;
  EXPECT_STATUS(zx::process::create(job, "name", 4, 8, &process, &root), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::process::create(job, reinterpret_cast<char*>(8), 4, 0, &process, &root), ZX_ERR_INVALID_ARGS);
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_process_create(job.get(), "name", 4, 0, nullptr, &handle), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_process_create(zx_process_self(), "name", 4, 0, &handle, &handle), ZX_ERR_WRONG_TYPE);
}

TEST(PROC_003, "creating needs MANAGE_PROCESS on the job") {
  const zx::job job = MakeJob();
  const zx::handle weak = target::Without(job.get(), ZX_RIGHT_MANAGE_PROCESS | ZX_RIGHT_WRITE);
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t root = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_process_create(weak.get(), "name", 4, 0, &process, &root), ZX_ERR_ACCESS_DENIED);
}

TEST(PROC_004, "a dead job takes no processes") {
  const zx::job job = MakeJob();
  ASSERT_OK(job.kill());
  zx::process process;
  zx::vmar root;
  EXPECT_STATUS(zx::process::create(job, "name", 4, 0, &process, &root), ZX_ERR_BAD_STATE);
}

TEST(PROC_005, "a job knows its processes") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  EXPECT_FALSE(target::SignalsOf(job.get()) & ZX_JOB_NO_PROCESSES);
  zx_koid_t koid = 0;
  size_t actual = 0;
  ASSERT_OK(job.get_info(ZX_INFO_JOB_PROCESSES, &koid, sizeof(koid), &actual, nullptr));
  EXPECT_EQ(actual, 1u);
  EXPECT_EQ(koid, target::KoidOf(child.process().get()));
}

TEST(PROC_006, "a process that never started goes with its last handle") {
  const zx::job job = MakeJob();
  zx::process process;
  zx::vmar root;
  ASSERT_OK(zx::process::create(job, "name", 4, 0, &process, &root));
  process.reset();
  EXPECT_OK(job.wait_one(ZX_JOB_NO_PROCESSES, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(PROC_010, "a process runs and its exit code is kept") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_process_exit, -7);
  const zx_time_t before = zx_clock_get_monotonic();
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), -7);
  zx_info_process_t info = {};
  ASSERT_OK(child.process().get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.flags, ZX_INFO_PROCESS_FLAG_STARTED | ZX_INFO_PROCESS_FLAG_EXITED);
  EXPECT_GE(info.start_time, before);
  EXPECT_LE(info.start_time, zx_clock_get_monotonic());
}

TEST(PROC_011, "the end of the last thread is the end of the process, with code 0") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_thread_exit);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 0);
}

TEST(PROC_012, "a killed process says so") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(child.Start(zx::handle()));
  ASSERT_OK(child.process().kill());
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(PROC_013, "the start handle arrives and talks back") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  zx::channel ours;
  zx::channel theirs;
  ASSERT_OK(zx::channel::create(0, &ours, &theirs));
  memcpy(child.data(), "hello", 5);
  child.Call(zx_channel_write, target::kStartHandle, 0, child.child_data(), 5, 0, 0);
  ASSERT_OK(child.Start(zx::handle(theirs.release())));
  ASSERT_OK(ours.wait_one(ZX_CHANNEL_READABLE, zx::deadline_after(zx::sec(5)), nullptr));
  char buffer[8] = {};
  ASSERT_OK(ours.read(0, buffer, nullptr, sizeof(buffer), 0, nullptr, nullptr));
  EXPECT_EQ(memcmp(buffer, "hello", 5), 0);
}

TEST(PROC_014, "handles of a dead process are closed") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  zx::channel ours;
  zx::channel theirs;
  ASSERT_OK(zx::channel::create(0, &ours, &theirs));
  child.Call(zx_process_exit, 0);
  ASSERT_OK(child.Start(zx::handle(theirs.release())));
  EXPECT_OK(ours.wait_one(ZX_CHANNEL_PEER_CLOSED, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(PROC_015, "handle values of one process mean nothing in another") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  child.Call(zx_object_signal, event.get(), 0, ZX_EVENT_SIGNALED);
  child.Call(zx_process_exit, 1);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), 1);
  EXPECT_STATUS(child.result(0), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(target::SignalsOf(event.get()), 0u);
}

TEST(PROC_020, "a process starts once") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_STATUS(child.Start(zx::handle()), ZX_ERR_BAD_STATE);
}

TEST(PROC_021, "a thread of another process cannot start it") {
  const zx::job job = MakeJob();
  Child one;
  Child other;
  ASSERT_OK(one.Create(job));
  ASSERT_OK(other.Create(job));
  EXPECT_STATUS(one.process().start(other.thread(), Nowhere(one), 4096, zx::handle(), 0), ZX_ERR_ACCESS_DENIED);
}

TEST(PROC_022, "the start handle is consumed also when the start fails") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(child.Start(zx::handle()));
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  const zx_handle_t value = event.release();
  EXPECT_STATUS(zx_process_start(child.process().get(), child.thread().get(), Nowhere(child), 4096, value, 0),
                ZX_ERR_BAD_STATE);
  EXPECT_STATUS(zx_handle_check_valid(value), ZX_ERR_BAD_HANDLE);
}

TEST(PROC_023, "starting needs WRITE on process and thread") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  const zx::handle process = target::Without(child.process().get(), ZX_RIGHT_WRITE);
  const zx::handle thread = target::Without(child.thread().get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_process_start(process.get(), child.thread().get(), Nowhere(child), 4096, 0, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_process_start(child.process().get(), thread.get(), Nowhere(child), 4096, 0, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(PROC_024, "an entry outside user space is refused") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  EXPECT_STATUS(child.process().start(child.thread(), 0xffff'8000'0000'0000, 4096, zx::handle(), 0),
                ZX_ERR_INVALID_ARGS);
}

TEST(PROC_030, "a jump into nothing ends the process as an exception") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(child.process().start(child.thread(), Nowhere(child), 0, zx::handle(), 0));
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(PROC_031, "killing needs the DESTROY right") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  const zx::handle weak = target::Without(child.process().get(), ZX_RIGHT_DESTROY);
  EXPECT_STATUS(zx_task_kill(weak.get()), ZX_ERR_ACCESS_DENIED);
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_STATUS(zx_task_kill(event.get()), ZX_ERR_WRONG_TYPE);
}

TEST(PROC_032, "a dead process stays dead") {
  const zx::job job = MakeJob();
  Child child;
  ASSERT_OK(child.Create(job));
  ASSERT_OK(child.process().kill());
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_OK(child.process().kill());
  EXPECT_STATUS(child.Start(zx::handle()), ZX_ERR_BAD_STATE);
  zx::thread thread;
  EXPECT_STATUS(zx::thread::create(child.process(), "late", 4, 0, &thread), ZX_ERR_BAD_STATE);
}

TEST(PROC_040, "twenty processes come and go") {
  const zx::job job = MakeJob();
  for (int i = 0; i < 20; ++i) {
    Child child;
    ASSERT_OK(child.Create(job));
    child.Call(zx_process_exit, i);
    ASSERT_OK(child.Start(zx::handle()));
    ASSERT_EQ(child.WaitForExit(), i);
  }
  EXPECT_TRUE(target::SignalsOf(job.get()) & ZX_JOB_NO_PROCESSES);
}

TEST(PROC_041, "TASK_STATS counts what is mapped, alone and with others") {
  const size_t page = zx_system_get_page_size();
  const zx::job job = MakeJob();
  zx::process process;
  zx::vmar root;
  ASSERT_OK(zx::process::create(job, "memory", 6, 0, &process, &root));
  zx::vmo alone;
  zx::vmo common;
  ASSERT_OK(zx::vmo::create(4 * page, 0, &alone));
  ASSERT_OK(zx::vmo::create(2 * page, 0, &common));
  ASSERT_OK(alone.op_range(ZX_VMO_OP_COMMIT, 0, 3 * page, nullptr, 0));
  ASSERT_OK(common.op_range(ZX_VMO_OP_COMMIT, 0, 2 * page, nullptr, 0));
  zx_vaddr_t address = 0;
  ASSERT_OK(root.map(ZX_VM_PERM_READ, 0, alone, 0, 4 * page, &address));
  ASSERT_OK(root.map(ZX_VM_PERM_READ, 0, common, 0, 2 * page, &address));
  zx_vaddr_t own = 0;
  ASSERT_OK(zx::vmar::root_self()->map(ZX_VM_PERM_READ, 0, common, 0, 2 * page, &own));
  zx_info_task_stats_t info = {};
  ASSERT_OK(process.get_info(ZX_INFO_TASK_STATS, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.mem_mapped_bytes, 6 * page);
  EXPECT_EQ(info.mem_private_bytes, 3 * page);
  EXPECT_EQ(info.mem_shared_bytes, 2 * page);
  EXPECT_EQ(info.mem_scaled_shared_bytes, page);
  EXPECT_OK(process.get_info(ZX_INFO_TASK_STATS_V0, &info, 32, nullptr, nullptr));
  EXPECT_STATUS(process.get_info(ZX_INFO_TASK_STATS, &info, 32, nullptr, nullptr), ZX_ERR_BUFFER_TOO_SMALL);
  const zx::handle blind = target::Without(process.get(), ZX_RIGHT_INSPECT);
  EXPECT_STATUS(blind.get_info(ZX_INFO_TASK_STATS, &info, sizeof(info), nullptr, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(job.get_info(ZX_INFO_TASK_STATS, &info, sizeof(info), nullptr, nullptr), ZX_ERR_WRONG_TYPE);
  EXPECT_OK(zx::vmar::root_self()->unmap(own, 2 * page));
}

TEST(PROC_007, "an address space with a shared half is NOT_SUPPORTED") {
  zx::process process;
  zx::vmar root;
  EXPECT_STATUS(zx::process::create(MakeJob(), "name", 4, ZX_PROCESS_SHARED, &process, &root), ZX_ERR_NOT_SUPPORTED);
}

TEST(PROC_008, "a bad handle is no job to create in and no task to kill") {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t root = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_process_create(target::ClosedHandle(), "name", 4, 0, &process, &root), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_task_kill(target::ClosedHandle()), ZX_ERR_BAD_HANDLE);
}

TEST(PROC_025, "starting takes a process, a thread and a handle") {
  Child child;
  ASSERT_OK(child.Create(MakeJob()));
  const zx_handle_t process = child.process().get();
  const zx_handle_t thread = child.thread().get();
  const uintptr_t entry = Nowhere(child);
  EXPECT_STATUS(zx_process_start(target::ClosedHandle(), thread, entry, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_process_start(process, target::ClosedHandle(), entry, 0, 0, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_process_start(process, thread, entry, 0, target::ClosedHandle(), 0), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_process_start(thread, thread, entry, 0, 0, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_process_start(process, process, entry, 0, 0, 0), ZX_ERR_WRONG_TYPE);
  // None of them started it.
  zx_info_process_t info = {};
  ASSERT_OK(child.process().get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.flags, 0u);
}

}  // namespace
