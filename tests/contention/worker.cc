// SPDX-License-Identifier: BSD-2-Clause
// Makes each hot call many times on objects of its own, at the same time as the other workers.
#include <hafnon/thread.h>
#include <lib/zx/channel.h>
#include <lib/zx/clock.h>
#include <lib/zx/event.h>
#include <lib/zx/port.h>
#include <lib/zx/timer.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

#include "lib/procargs/procargs.h"
#include "tests/contention/shared.h"

namespace contention {
namespace {

constexpr uint32_t kCalls = 10'000;
// As often as it takes until the caches of the CPU are full.
constexpr uint32_t kWarmUp = 300;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr size_t kPage = 4096;

zx_handle_t Take(Argument argument) { return zx_take_startup_handle(procargs::HandleInfo(PA_USER0, argument)); }

// The objects of one worker.
struct Own {
  zx::event event;
  zx::channel ends[2];
  zx::channel call[2];
  zx::port port;
  zx::timer timer;
  zx::vmo vmo;
  zx_handle_t root = zx_vmar_root_self();
  zx_futex_t futex{0};
  zx_handle_t shared_event = Take(kSharedEvent);
  hafnon::Thread server;

  zx_status_t Make() {
    const zx_status_t made[] = {
        zx::event::create(0, &event),
        zx::channel::create(0, &ends[0], &ends[1]),
        zx::channel::create(0, &call[0], &call[1]),
        zx::port::create(0, &port),
        zx::timer::create(0, ZX_CLOCK_MONOTONIC, &timer),
        zx::vmo::create(kPage, 0, &vmo),
    };
    for (const zx_status_t status : made) {
      if (status != ZX_OK) return status;
    }
    return vmo.op_range(ZX_VMO_OP_COMMIT, 0, kPage, nullptr, 0);
  }
};

// The first failure of several steps.
template <class... Steps>
zx_status_t All(Steps... steps) {
  zx_status_t status = ZX_OK;
  ((status = status == ZX_OK ? steps() : status), ...);
  return status;
}

struct Row {
  const char* name;
  zx_status_t (*call)(Own& own);
};

void Serve(void* channel) {
  const auto handle = static_cast<zx_handle_t>(reinterpret_cast<uintptr_t>(channel));
  for (;;) {
    char message[64];
    uint32_t size = 0;
    uint32_t handles = 0;
    zx_status_t status = zx_channel_read(handle, 0, message, nullptr, sizeof(message), 0, &size, &handles);
    if (status == ZX_ERR_SHOULD_WAIT) {
      status = zx_object_wait_one(handle, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE, nullptr);
    } else if (status == ZX_OK) {
      status = zx_channel_write(handle, 0, message, size, nullptr, 0);
    }
    if (status != ZX_OK) return;
  }
}

zx_status_t WriteRead(Own& own) {
  char message[64] = {};
  uint32_t size = 0;
  uint32_t handles = 0;
  return All([&] { return own.ends[0].write(0, message, sizeof(message), nullptr, 0); },
             [&] { return own.ends[1].read(0, message, nullptr, sizeof(message), 0, &size, &handles); });
}

zx_status_t Call(Own& own) {
  char message[64] = {};
  uint32_t size = 0;
  uint32_t handles = 0;
  const zx_channel_call_args_t arguments = {.wr_bytes = message,
                                            .wr_handles = nullptr,
                                            .rd_bytes = message,
                                            .rd_handles = nullptr,
                                            .wr_num_bytes = sizeof(message),
                                            .wr_num_handles = 0,
                                            .rd_num_bytes = sizeof(message),
                                            .rd_num_handles = 0};
  return own.call[0].call(0, zx::time::infinite(), &arguments, &size, &handles);
}

constexpr Row kRows[] = {
    {"handle_duplicate_close",
     [](Own& own) {
       zx::event copy;
       return own.event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy);
     }},
    {"object_signal", [](Own& own) { return own.event.signal(0, ZX_USER_SIGNAL_0); }},
    {"event_create_close",
     [](Own&) {
       zx::event event;
       return zx::event::create(0, &event);
     }},
    {"channel_write_read", &WriteRead},
    {"port_queue_wait",
     [](Own& own) {
       zx_port_packet_t packet = {};
       return All([&] { return own.port.queue(&packet); },
                  [&] { return own.port.wait(zx::time::infinite(), &packet); });
     }},
    {"vmo_create_close",
     [](Own&) {
       zx::vmo vmo;
       return zx::vmo::create(kPage, 0, &vmo);
     }},
    {"vmo_write_read",
     [](Own& own) {
       uint64_t word = 1;
       return All([&] { return own.vmo.write(&word, 0, sizeof(word)); },
                  [&] { return own.vmo.read(&word, 0, sizeof(word)); });
     }},
    {"vmar_map_unmap",
     [](Own& own) {
       zx_vaddr_t address = 0;
       return All([&] { return zx_vmar_map(own.root, kReadWrite, 0, own.vmo.get(), 0, kPage, &address); },
                  [&] { return zx_vmar_unmap(own.root, address, kPage); });
     }},
    {"timer_set_cancel",
     [](Own& own) {
       const zx::time later = zx::deadline_after(zx::sec(100));
       return All([&] { return own.timer.set(later, zx::duration(0)); }, [&] { return own.timer.cancel(); });
     }},
    {"futex_wake", [](Own& own) { return zx_futex_wake(&own.futex, 1); }},
    {"channel_call", &Call},
};

zx_status_t Repeat(const Row& row, Own& own, uint32_t count) {
  zx_status_t status = ZX_OK;
  for (uint32_t i = 0; i < count && status == ZX_OK; ++i) status = row.call(own);
  return status;
}

class Worker {
 public:
  Worker(Shared& shared, uint32_t index) : shared_(shared), index_(index), debug_(Take(kDebug)) {}

