// SPDX-License-Identifier: BSD-2-Clause
// A host machine with several CPUs that run at the same time, each a host thread.
//
// Run() boots the way a machine does: the boot function creates the first processes on CPU 0, then all
// CPUs go idle and the scheduler takes over. It ends when the root job is empty.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "kernel/object/job.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"

namespace test {

class SmpMachine {
 public:
  using Program = std::function<void()>;
  static constexpr uint32_t kCpus = 4;

  // Runs `boot(machine)` and everything that follows from it on all CPUs. Returns whether all of it ended
  // and was freed to the byte; says what was left otherwise. Stops the test program after a minute.
  static bool Run(const std::function<void(SmpMachine&)>& boot);

  // From the boot function and from programs: see ScheduledMachine. The process's only handle is in the result.
  kernel::HandleEntry NewProcess();
  base::RefPtr<kernel::Thread> Start(kernel::Process& process, Program program);
  kernel::Job& root() { return *root_; }

 private:
  base::RefPtr<kernel::Job> root_;
  std::mutex programs_lock_;
  std::deque<Program> programs_;
};

inline kernel::Process& ProcessOf(const kernel::HandleEntry& handle) {
  return static_cast<kernel::Process&>(*handle.get());
}

// A moment in user mode: interrupts are taken, the thread may die or go on on another CPU.
void UserMode();

}  // namespace test
