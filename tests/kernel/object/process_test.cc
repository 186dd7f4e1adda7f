// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/process.h"

#include <arch/trap_frame.h>

#include <algorithm>
#include <string>
#include <vector>

#include <zircon/syscalls/exception.h>

#include "kernel/object/event.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "kernel/vm/fault_injection.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

using kernel::HandleEntry;
using kernel::Process;
using kernel::Thread;
using sched::Task;
using test::ReturnToUser;

class ProcessTest : public test::ScheduledMachine {
 protected:
  // Parks until killed, as a program in a blocking call does.
  static void WaitForEver() {
    while (Task::Park(ZX_TIME_INFINITE) != sched::kParkKilled) {
    }
    ReturnToUser();
    ADD_FAILURE() << "a killed thread reached user mode";
  }
};

TEST_F(ProcessTest, EndsWithItsLastThread) {
  Process& process = NewProcess();
  const auto first = Start(process, [] {});
  const auto second = Start(process, [] { Task::Park(ZX_TIME_INFINITE); });
  Run();
  EXPECT_EQ(first->signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
  EXPECT_EQ(process.signals() & ZX_TASK_TERMINATED, 0u);

  second->task().Unpark();
  Run();

  EXPECT_EQ(process.signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
  EXPECT_EQ(process.GetInfo().return_code, 0);
  EXPECT_EQ(process.GetInfo().flags, ZX_INFO_PROCESS_FLAG_STARTED | ZX_INFO_PROCESS_FLAG_EXITED);
}

TEST_F(ProcessTest, ExitEndsAllThreadsWithItsCode) {
  Process& process = NewProcess();
  const auto parked = Start(process, WaitForEver);
  const auto exiting = Start(process, [&] {
    process.Kill(42);
    ReturnToUser();
    ADD_FAILURE() << "a thread outlived its process";
  });

  Run();

  EXPECT_EQ(process.GetInfo().return_code, 42);
  EXPECT_EQ(parked->signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
  EXPECT_EQ(exiting->signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
}

TEST_F(ProcessTest, TheFirstReasonToEndCounts) {
  Process& process = NewProcess();
  Start(process, WaitForEver);
  Run();

  process.Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  process.Kill(7);
  Run();

  EXPECT_EQ(process.GetInfo().return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
}

// The last handle goes while a start is under way that then fails: nobody else would end the process.
TEST_F(ProcessTest, AStartThatFailsEndsAProcessThatLostItsLastHandleMeanwhile) {
  base::RefPtr<Process> process = *Process::Create(base::RefPtr<kernel::Job>(&root()), "process");
  const auto thread = *Thread::Create(process, "thread");
  const arch::UserEntry entry{.pc = arch::kUserBase};
  HandleEntry last(process, Process::kDefaultRights);

  vm::FaultInjection::FailNth(2);  // the first is the slot of the argument
  EXPECT_EQ(process->Start(*thread, entry, std::move(last)).error(), ZX_ERR_NO_MEMORY);
  vm::FaultInjection::FailNth(0);

  EXPECT_EQ(process->signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
}

TEST_F(ProcessTest, AKillBeforeTheFirstInstructionRunsNothing) {
  Process& process = NewProcess();
  bool ran = false;
  Start(process, [&] { ran = true; });

  process.Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  Run();

  EXPECT_FALSE(ran);
  EXPECT_EQ(process.signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
}

TEST_F(ProcessTest, AProcessThatNeverRanEndsWithItsLastHandle) {
  Process& process = NewProcess();
  const base::RefPtr<Process> watched(&process);

  DropHandles();

  EXPECT_EQ(watched->signals() & ZX_TASK_TERMINATED, ZX_TASK_TERMINATED);
  EXPECT_NE(root().signals() & ZX_JOB_NO_PROCESSES, 0u);
}

TEST_F(ProcessTest, ARunningProcessNeedsNoHandles) {
  Process& process = NewProcess();
  const base::RefPtr<Process> watched(&process);
  const auto thread = Start(process, WaitForEver);
  Run();

  DropHandles();
  EXPECT_EQ(watched->signals() & ZX_TASK_TERMINATED, 0u);

  watched->Kill(0);
  Run();
}

TEST_F(ProcessTest, ItsHandlesAreClosedWhenItEnds) {
  Process& process = NewProcess();
  auto event = *kernel::Event::Create();
  auto reservation = process.handles().Reserve(event, ZX_RIGHT_WAIT);
  ASSERT_TRUE(reservation);
  std::move(*reservation).Commit();
  Start(process, [] {});

  Run();

  EXPECT_EQ(event->handle_count(), 0u);
}

TEST_F(ProcessTest, ItsMemoryIsUnmappedWhenItEnds) {
  Process& process = NewProcess();
  Start(process, [] {});

  Run();

  EXPECT_EQ(process.address_space().mapped_bytes(), 0u);
}

TEST_F(ProcessTest, ThreadsStartOnceAndOnlyInARunningProcess) {
  Process& process = NewProcess();
  auto early = *Thread::Create(base::RefPtr<Process>(&process), "early");
  EXPECT_EQ(early->Start({}).error(), ZX_ERR_BAD_STATE);

  const auto thread = Start(process, WaitForEver);
  Run();
  EXPECT_EQ(thread->Start({}).error(), ZX_ERR_BAD_STATE);

  process.Kill(0);
  EXPECT_EQ(early->Start({}).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(Thread::Create(base::RefPtr<Process>(&process), "late").error(), ZX_ERR_BAD_STATE);
  Run();
}

TEST_F(ProcessTest, StartingTwiceConsumesTheArgumentAndLeavesNothingBehind) {
  Process& process = NewProcess();
  Start(process, WaitForEver);
  Run();
  auto event = *kernel::Event::Create();
  auto second = *Thread::Create(base::RefPtr<Process>(&process), "second");

  const auto started = process.Start(*second, {}, HandleEntry(event, ZX_RIGHT_WAIT));

  EXPECT_EQ(started.error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(event->handle_count(), 0u);
  process.Kill(0);
  Run();
}

TEST_F(ProcessTest, TheStartTimeIsThatOfTheFirstThread) {
  Process& process = NewProcess();
  EXPECT_EQ(process.GetInfo().start_time, 0);
  arch::host::SetCounter(5'000'000);

  Start(process, [] {});

  EXPECT_EQ(process.GetInfo().start_time, 5'000'000);
  Run();
}

TEST_F(ProcessTest, ThreadsAreListedWhileTheyLive) {
  Process& process = NewProcess();
  const auto first = Start(process, WaitForEver);
  const auto second = Start(process, [] {});
  Run();

  zx_koid_t koids[4] = {};
  EXPECT_EQ(process.ListThreads(koids), 1u);
  EXPECT_EQ(koids[0], first->koid());
  EXPECT_EQ(process.FindThread(first->koid()).get(), first.get());
  EXPECT_EQ(process.FindThread(second->koid()).get(), nullptr);

  process.Kill(0);
  Run();
}

TEST_F(ProcessTest, ThreadStatesAreReported) {
  Process& process = NewProcess();
  auto thread = Start(process, [] {
    kernel::BlockedScope blocked(ZX_THREAD_STATE_BLOCKED_SLEEPING);
    Task::Park(ZX_TIME_INFINITE);
  });
  EXPECT_EQ(thread->GetInfo().state, ZX_THREAD_STATE_RUNNING);
  Run();
  EXPECT_EQ(thread->GetInfo().state, ZX_THREAD_STATE_BLOCKED_SLEEPING);
  EXPECT_NE(thread->signals() & ZX_THREAD_RUNNING, 0u);
  thread->task().Unpark();
  Run();
  EXPECT_EQ(thread->GetInfo().state, ZX_THREAD_STATE_DEAD);
  EXPECT_EQ(thread->signals() & ZX_THREAD_RUNNING, 0u);
}

TEST_F(ProcessTest, AnUnhandledExceptionIsReportedAndEndsTheProcess) {
  Process& process = NewProcess();
  arch::host::TakeConsole();
  Start(process, [] {
    arch::TrapFrame frame{.program_counter = 0x1234};
    arch::UserException exception{};
    exception.report.header.type = ZX_EXCP_FATAL_PAGE_FAULT;
    kernel::HandleUserException(frame, exception);
    ReturnToUser();
  });

  Run();

  EXPECT_EQ(process.GetInfo().return_code, ZX_TASK_RETCODE_EXCEPTION_KILL);
  const std::string console = arch::host::TakeConsole();
  EXPECT_NE(console.find("CRASH #"), std::string::npos) << console;
  EXPECT_NE(console.find("page fault"), std::string::npos) << console;
  EXPECT_NE(console.find("{{{bt:0:0x1234:pc}}}"), std::string::npos) << console;
  EXPECT_LE(std::count(console.begin(), console.end(), '\n'), 40) << console;
}

TEST_F(ProcessTest, ABadSystemCallEndsTheProcess) {
  Process& process = NewProcess();
  Start(process, [] {
    EXPECT_EQ(static_cast<int64_t>(kernel::HandleBadSyscall(9999)), ZX_ERR_BAD_SYSCALL);
    ReturnToUser();
    ADD_FAILURE() << "the program went on";
  });

  Run();

  EXPECT_EQ(process.GetInfo().return_code, ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST_F(ProcessTest, ThePolicyIsThatOfTheJobAtCreation) {
  const auto job = NewJob(root());
  const zx_policy_basic_v2_t deny[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY},
                                       {ZX_POL_NEW_PORT, ZX_POL_ACTION_KILL, ZX_POL_OVERRIDE_DENY}};
  ASSERT_TRUE(job->SetPolicy(kernel::JobPolicy::Conflict::kFail, deny));

  Process& process = NewProcess(*job);
  Start(process, [&] {
    EXPECT_TRUE(process.EnforcePolicy(ZX_POL_NEW_VMO));
    EXPECT_EQ(process.EnforcePolicy(ZX_POL_NEW_EVENT).error(), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(process.EnforcePolicy(ZX_POL_NEW_PORT).error(), ZX_ERR_ACCESS_DENIED);
    ReturnToUser();
    ADD_FAILURE() << "the policy KILL did not";
  });

  Run();

  EXPECT_EQ(process.GetInfo().return_code, ZX_TASK_RETCODE_POLICY_KILL);
}

TEST_F(ProcessTest, AThousandProcessesLeaveNothingBehind) {
  for (int i = 0; i < 1000; ++i) {
    Process& process = NewProcess();
    Start(process, [] { Task::Yield(); });
    Start(process, WaitForEver);
    Run();
    process.Kill(0);
    Run();
    DropHandles();
  }
}

}  // namespace
