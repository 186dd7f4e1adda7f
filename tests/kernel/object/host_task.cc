// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/object/host_task.h"

#include <condition_variable>
#include <map>
#include <mutex>

#include <arch/host_machine.h>

#include "kernel/time/clock.h"

namespace test {
namespace {

struct State {
  bool permit = false;
  bool parked = false;
  zx_status_t interruption = ZX_OK;
};

std::mutex lock;
std::condition_variable changed;
std::map<const sched::Task*, State>& States() {
  static std::map<const sched::Task*, State> states;
  return states;
}

}  // namespace

HostTask::HostTask(uint32_t cpu) {
  arch::host::SetCpu(cpu);
  arch::Context::SetCurrent(&task_.context);
  std::scoped_lock guard(lock);
  States()[&task_] = {};
}

HostTask::~HostTask() {
  arch::Context::SetCurrent(nullptr);
  std::scoped_lock guard(lock);
  States().erase(&task_);
}

void HostTask::AwaitParked() {
  std::unique_lock guard(lock);
  changed.wait(guard, [&] { return States()[&task_].parked; });
}

void HostTask::Interrupt(zx_status_t status) {
  std::scoped_lock guard(lock);
  States()[&task_].interruption = status;
  changed.notify_all();
}

HostThread::HostThread(std::function<void(HostTask&)> body) {
  std::mutex started_lock;
  std::condition_variable started;
  std::unique_lock guard(started_lock);
  thread_ = std::thread([&, body = std::move(body)] {
    HostTask task(1);
    {
      std::scoped_lock inner(started_lock);
      task_ = &task;
      started.notify_all();
    }
    body(task);
  });
  started.wait(guard, [&] { return task_ != nullptr; });
}

void HostThread::Join() {
  if (thread_.joinable()) thread_.join();
}

void SetTime(zx_instant_mono_t now) {
  std::scoped_lock guard(lock);
  arch::host::SetCounter(static_cast<uint64_t>(now));
  changed.notify_all();
}

}  // namespace test

namespace sched {

// What kernel/sched does on a machine, done with host threads.
zx_status_t Task::Park(const kernel::Deadline& deadline) {
  std::unique_lock guard(test::lock);
  test::State& state = test::States()[&Current()];
  zx_status_t status = ZX_OK;
  state.parked = true;
  test::changed.notify_all();
  test::changed.wait(guard, [&] {
    if (state.permit) return true;
    status = state.interruption;
    if (status != ZX_OK) return true;
    if (deadline.when() > kernel::Now()) return false;
    status = ZX_ERR_TIMED_OUT;
    return true;
  });
  state.parked = false;
  if (std::exchange(state.permit, false)) return ZX_OK;
  return status;
}

void Task::Unpark() {
  std::scoped_lock guard(test::lock);
  test::States()[this].permit = true;
  test::changed.notify_all();
}

void Task::UnparkNext() { Unpark(); }
void Task::GiveWay() {}

// The rest of a task is not used here.
void Task::Wake(zx_status_t) {}

}  // namespace sched

vm::KernelStack::~KernelStack() = default;