  zx_status_t Run() {
    if (const zx_status_t status = own_.Make(); status != ZX_OK) return status;
    shared_.Meet();
    // Idle CPUs come for workers that wait for their turn. After a few time slices every CPU has one, and with
    // nobody idle the server starts on this one.
    const zx::time settled = zx::deadline_after(zx::msec(50));
    while (zx::clock::get_monotonic() < settled) {
    }
    shared_.Meet();
    auto* const channel = reinterpret_cast<void*>(uintptr_t{own_.call[1].get()});
    if (const zx_status_t status = own_.server.Start("server", &Serve, channel); status != ZX_OK) return status;
    uint32_t number = 0;
    for (const Row& row : kRows) Measure(row, number++);
    MeasureUntilSomebodyWaits(number);
    own_.call[0].reset();
    return own_.server.Join();
  }

 private:
  void Measure(const Row& row, uint32_t number) {
    bool good = Repeat(row, own_, kWarmUp) == ZX_OK;
    shared_.Meet();
    if (index_ == 0) (void)Waited();
    shared_.Meet();
    good = Repeat(row, own_, kCalls) == ZX_OK && good;
    if (!good) shared_.failures.fetch_add(1);
    shared_.Meet();
    if (index_ == 0) {
      strcpy(shared_.names[number], row.name);
      const Verdict verdict = Waited() ? Verdict::kSomebodyWaited : Verdict::kNobodyWaited;
      shared_.verdicts[number] = shared_.failures.exchange(0) == 0 ? verdict : Verdict::kFailed;
    }
    shared_.Meet();
  }

  // An object of all of them: the counter counts.
  void MeasureUntilSomebodyWaits(uint32_t number) {
    const Row row = {"shared_signal", [](Own& own) { return zx_object_signal(own.shared_event, 0, ZX_USER_SIGNAL_0); }};
    do {
      Measure(row, number);
    } while (shared_.verdicts[number] == Verdict::kNobodyWaited);
  }

  // Whether somebody has waited for a lock since the last time.
  bool Waited() const { return zx_debug_send_command(debug_, "locks", 5) != ZX_OK; }

  Shared& shared_;
  const uint32_t index_;
  const zx_handle_t debug_;
  Own own_;
};

}  // namespace

int Work(uint32_t index) {
  const zx::vmo memory(Take(kSharedMemory));
  zx_vaddr_t address = 0;
  if (zx::vmar::root_self()->map(kReadWrite, 0, memory, 0, sizeof(Shared), &address) != ZX_OK) return 1;
  static Worker worker(*reinterpret_cast<Shared*>(address), index);
  return worker.Run() == ZX_OK ? 0 : 1;
}

}  // namespace contention
