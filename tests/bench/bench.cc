// SPDX-License-Identifier: BSD-2-Clause
// Prints one line per operation: `BENCH <row> <least> <median>`, with the rows' keys as the host tool
// knows them (tools/hafnon/bench_rows.cc). Ends with 1 if a row could not be measured.
#include <atomic>
#include <cstdio>
#include <span>

#include <hafnon/thread.h>
#include <lib/zx/channel.h>
#include <lib/zx/event.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>
#include <lib/zx/timer.h>
#include <lib/zx/vmar.h>
#include <zircon/syscalls/exception.h>

#include "tests/bench/measure.h"
#include "tests/target/child.h"

extern "C" void bench_thread_entry();
extern "C" const char bench_server[];
extern "C" const char bench_server_end[];

namespace {

using bench::Row;

// The first failure of several steps.
template <class... Steps>
zx_status_t All(Steps... steps) {
  zx_status_t status = ZX_OK;
  ((status = status == ZX_OK ? steps() : status), ...);
  return status;
}

void Calls() {
  Row("null_syscall").Measure([] { return zx_syscall_test_0(); });
  Row("clock_get_monotonic").Measure([] {
    return zx_clock_get_monotonic() >= 0 ? ZX_OK : ZX_ERR_INTERNAL;
  });
}

void Handles() {
  zx::event event;
  zx::event::create(0, &event);
  const zx_handle_t handle = event.get();
  Row("handle_duplicate_close").Measure([=] {
    zx_handle_t copy;
    const zx_status_t status = zx_handle_duplicate(handle, ZX_RIGHT_SAME_RIGHTS, &copy);
    return status == ZX_OK ? zx_handle_close(copy) : status;
  });
  Row("object_signal").Measure([=] { return zx_object_signal(handle, 0, ZX_USER_SIGNAL_0); });
  zx_object_signal(handle, 0, ZX_EVENT_SIGNALED);
  Row("object_wait_one").Measure([=] {
    zx_signals_t observed;
    return zx_object_wait_one(handle, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed);
  });
  Row("event_create_close").Measure([] {
    zx_handle_t fresh;
    const zx_status_t status = zx_event_create(0, &fresh);
    return status == ZX_OK ? zx_handle_close(fresh) : status;
  });
}

char g_message[4096];

// One message there and out again on the same thread.
zx_status_t WriteRead(zx_handle_t a, zx_handle_t b, uint32_t size) {
  const zx_status_t status = zx_channel_write(a, 0, g_message, size, nullptr, 0);
  if (status != ZX_OK) return status;
  uint32_t actual;
  uint32_t actual_handles;
  return zx_channel_read(b, 0, g_message, nullptr, sizeof(g_message), 0, &actual, &actual_handles);
}

void Channels() {
  Row("channel_create_close").Measure([] {
    zx_handle_t ends[2];
    return All([&] { return zx_channel_create(0, &ends[0], &ends[1]); }, [&] { return zx_handle_close(ends[0]); },
               [&] { return zx_handle_close(ends[1]); });
  });
  zx::channel a;
  zx::channel b;
  zx::channel::create(0, &a, &b);
  const zx_handle_t one = a.get();
  const zx_handle_t two = b.get();
  Row("channel_write_read_64").Measure([=] { return WriteRead(one, two, 64); });
  Row("channel_write_read_4096").Measure([=] { return WriteRead(one, two, 4096); });

  zx::event event;
  zx::event::create(0, &event);
  zx_handle_t traveller = event.release();
  Row("channel_write_read_handle").Measure([=]() mutable {
    const zx_status_t status = zx_channel_write(one, 0, g_message, 32, &traveller, 1);
    if (status != ZX_OK) return status;
    uint32_t actual;
    uint32_t actual_handles;
    return zx_channel_read(two, 0, g_message, &traveller, sizeof(g_message), 1, &actual, &actual_handles);
  });
}

// Calls to a process that waits, reads and sends back.
void ChannelCalls() {
  target::Child server;
  const std::span code(bench_server, bench_server_end);
  if (server.Create(*zx::job::default_job(), code) != ZX_OK) return;
  server.Call(&zx_object_wait_one);
  server.Call(&zx_channel_read);
  server.Call(&zx_channel_write);
  server.Call(&zx_process_exit);
  zx::channel client;
  zx::channel service;
  zx::channel::create(0, &client, &service);
  if (server.Start(std::move(service)) != ZX_OK) return;
  const zx_handle_t channel = client.get();
  static char request[32];
  static char reply[32];
  const zx_channel_call_args_t args = {.wr_bytes = request,
                                       .wr_handles = nullptr,
                                       .rd_bytes = reply,
                                       .rd_handles = nullptr,
                                       .wr_num_bytes = sizeof(request),
                                       .wr_num_handles = 0,
                                       .rd_num_bytes = sizeof(reply),
                                       .rd_num_handles = 0};
  Row("channel_call").Measure([&] {
    uint32_t actual;
    uint32_t actual_handles;
    return zx_channel_call(channel, 0, ZX_TIME_INFINITE, &args, &actual, &actual_handles);
  });
}

void Ports() {
  zx::port port;
  zx::port::create(0, &port);
  const zx_handle_t handle = port.get();
  Row("port_queue_wait").Measure([=] {
    zx_port_packet_t packet = {};
    const zx_status_t status = zx_port_queue(handle, &packet);
    return status == ZX_OK ? zx_port_wait(handle, ZX_TIME_INFINITE, &packet) : status;
  });
  zx::event event;
  zx::event::create(0, &event);
  const zx_handle_t source = event.get();
  Row("wait_async_signal_port_wait")
      .Measure([=] { zx_object_signal(source, ZX_EVENT_SIGNALED, 0); },
               [=] {
                 zx_port_packet_t packet;
                 return All([&] { return zx_object_wait_async(source, handle, 1, ZX_EVENT_SIGNALED, 0); },
                            [&] { return zx_object_signal(source, 0, ZX_EVENT_SIGNALED); },
                            [&] { return zx_port_wait(handle, ZX_TIME_INFINITE, &packet); });
               },
               [] {});
}

// Two threads that hand one futex to and fro.
struct Ball {
  std::atomic<zx_futex_t> turn = 0;
  std::atomic<bool> over = false;
  zx_futex_t* futex() { return reinterpret_cast<zx_futex_t*>(&turn); }
};

void Return(void* argument) {
  auto* ball = static_cast<Ball*>(argument);
  while (!ball->over.load()) {
    zx_futex_wait(ball->futex(), 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    if (ball->turn.load() != 1) continue;
    ball->turn.store(0);
    zx_futex_wake(ball->futex(), 1);
  }
}

void Futexes() {
  static zx_futex_t lonely = 0;
  Row("futex_wake").Measure([] { return zx_futex_wake(&lonely, 1); });

  static Ball ball;
  hafnon::Thread thread;
  if (thread.Start("returner", Return, &ball) != ZX_OK) return;
  Row("futex_ping_pong").Measure([] {
    ball.turn.store(1);
    zx_futex_wake(ball.futex(), 1);
    while (ball.turn.load() != 0) zx_futex_wait(ball.futex(), 1, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    return ZX_OK;
  });
  ball.over.store(true);
  ball.turn.store(1);
  zx_futex_wake(ball.futex(), 1);
}

void Timers() {
  zx::timer timer;
  zx::timer::create(0, ZX_CLOCK_MONOTONIC, &timer);
  const zx_handle_t handle = timer.get();
  const zx_time_t deadline = zx_deadline_after(ZX_SEC(100));
  Row("timer_set_cancel").Measure([=] {
    return All([=] { return zx_timer_set(handle, deadline, 0); },
               [=] { return zx_timer_cancel(handle); });
  });
}

void Yields() {
  static std::atomic<bool> over = false;
  hafnon::Thread thread;
  if (thread.Start("yielder", [](void*) { while (!over.load()) zx_thread_legacy_yield(0); }, nullptr) != ZX_OK) {
    return;
  }
  // Each yield goes to the other thread, which yields back: two switches.
  Row("yield", 2).Measure([] { return zx_thread_legacy_yield(0); });
  over.store(true);
}

void Memory() {
  const size_t page = zx_system_get_page_size();
  Row("vmo_create_close").Measure([=] {
    zx_handle_t vmo;
    const zx_status_t status = zx_vmo_create(page, 0, &vmo);
    return status == ZX_OK ? zx_handle_close(vmo) : status;
  });
  zx::vmo vmo;
  zx::vmo::create(page, 0, &vmo);
  const zx_handle_t handle = vmo.get();
  const uint64_t value = 1;
  vmo.write(&value, 0, sizeof(value));
  Row("vmo_read_8").Measure([=] {
    uint64_t word;
    return zx_vmo_read(handle, &word, 0, sizeof(word));
  });

  const zx_handle_t root = zx_vmar_root_self();
  constexpr zx_vm_option_t kData = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
  Row("vmar_map_touch_unmap").Measure([=] {
    zx_vaddr_t address;
    const zx_status_t status = zx_vmar_map(root, kData, 0, handle, 0, page, &address);
    if (status != ZX_OK) return status;
    *reinterpret_cast<volatile uint8_t*>(address) = 1;
    return zx_vmar_unmap(root, address, page);
  });
  zx_vaddr_t address = 0;
  if (zx_vmar_map(root, kData, 0, handle, 0, page, &address) != ZX_OK) return;
  *reinterpret_cast<volatile uint8_t*>(address) = 1;
  Row("vmar_protect_pair").Measure([=] {
    return All([=] { return zx_vmar_protect(root, ZX_VM_PERM_READ, address, page); },
               [=] { return zx_vmar_protect(root, kData, address, page); });
  });
  zx_vmar_unmap(root, address, page);
}

void Faults() {
  const size_t page = zx_system_get_page_size();
  const size_t pages = bench::kSamples + bench::kWarmUp;
  zx::vmo vmo;
  zx::vmo::create(pages * page, 0, &vmo);
  zx_vaddr_t at = 0;
  if (zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, pages * page, &at) != ZX_OK) return;
  Row("page_fault").Measure([&at, page] {
    *reinterpret_cast<volatile uint8_t*>(at) = 1;
    at += page;
    return ZX_OK;
  });
}

// The whole way round: the fault, the message, the handler's calls, the thread's next instruction.
void Exceptions() {
  hafnon::Thread thread;
  zx::event go;
  zx::event::create(0, &go);
  zx_handle_t wait = go.get();
  if (thread.Start("faulting", [](void* start) {
        zx_object_wait_one(*static_cast<zx_handle_t*>(start), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
        while (true) __builtin_debugtrap();
      }, &wait) != ZX_OK) {
    return;
  }
  zx::channel channel;
  zx_task_create_exception_channel(thread.handle(), 0, channel.reset_and_get_address());
  go.signal(0, ZX_EVENT_SIGNALED);

  const zx_handle_t from = channel.get();
  zx_handle_t exception = ZX_HANDLE_INVALID;
  const auto next = [&] {
    zx_exception_info_t info;
    uint32_t bytes;
    uint32_t handles;
    return All([&] { return zx_object_wait_one(from, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr); },
               [&] { return zx_channel_read(from, 0, &info, &exception, sizeof(info), 1, &bytes, &handles); });
  };
  const auto answer = [&](uint32_t state) {
    return All([&] { return zx_object_set_property(exception, ZX_PROP_EXCEPTION_STATE, &state, sizeof(state)); },
               [&] { return zx_handle_close(exception); });
  };
  if (next() != ZX_OK) return;
  Row("exception_resume").Measure([&] {
    return All([&] { return answer(ZX_EXCEPTION_STATE_HANDLED); }, next);
  });
  answer(ZX_EXCEPTION_STATE_THREAD_EXIT);
  thread.Join();
}

void Threads() {
  const zx_handle_t process = zx_process_self();
  Row("thread_start_join").Measure([=] {
    zx_handle_t thread;
    const zx_status_t status = zx_thread_create(process, "bench", 5, 0, &thread);
    if (status != ZX_OK) return status;
    // The thread only leaves again, so it needs no stack of its own.
    return All([=] {
      return zx_thread_start(thread, reinterpret_cast<zx_vaddr_t>(&bench_thread_entry), 0,
                             reinterpret_cast<uintptr_t>(&zx_thread_exit), 0);
    }, [=] { return zx_object_wait_one(thread, ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr); },
       [=] { return zx_handle_close(thread); });
  });
}

}  // namespace

int main() {
  bench::Calibrate();
  Calls();
  Handles();
  Channels();
  ChannelCalls();
  Ports();
  Futexes();
  Yields();
  Timers();
  Memory();
  Faults();
  Exceptions();
  Threads();
  return bench::FailedRows() == 0 ? 0 : 1;
}
