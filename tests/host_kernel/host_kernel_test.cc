// SPDX-License-Identifier: BSD-2-Clause
// That the host kernel is a kernel: time, waits, processes, death.
#include "tests/host_kernel/host_kernel.h"

#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/thread.h>
#include <lib/zx/timer.h>
#include <lib/zx/vmar.h>
#include <zircon/syscalls.h>

namespace {

class HostKernelTest : public test::HostKernel {};

// Starts a process of this name in the default job with `argument`.
zx::process StartProcess(std::string_view name, zx::channel argument) {
  zx::process process;
  zx::vmar root;
  zx::thread thread;
  EXPECT_EQ(zx::process::create(*zx::job::default_job(), name.data(), static_cast<uint32_t>(name.size()), 0, &process, &root), ZX_OK);
  EXPECT_EQ(zx::thread::create(process, "main", 4, 0, &thread), ZX_OK);
  EXPECT_EQ(process.start(thread, 0x2000'0000, 0x3000'0000, std::move(argument), 0), ZX_OK);
  return process;
}

TEST_F(HostKernelTest, AWaitOfHoursTakesNoTime) {
  RunProgram([] {
    const zx_instant_mono_t before = zx_clock_get_monotonic();
    zx_nanosleep(zx_deadline_after(ZX_HOUR(5)));
    EXPECT_EQ(zx_clock_get_monotonic() - before, ZX_HOUR(5));
  });
}

TEST_F(HostKernelTest, AProgramTalksToItsChildThroughRealHandles) {
  OnStart("echo", [](zx_handle_t bootstrap) {
    zx::channel end(bootstrap);
    EXPECT_EQ(end.wait_one(ZX_CHANNEL_READABLE, zx::time::infinite(), nullptr), ZX_OK);
    char text[8] = {};
    uint32_t size = 0;
    EXPECT_EQ(end.read(0, text, nullptr, sizeof(text), 0, &size, nullptr), ZX_OK);
    zx_nanosleep(zx_deadline_after(ZX_SEC(1)));
    EXPECT_EQ(end.write(0, text, size, nullptr, 0), ZX_OK);
    return 7;
  });
  RunProgram([] {
    zx::channel mine, its;
    ASSERT_EQ(zx::channel::create(0, &mine, &its), ZX_OK);
    const zx::process echo = StartProcess("echo", std::move(its));
    ASSERT_EQ(mine.write(0, "ping", 4, nullptr, 0), ZX_OK);
    ASSERT_EQ(mine.wait_one(ZX_CHANNEL_READABLE, zx::time::infinite(), nullptr), ZX_OK);
    EXPECT_EQ(zx_clock_get_monotonic() / ZX_SEC(1), 1);
    ASSERT_EQ(echo.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr), ZX_OK);
    zx_info_process_t info = {};
    ASSERT_EQ(echo.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr), ZX_OK);
    EXPECT_EQ(info.return_code, 7);
    EXPECT_EQ(mine.wait_one(ZX_CHANNEL_PEER_CLOSED, zx::time::infinite_past(), nullptr), ZX_OK);
  });
  EXPECT_EQ(started(), std::vector<std::string>{"echo"});
}

TEST_F(HostKernelTest, AProgramWithoutADoubleLivesUntilItIsKilled) {
  RunProgram([] {
    const zx::process child = StartProcess("idle", {});
    EXPECT_EQ(child.wait_one(ZX_PROCESS_TERMINATED, zx::deadline_after(zx::sec(1)), nullptr), ZX_ERR_TIMED_OUT);
    EXPECT_EQ(child.kill(), ZX_OK);
    EXPECT_EQ(child.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr), ZX_OK);
  });
}

TEST_F(HostKernelTest, CallsRefuseWhatTheKernelRefuses) {
  RunProgram([] {
    zx::event event;
    ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
    EXPECT_EQ(zx_object_signal(event.get(), 0, ZX_USER_SIGNAL_0), ZX_OK);
    EXPECT_EQ(zx_channel_write(event.get(), 0, nullptr, 0, nullptr, 0), ZX_ERR_WRONG_TYPE);
    EXPECT_EQ(zx_handle_close(event.get() ^ 0x1000), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(zx_system_get_page_size(), 4096u);
  });
}

}  // namespace
