// SPDX-License-Identifier: BSD-2-Clause
// Exceptions: their types, the order of handlers, and what a handler can decide.
#include <string.h>

#include <lib/zx/event.h>
#include <lib/zx/exception.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>

#include "tests/target/child.h"
#include "tests/target/exception_handler.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using target::Child;
using target::ExceptionHandler;

constexpr uint32_t kDebugger = ZX_EXCEPTION_CHANNEL_DEBUGGER;
constexpr uint32_t kTryNext = ZX_EXCEPTION_STATE_TRY_NEXT;
constexpr uint32_t kHandled = ZX_EXCEPTION_STATE_HANDLED;
constexpr uint32_t kThreadExit = ZX_EXCEPTION_STATE_THREAD_EXIT;

zx::job MakeJob(const zx::job& parent = *zx::job::default_job()) {
  zx::job job;
  EXPECT_OK(zx::job::create(parent, 0, &job));
  return job;
}

// A job in a job, with a process that has not been started.
struct Family {
  zx::job parent = MakeJob();
  zx::job job = MakeJob(parent);
  Child child;
  Family() { EXPECT_OK(child.Create(job)); }
  void Start() { EXPECT_OK(child.Start(zx::handle())); }
  // Starts with a fault of the type ZX_EXCP_UNDEFINED_INSTRUCTION.
  void StartFaulting() {
    child.Run(target::target_child_undefined);
    Start();
  }
};

zx_info_thread_t InfoOf(const Child& child) {
  zx_info_thread_t info = {};
  EXPECT_OK(child.thread().get_info(ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr));
  return info;
}

// Whether `address` is one of the words of the processor's part of the report.
bool Mentions(const zx_exception_report_t& report, uint64_t address) {
  uint64_t words[sizeof(report.context.arch) / sizeof(uint64_t)];
  memcpy(words, &report.context.arch, sizeof(words));
  for (const uint64_t word : words) {
    if (word == address) return true;
  }
  return false;
}

// What a child that stores at `address` reports.
zx_exception_report_t ReportOfStore(Family& family, uint64_t address) {
  ExceptionHandler handler(family.child.process());
  family.child.Run(target::target_child_store, address);
  family.Start();
  EXPECT_EQ(handler.Next(), ZX_EXCP_FATAL_PAGE_FAULT);
  return handler.Report();
}

// Maps a page of `vmo` into the child.
zx_vaddr_t MapInto(const Child& child, const zx::vmo& vmo, zx_vm_option_t options) {
  zx_vaddr_t address = 0;
  EXPECT_OK(child.root().map(options, 0, vmo, 0, zx_system_get_page_size(), &address));
  return address;
}

zx::vmo MakePage() {
  zx::vmo vmo;
  EXPECT_OK(zx::vmo::create(zx_system_get_page_size(), 0, &vmo));
  return vmo;
}

