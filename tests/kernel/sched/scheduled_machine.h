// SPDX-License-Identifier: BSD-2-Clause
// A host machine with memory management, scheduler and processes, for tests of what runs on it.
//
// The calling host thread is CPU 0. The test itself plays the interrupt that finds the CPU idle: it
// arranges things, then lets the machine Run() until nothing is ready any more.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>

#include <arch/host_machine.h>

#include "kernel/audit.h"
#include "kernel/object/job.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"

namespace test {

class ScheduledMachine : public testing::Test {
 protected:
  using Program = std::function<void()>;

  ScheduledMachine();
  // Everything must have ended and been freed to the byte.
  ~ScheduledMachine() override;

  // Runs tasks until none is ready.
  void Run();
  // Lets time pass up to `now`, with a timer interrupt while the CPU is idle; then runs.
  void RunAt(zx_instant_mono_t now);
  // As often as the hardware deadline asks for, up to `limit`.
  void RunUntil(zx_instant_mono_t limit);

  // A process in `job` with one handle, which the machine keeps until DropHandles(); not yet running.
  kernel::Process& NewProcess(kernel::Job& job);
  kernel::Process& NewProcess() { return NewProcess(*root_); }
  // A thread of `process` that runs `program` in user mode; the process's first starts the process.
  // The program's end is zx_thread_exit().
  base::RefPtr<kernel::Thread> Start(kernel::Process& process, Program program);
  // The same in a process of its own.
  base::RefPtr<kernel::Thread> Start(Program program) { return Start(NewProcess(), std::move(program)); }
  base::RefPtr<kernel::Job> NewJob(kernel::Job& parent);
  // Closes the handles of all processes and jobs made so far.
  void DropHandles() { handles_.clear(); }

  // Whether a thread that enters user mode there was started by Start().
  static bool IsProgram(uint64_t pc);

  kernel::Job& root() { return *root_; }
  // How often the root job became empty.
  static int root_job_empty_count();

 private:
  kernel::AuditCounts before_;
  base::RefPtr<kernel::Job> root_;
  std::deque<Program> programs_;
  std::deque<kernel::HandleEntry> handles_;
};

// What the way back to user mode does: dies, lets others run.
void ReturnToUser();

}  // namespace test
