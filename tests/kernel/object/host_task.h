// SPDX-License-Identifier: BSD-2-Clause
// Tasks that are host threads: parking blocks the thread, so that tests can wait for real.
#pragma once

#include <functional>
#include <thread>

#include <zircon/types.h>

#include "kernel/sched/task.h"

namespace test {

// Makes the calling host thread a task on a CPU of its own for the life of the object.
class HostTask {
 public:
  explicit HostTask(uint32_t cpu = 0);
  HostTask(const HostTask&) = delete;
  HostTask& operator=(const HostTask&) = delete;
  ~HostTask();

  sched::Task& task() { return task_; }
  // Returns once the task is parked.
  void AwaitParked();
  // Lets Park() return this instead of parking on; as suspension or death would.
  void Interrupt(zx_status_t status);

 private:
  sched::Task task_{nullptr};
};

// A host thread with a task on CPU 1 that runs `body`; joined at the end.
class HostThread {
 public:
  explicit HostThread(std::function<void(HostTask&)> body);
  ~HostThread() { Join(); }
  void Join();
  HostTask& task() { return *task_; }

 private:
  HostTask* task_ = nullptr;
  std::thread thread_;
};

// Sets the time and lets tasks look at their deadlines.
void SetTime(zx_instant_mono_t now);

}  // namespace test