TEST(EXCP_001, "a message is 24 bytes and one exception: process, thread, type") {
  Family family;
  ExceptionHandler handler(family.child.process());
  family.StartFaulting();
  ASSERT_EQ(handler.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_EQ(sizeof(zx_exception_info_t), 24u);
  EXPECT_EQ(handler.info().pid, target::KoidOf(family.child.process().get()));
  EXPECT_EQ(handler.info().tid, target::KoidOf(family.child.thread().get()));
  const zx_info_handle_basic_t basic = target::Basic(handler.exception().get());
  EXPECT_EQ(basic.type, ZX_OBJ_TYPE_EXCEPTION);
  EXPECT_EQ(basic.rights, ZX_DEFAULT_EXCEPTION_RIGHTS);
  EXPECT_FALSE(handler.has_more());
}

TEST(EXCP_002, "an exception nobody handles ends the process") {
  Family family;
  family.StartFaulting();
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(EXCP_010, "an access to nothing: page fault, NOT_FOUND, the address") {
  Family family;
  const zx_exception_report_t report = ReportOfStore(family, 0x5000);
  EXPECT_EQ(report.header.size, 40u);
  EXPECT_EQ(report.header.type, ZX_EXCP_FATAL_PAGE_FAULT);
  EXPECT_STATUS(static_cast<zx_status_t>(report.context.synth_code), ZX_ERR_NOT_FOUND);
  EXPECT_TRUE(Mentions(report, 0x5000));
}

TEST(EXCP_011, "a write to memory that is only readable: page fault, ACCESS_DENIED") {
  Family family;
  const zx_vaddr_t address = MapInto(family.child, MakePage(), ZX_VM_PERM_READ);
  const zx_exception_report_t report = ReportOfStore(family, address);
  EXPECT_STATUS(static_cast<zx_status_t>(report.context.synth_code), ZX_ERR_ACCESS_DENIED);
  EXPECT_TRUE(Mentions(report, address));
}

TEST(EXCP_012, "an access behind the end of what was cut off: page fault, OUT_OF_RANGE") {
  Family family;
  zx::vmo vmo;
  ASSERT_OK(zx::vmo::create(zx_system_get_page_size(), ZX_VMO_RESIZABLE, &vmo));
  const zx_vaddr_t address =
      MapInto(family.child, vmo, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_ALLOW_FAULTS);
  ASSERT_OK(vmo.set_size(0));
  const zx_exception_report_t report = ReportOfStore(family, address);
  EXPECT_STATUS(static_cast<zx_status_t>(report.context.synth_code), ZX_ERR_OUT_OF_RANGE);
}

TEST(EXCP_013, "an undefined instruction") {
  Family family;
  ExceptionHandler handler(family.child.process());
  family.StartFaulting();
  EXPECT_EQ(handler.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_EQ(handler.Report().context.synth_code, 0u);
}

TEST(EXCP_014, "a software breakpoint") {
  Family family;
  ExceptionHandler handler(family.child.process());
  family.child.Run(target::target_child_breakpoint);
  family.Start();
  EXPECT_EQ(handler.Next(), ZX_EXCP_SW_BREAKPOINT);
}

TEST(EXCP_015, "what only one kind of processor has comes with its type") {
  for (const target::ProcessorFault* fault = target::target_child_faults; fault->code != 0; ++fault) {
    Family family;
    ExceptionHandler handler(family.child.process());
    family.child.Run(*fault);
    family.Start();
    EXPECT_EQ(handler.Next(), fault->type);
    EXPECT_EQ(handler.Report().header.type, fault->type);
  }
}

TEST(EXCP_016, "a system call from outside the vDSO: policy error with the number, and BAD_SYSCALL") {
  Family family;
  ExceptionHandler handler(family.child.process());
  family.child.Run(target::target_child_bad_syscall, 12345);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(handler.Next(), ZX_EXCP_POLICY_ERROR);
  const zx_exception_report_t report = handler.Report();
  EXPECT_EQ(report.context.synth_code, ZX_EXCP_POLICY_CODE_BAD_SYSCALL);
  EXPECT_EQ(report.context.synth_data, 12345u);
  handler.Answer(kHandled);
  EXPECT_EQ(family.child.WaitForExit(), 6);
  EXPECT_STATUS(family.child.result(0), ZX_ERR_BAD_SYSCALL);
}

// Where no address space has anything, and x86-64 has no address.
constexpr uint64_t kNowhere = 0x0f00'0000'1000'0000;

TEST(EXCP_017, "a jump to what is no address ends the process if nobody handles it") {
  Family family;
  family.child.RunAt(kNowhere);
  family.Start();
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(EXCP_018, "a thread that jumped to what is no address can be ended, and killed") {
  Family ended;
  ExceptionHandler handler(ended.child.process());
  ended.child.RunAt(kNowhere);
  ended.Start();
  ASSERT_TRUE(handler.Next() != 0);
  // Trying again does not help it.
  handler.Answer(kHandled);
  ASSERT_TRUE(handler.Next() != 0);
  handler.Answer(kThreadExit);
  EXPECT_EQ(ended.child.WaitForExit(), 0);

  Family killed;
  ExceptionHandler other(killed.child.process());
  killed.child.RunAt(kNowhere);
  killed.Start();
  ASSERT_TRUE(other.Next() != 0);
  EXPECT_OK(killed.child.process().kill());
  EXPECT_EQ(killed.child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
}

// A child in a job with one policy makes a call; the handler of its exception lets it go on.
template <class Function, class... Arguments>
zx_status_t CallUnderPolicy(uint32_t condition, uint32_t action, uint32_t* code, Function* function,
                            Arguments... arguments) {
  const zx::job job = MakeJob();
  const zx_policy_basic_v2_t policy = {condition, action, ZX_POL_OVERRIDE_DENY};
  EXPECT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1));
  Child child;
  EXPECT_OK(child.Create(job));
  child.Call(function, arguments...);
  child.Call(zx_process_exit, 6);
  ExceptionHandler handler(job);
  zx::event event;
  EXPECT_OK(zx::event::create(0, &event));
  EXPECT_OK(child.Start(zx::handle(event.release())));
  EXPECT_EQ(handler.Next(), ZX_EXCP_POLICY_ERROR);
  *code = handler.Report().context.synth_code;
  handler.Answer(kHandled);
  EXPECT_EQ(child.WaitForExit(), 6);
  return child.result(0);
}

TEST(EXCP_020, "DENY_EXCEPTION: who goes on finds the call denied") {
  uint32_t code = 0;
  EXPECT_STATUS(CallUnderPolicy(ZX_POL_NEW_PORT, ZX_POL_ACTION_DENY_EXCEPTION, &code, zx_port_create, 0u, 8u),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(code, ZX_EXCP_POLICY_CODE_NEW_PORT);
}

TEST(EXCP_021, "ALLOW_EXCEPTION: who goes on finds the call done") {
  uint32_t code = 0;
  EXPECT_STATUS(CallUnderPolicy(ZX_POL_NEW_PORT, ZX_POL_ACTION_ALLOW_EXCEPTION, &code, zx_port_create, 0u, 8u),
                ZX_ERR_INVALID_ARGS);  // for lack of a place for the result, so past the policy
  EXPECT_EQ(code, ZX_EXCP_POLICY_CODE_NEW_PORT);
}

TEST(EXCP_022, "a bad handle with the policy BAD_HANDLE") {
  for (const uint32_t action : {ZX_POL_ACTION_ALLOW_EXCEPTION, ZX_POL_ACTION_DENY_EXCEPTION}) {
    uint32_t code = 99;
    EXPECT_STATUS(CallUnderPolicy(ZX_POL_BAD_HANDLE, action, &code, zx_handle_close, 4u), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(code, ZX_EXCP_POLICY_CODE_BAD_HANDLE);
  }
}

TEST(EXCP_023, "a wrong object with the policy WRONG_OBJECT") {
  for (const uint32_t action : {ZX_POL_ACTION_ALLOW_EXCEPTION, ZX_POL_ACTION_DENY_EXCEPTION}) {
    uint32_t code = 99;
    EXPECT_STATUS(CallUnderPolicy(ZX_POL_WRONG_OBJECT, action, &code, zx_task_kill, target::kStartHandle),
                  ZX_ERR_WRONG_TYPE);
    EXPECT_EQ(code, ZX_EXCP_POLICY_CODE_WRONG_OBJECT);
  }
}

TEST(EXCP_024, "an exception of a policy that nobody handles ends the process") {
  const zx::job job = MakeJob();
  const zx_policy_basic_v2_t policy = {ZX_POL_BAD_HANDLE, ZX_POL_ACTION_ALLOW_EXCEPTION, ZX_POL_OVERRIDE_DENY};
  ASSERT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1));
  Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_handle_close, 4u);
  child.Call(zx_process_exit, 6);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(EXCP_030, "debugger, thread, process, job, parent: each is asked and may pass it on") {
  Family family;
  ExceptionHandler parent(family.parent);
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  ExceptionHandler thread(family.child.thread());
  ExceptionHandler debugger(family.child.process(), kDebugger);
  family.StartFaulting();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  debugger.PassOn();
  const struct {
    ExceptionHandler* handler;
    uint32_t type;
  } levels[] = {{&debugger, ZX_EXCEPTION_CHANNEL_TYPE_DEBUGGER},
                {&thread, ZX_EXCEPTION_CHANNEL_TYPE_THREAD},
                {&process, ZX_EXCEPTION_CHANNEL_TYPE_PROCESS},
                {&job, ZX_EXCEPTION_CHANNEL_TYPE_JOB},
                {&parent, ZX_EXCEPTION_CHANNEL_TYPE_JOB}};
  for (const auto& level : levels) {
    ASSERT_EQ(level.handler->Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
    // The others wait for their turn or have had it.
    for (const auto& other : levels) EXPECT_FALSE(other.handler->has_more());
    level.handler->Answer(kTryNext);
  }
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(EXCP_031, "a waiting thread says for whom it waits") {
  Family family;
  ExceptionHandler process(family.child.process());
  family.StartFaulting();
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  zx_info_thread_t info = InfoOf(family.child);
  // The message may be here before the thread has come to rest.
  for (int i = 0; i < 1000 && info.state == ZX_THREAD_STATE_RUNNING; ++i) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    info = InfoOf(family.child);
  }
  EXPECT_EQ(info.state, ZX_THREAD_STATE_BLOCKED_EXCEPTION);
  EXPECT_EQ(info.wait_exception_channel_type, ZX_EXCEPTION_CHANNEL_TYPE_PROCESS);
}

TEST(EXCP_032, "the debugger gets a second chance when it asks for one") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  ExceptionHandler debugger(family.child.process(), kDebugger);
  family.StartFaulting();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  ASSERT_EQ(debugger.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  const uint32_t second = ZX_EXCEPTION_STRATEGY_SECOND_CHANCE;
  EXPECT_OK(debugger.exception().set_property(ZX_PROP_EXCEPTION_STRATEGY, &second, sizeof(second)));
  debugger.PassOn();
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_FALSE(debugger.has_more());
  process.PassOn();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  uint32_t strategy = 0;
  EXPECT_OK(debugger.exception().get_property(ZX_PROP_EXCEPTION_STRATEGY, &strategy, sizeof(strategy)));
  EXPECT_EQ(strategy, second);
  EXPECT_FALSE(job.has_more());
  debugger.PassOn();
  ASSERT_EQ(job.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCP_033, "without asking it has one chance") {
  Family family;
  ExceptionHandler debugger(family.child.process(), kDebugger);
  family.StartFaulting();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  ASSERT_EQ(debugger.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  uint32_t strategy = 9;
  EXPECT_OK(debugger.exception().get_property(ZX_PROP_EXCEPTION_STRATEGY, &strategy, sizeof(strategy)));
  EXPECT_EQ(strategy, ZX_EXCEPTION_STRATEGY_FIRST_CHANCE);
  debugger.PassOn();
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
  EXPECT_FALSE(debugger.has_more());
}

TEST(EXCP_034, "who handles it is the last to hear of it") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  const zx_vaddr_t hole = MapInto(family.child, MakePage(), 0);
  family.child.Run(target::target_child_store, hole);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(process.Next(), ZX_EXCP_FATAL_PAGE_FAULT);
  ASSERT_OK(family.child.root().protect(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, hole, zx_system_get_page_size()));
  process.Answer(kHandled);
  EXPECT_EQ(family.child.WaitForExit(), 6);
  EXPECT_FALSE(job.has_more());
}

TEST(EXCP_035, "HANDLED tries the instruction again") {
  Family family;
  ExceptionHandler process(family.child.process());
  family.StartFaulting();
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
    process.Answer(kHandled);
  }
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCP_036, "THREAD_EXIT ends the thread, and the process only with its last one") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  family.StartFaulting();
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  process.Answer(kThreadExit);
  EXPECT_OK(family.child.thread().wait_one(ZX_THREAD_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
  EXPECT_EQ(family.child.WaitForExit(), 0);
  EXPECT_FALSE(job.has_more());
}

TEST(EXCP_037, "a handler that leaves with the message unread passes it on") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  family.StartFaulting();
  ASSERT_OK(process.channel().wait_one(ZX_CHANNEL_READABLE, zx::deadline_after(zx::sec(5)), nullptr));
  process.Leave();
  EXPECT_EQ(job.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCP_038, "a handler that dies passes it on") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  Child guardian;
  ASSERT_OK(guardian.Create(family.parent));
  family.StartFaulting();
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  // It holds the exception and does nothing.
  ASSERT_OK(guardian.Start(zx::handle(process.exception().release())));
  EXPECT_FALSE(job.has_more());
  ASSERT_OK(guardian.process().kill());
  EXPECT_EQ(job.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCP_040, "the debugger of a process sees threads start") {
  Family family;
  ExceptionHandler process(family.child.process());
  ExceptionHandler debugger(family.child.process(), kDebugger);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  EXPECT_EQ(debugger.info().tid, target::KoidOf(family.child.thread().get()));
  EXPECT_EQ(debugger.Report().header.type, ZX_EXCP_THREAD_STARTING);
  EXPECT_EQ(InfoOf(family.child).wait_exception_channel_type, ZX_EXCEPTION_CHANNEL_TYPE_DEBUGGER);
  debugger.Answer(kTryNext);
  EXPECT_EQ(family.child.WaitForExit(), 6);
  // process_exit is no thread's own end.
  EXPECT_FALSE(debugger.has_more());
  EXPECT_FALSE(process.has_more());
}

TEST(EXCP_041, "the debugger of a process sees threads exit") {
  Family family;
  ExceptionHandler process(family.child.process());
  ExceptionHandler debugger(family.child.process(), kDebugger);
  family.child.Call(zx_thread_exit);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_EXITING);
  EXPECT_EQ(target::SignalsOf(family.child.thread().get()) & ZX_THREAD_TERMINATED, 0u);
  debugger.PassOn();
  EXPECT_EQ(family.child.WaitForExit(), 0);
  EXPECT_FALSE(process.has_more());
}

TEST(EXCP_042, "a thread its debugger does not want does not run") {
  Family family;
  ExceptionHandler debugger(family.child.process(), kDebugger);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  debugger.Answer(kThreadExit);
  EXPECT_EQ(family.child.WaitForExit(), 0);
}

TEST(EXCP_043, "the debuggers of all jobs above see a process start, nobody else") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler near(family.job, kDebugger);
  ExceptionHandler also_near(family.job, kDebugger);
  ExceptionHandler far(family.parent, kDebugger);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  for (ExceptionHandler* handler : {&near, &also_near, &far}) {
    ASSERT_EQ(handler->Next(), ZX_EXCP_PROCESS_STARTING);
    EXPECT_EQ(handler->info().pid, target::KoidOf(family.child.process().get()));
    zx::process found;
    EXPECT_OK(handler->exception().get_process(&found));
    handler->PassOn();
  }
  EXPECT_EQ(family.child.WaitForExit(), 6);
  EXPECT_FALSE(job.has_more());
}

TEST(EXCP_044, "the debugger of a job does not see faults") {
  Family family;
  ExceptionHandler debugger(family.job, kDebugger);
  family.StartFaulting();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_PROCESS_STARTING);
  debugger.PassOn();
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
  EXPECT_FALSE(debugger.has_more());
}

TEST(EXCP_050, "killing reaches a process that waits for a verdict; what the handler holds has no effect") {
  Family family;
  ExceptionHandler process(family.child.process());
  family.StartFaulting();
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  ASSERT_OK(family.child.process().kill());
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_OK(process.channel().wait_one(ZX_CHANNEL_PEER_CLOSED, zx::deadline_after(zx::sec(5)), nullptr));
  const zx::thread thread = process.thread();
  EXPECT_EQ(target::KoidOf(thread.get()), target::KoidOf(family.child.thread().get()));
  zx_exception_report_t report = {};
  EXPECT_STATUS(thread.get_info(ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), nullptr, nullptr),
                ZX_ERR_BAD_STATE);
  process.Answer(kHandled);
}

TEST(EXCP_051, "a message that was not read is still there when the process has been killed") {
  Family family;
  ExceptionHandler process(family.child.process());
  family.StartFaulting();
  ASSERT_OK(process.channel().wait_one(ZX_CHANNEL_READABLE, zx::deadline_after(zx::sec(5)), nullptr));
  ASSERT_OK(family.job.kill());
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCP_052, "one handler serves a hundred processes") {
  Family family;
  ExceptionHandler job(family.job);
  for (int i = 0; i < 100; ++i) {
    Child child;
    ASSERT_OK(child.Create(family.job));
    child.Run(target::target_child_undefined);
    ASSERT_OK(child.Start(zx::handle()));
    ASSERT_EQ(job.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
    job.Answer(i % 2 ? kThreadExit : kTryNext);
    ASSERT_EQ(child.WaitForExit(), i % 2 ? 0 : ZX_TASK_RETCODE_EXCEPTION_KILL);
  }
}

}  // namespace
