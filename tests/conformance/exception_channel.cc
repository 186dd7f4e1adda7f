// SPDX-License-Identifier: BSD-2-Clause
// zx_task_create_exception_channel: who may listen, to what, how many, and for how long.
#include <hafnon/thread.h>
#include <lib/zx/event.h>
#include <lib/zx/exception.h>
#include <lib/zx/job.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>

#include "tests/target/child.h"
#include "tests/target/exception_handler.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

using target::Child;
using target::ExceptionHandler;

constexpr uint32_t kDebugger = ZX_EXCEPTION_CHANNEL_DEBUGGER;

zx::job MakeJob() {
  zx::job job;
  EXPECT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  return job;
}

zx_status_t Listen(zx_handle_t task, uint32_t options = 0) {
  zx::channel channel;
  return zx_task_create_exception_channel(task, options, channel.reset_and_get_address());
}

// A job with a process that has not been started, and its first thread.
struct Family {
  zx::job job = MakeJob();
  Child child;
  Family() { EXPECT_OK(child.Create(job)); }
};

// Listening through a handle without `right` fails.
void ExpectNeeded(zx_handle_t task, zx_rights_t right, uint32_t options = 0) {
  const zx::handle weak = target::Without(task, right);
  EXPECT_STATUS(Listen(weak.get(), options), ZX_ERR_ACCESS_DENIED);
}

TEST(EXCH_001, "the channel can be read, waited for and transferred, nothing else") {
  const Family family;
  for (const zx_handle_t task : {family.job.get(), family.child.process().get(), family.child.thread().get()}) {
    zx::channel channel;
    ASSERT_OK(zx_task_create_exception_channel(task, 0, channel.reset_and_get_address()));
    EXPECT_EQ(target::RightsOf(channel.get()), ZX_RIGHT_TRANSFER | ZX_RIGHT_WAIT | ZX_RIGHT_READ);
    EXPECT_EQ(target::Basic(channel.get()).type, ZX_OBJ_TYPE_CHANNEL);
    EXPECT_STATUS(channel.write(0, "", 0, nullptr, 0), ZX_ERR_ACCESS_DENIED);
  }
}

TEST(EXCH_002, "unknown options are refused") {
  const Family family;
  EXPECT_STATUS(Listen(family.child.process().get(), 2), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(Listen(family.child.process().get(), 0x8000'0001), ZX_ERR_INVALID_ARGS);
}

TEST(EXCH_003, "a thread has no debugger channel") {
  const Family family;
  EXPECT_STATUS(Listen(family.child.thread().get(), kDebugger), ZX_ERR_INVALID_ARGS);
}

TEST(EXCH_004, "a closed handle has no exceptions") {
  EXPECT_STATUS(Listen(target::ClosedHandle()), ZX_ERR_BAD_HANDLE);
}

TEST(EXCH_005, "neither have objects that do not run") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  EXPECT_STATUS(Listen(event.get()), ZX_ERR_WRONG_TYPE);
}

TEST(EXCH_006, "a result that cannot be stored leaves the task free") {
  const Family family;
  EXPECT_STATUS(zx_task_create_exception_channel(family.child.process().get(), 0, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(Listen(family.child.process().get()));
}

TEST(EXCH_010, "listening to a thread needs INSPECT") {
  ExpectNeeded(Family().child.thread().get(), ZX_RIGHT_INSPECT);
}
TEST(EXCH_011, "listening to a thread needs TRANSFER") {
  ExpectNeeded(Family().child.thread().get(), ZX_RIGHT_TRANSFER);
}
TEST(EXCH_012, "listening to a thread needs DUPLICATE") {
  ExpectNeeded(Family().child.thread().get(), ZX_RIGHT_DUPLICATE);
}
TEST(EXCH_013, "listening to a thread needs MANAGE_THREAD") {
  ExpectNeeded(Family().child.thread().get(), ZX_RIGHT_MANAGE_THREAD);
}
TEST(EXCH_014, "listening to a thread needs nothing else") {
  const Family family;
  const zx::handle enough = target::WithOnly(
      family.child.thread().get(),
      ZX_RIGHT_INSPECT | ZX_RIGHT_TRANSFER | ZX_RIGHT_DUPLICATE | ZX_RIGHT_MANAGE_THREAD);
  EXPECT_OK(Listen(enough.get()));
}

constexpr zx_rights_t kNeededForMany[] = {ZX_RIGHT_INSPECT, ZX_RIGHT_TRANSFER, ZX_RIGHT_DUPLICATE,
                                          ZX_RIGHT_MANAGE_THREAD, ZX_RIGHT_ENUMERATE};

TEST(EXCH_015, "listening to a process needs INSPECT, TRANSFER, DUPLICATE, MANAGE_THREAD and ENUMERATE") {
  const Family family;
  for (const zx_rights_t right : kNeededForMany) ExpectNeeded(family.child.process().get(), right);
}
TEST(EXCH_016, "debugging a process needs the same rights") {
  const Family family;
  for (const zx_rights_t right : kNeededForMany) ExpectNeeded(family.child.process().get(), right, kDebugger);
}
TEST(EXCH_017, "listening to a job needs INSPECT, TRANSFER, DUPLICATE, MANAGE_THREAD and ENUMERATE") {
  const Family family;
  for (const zx_rights_t right : kNeededForMany) ExpectNeeded(family.job.get(), right);
}
TEST(EXCH_018, "debugging a job needs the same rights") {
  const Family family;
  for (const zx_rights_t right : kNeededForMany) ExpectNeeded(family.job.get(), right, kDebugger);
}

TEST(EXCH_019, "a job that may not create channels cannot listen") {
  const zx::job job = MakeJob();
  const zx_policy_basic_v2_t policy = {ZX_POL_NEW_CHANNEL, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY};
  ASSERT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1));
  Child child;
  ASSERT_OK(child.Create(job));
  child.Call(zx_task_create_exception_channel, target::kStartHandle, 0u, child.child_data());
  child.Call(zx_process_exit, 1);
  ASSERT_OK(child.Start(zx::handle(MakeJob().release())));
  EXPECT_EQ(child.WaitForExit(), 1);
  EXPECT_STATUS(child.result(0), ZX_ERR_ACCESS_DENIED);
}

TEST(EXCH_020, "one listens to a thread at a time") {
  const Family family;
  ExceptionHandler first(family.child.thread());
  EXPECT_STATUS(Listen(family.child.thread().get()), ZX_ERR_ALREADY_BOUND);
  first.Leave();
  EXPECT_OK(Listen(family.child.thread().get()));
}

TEST(EXCH_021, "one listens to a process at a time, and another one debugs it") {
  const Family family;
  ExceptionHandler first(family.child.process());
  ExceptionHandler debugger(family.child.process(), kDebugger);
  EXPECT_STATUS(Listen(family.child.process().get()), ZX_ERR_ALREADY_BOUND);
  EXPECT_STATUS(Listen(family.child.process().get(), kDebugger), ZX_ERR_ALREADY_BOUND);
  first.Leave();
  EXPECT_OK(Listen(family.child.process().get()));
  EXPECT_STATUS(Listen(family.child.process().get(), kDebugger), ZX_ERR_ALREADY_BOUND);
}

TEST(EXCH_022, "one listens to a job at a time") {
  const Family family;
  ExceptionHandler first(family.job);
  EXPECT_STATUS(Listen(family.job.get()), ZX_ERR_ALREADY_BOUND);
  first.Leave();
  EXPECT_OK(Listen(family.job.get()));
}

TEST(EXCH_023, "32 debug a job at a time") {
  const Family family;
  zx::channel channels[32];
  for (zx::channel& channel : channels) ASSERT_OK(family.job.create_exception_channel(kDebugger, &channel));
  EXPECT_STATUS(Listen(family.job.get(), kDebugger), ZX_ERR_ALREADY_BOUND);
  channels[7].reset();
  EXPECT_OK(Listen(family.job.get(), kDebugger));
}

TEST(EXCH_030, "nobody listens to a dead thread or process") {
  Family family;
  family.child.Call(zx_thread_exit);
  ASSERT_OK(family.child.Start(zx::handle()));
  EXPECT_EQ(family.child.WaitForExit(), 0);
  EXPECT_STATUS(Listen(family.child.thread().get()), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(Listen(family.child.process().get()), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(Listen(family.child.process().get(), kDebugger), ZX_ERR_BAD_STATE);
}

TEST(EXCH_031, "nobody listens to a dead job") {
  const zx::job job = MakeJob();
  ASSERT_OK(job.kill());
  ASSERT_OK(job.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(zx::sec(5)), nullptr));
  EXPECT_STATUS(Listen(job.get()), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(Listen(job.get(), kDebugger), ZX_ERR_BAD_STATE);
}

TEST(EXCH_032, "channels of the dead are closed") {
  Family family;
  const ExceptionHandler handlers[] = {
      ExceptionHandler(family.child.process()), ExceptionHandler(family.child.process(), kDebugger),
      ExceptionHandler(family.job), ExceptionHandler(family.job, kDebugger)};
  ASSERT_OK(family.job.kill());
  for (const ExceptionHandler& handler : handlers) {
    EXPECT_OK(handler.channel().wait_one(ZX_CHANNEL_PEER_CLOSED, zx::deadline_after(zx::sec(5)), nullptr));
  }
}

TEST(EXCH_033, "the channel of a thread closes when the thread ends") {
  Family family;
  const ExceptionHandler handler(family.child.thread());
  const ExceptionHandler debugger(family.child.process());
  family.child.Call(zx_thread_exit);
  ASSERT_OK(family.child.Start(zx::handle()));
  EXPECT_OK(handler.channel().wait_one(ZX_CHANNEL_PEER_CLOSED, zx::deadline_after(zx::sec(5)), nullptr));
  EXPECT_OK(debugger.channel().wait_one(ZX_CHANNEL_PEER_CLOSED, zx::deadline_after(zx::sec(5)), nullptr));
}

TEST(EXCH_034, "a kill and a verdict may meet") {
  for (int life = 0; life < 40; ++life) {
    Family family;
    ExceptionHandler process(family.child.process());
    family.child.Run(target::target_child_undefined);
    ASSERT_OK(family.child.Start(zx::handle()));
    ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
    // The instruction is tried again; where the kill finds the thread differs.
    process.Answer(ZX_EXCEPTION_STATE_HANDLED);
    for (volatile int pause = 0; pause < life * 50; pause = pause + 1) {
    }
    ASSERT_OK(family.child.process().kill());
    ASSERT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_SYSCALL_KILL);
    ASSERT_OK(process.channel().wait_one(ZX_CHANNEL_PEER_CLOSED, zx::deadline_after(zx::sec(5)), nullptr));
  }
}

TEST(EXCH_040, "a handle to the thread comes from every level") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  ExceptionHandler debugger(family.child.process(), kDebugger);
  const zx::handle weak = target::Without(family.child.thread().get(), ZX_RIGHT_WRITE);
  ExceptionHandler thread(weak);
  family.child.Run(target::target_child_undefined);
  ASSERT_OK(family.child.Start(zx::handle()));
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  debugger.PassOn();
  for (ExceptionHandler* handler : {&debugger, &thread, &process, &job}) {
    ASSERT_EQ(handler->Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
    const zx::thread found = handler->thread();
    EXPECT_EQ(target::KoidOf(found.get()), target::KoidOf(family.child.thread().get()));
    // The thread's channel was opened through a handle with fewer rights.
    EXPECT_EQ(target::RightsOf(found.get()),
              handler == &thread ? ZX_DEFAULT_THREAD_RIGHTS & ~ZX_RIGHT_WRITE : ZX_DEFAULT_THREAD_RIGHTS);
    handler->PassOn();
  }
  EXPECT_EQ(family.child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(EXCH_041, "a handle to the process comes from the process and from jobs") {
  Family family;
  ExceptionHandler job(family.job);
  const zx::handle weak = target::Without(family.child.process().get(), ZX_RIGHT_WRITE);
  ExceptionHandler process(weak);
  family.child.Run(target::target_child_undefined);
  ASSERT_OK(family.child.Start(zx::handle()));
  for (ExceptionHandler* handler : {&process, &job}) {
    ASSERT_EQ(handler->Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
    zx::process found;
    ASSERT_OK(handler->exception().get_process(&found));
    EXPECT_EQ(target::KoidOf(found.get()), target::KoidOf(family.child.process().get()));
    EXPECT_EQ(target::RightsOf(found.get()),
              handler == &process ? ZX_DEFAULT_PROCESS_RIGHTS & ~ZX_RIGHT_WRITE : ZX_DEFAULT_PROCESS_RIGHTS);
    handler->PassOn();
  }
}

TEST(EXCH_042, "the listener of a thread gets no handle to the process") {
  Family family;
  ExceptionHandler thread(family.child.thread());
  family.child.Run(target::target_child_undefined);
  ASSERT_OK(family.child.Start(zx::handle()));
  ASSERT_EQ(thread.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  zx::process process;
  EXPECT_STATUS(thread.exception().get_process(&process), ZX_ERR_ACCESS_DENIED);
}

TEST(EXCH_043, "exception_get_thread and exception_get_process want an exception and room for the result") {
  zx::event event;
  ASSERT_OK(zx::event::create(0, &event));
  zx::handle out;
  EXPECT_STATUS(zx_exception_get_thread(event.get(), out.reset_and_get_address()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_exception_get_process(event.get(), out.reset_and_get_address()), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_exception_get_thread(target::ClosedHandle(), out.reset_and_get_address()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_exception_get_process(target::ClosedHandle(), out.reset_and_get_address()), ZX_ERR_BAD_HANDLE);
  Family family;
  ExceptionHandler process(family.child.process());
  family.child.Run(target::target_child_undefined);
  ASSERT_OK(family.child.Start(zx::handle()));
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_STATUS(zx_exception_get_thread(process.exception().get(), nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_exception_get_process(process.exception().get(), nullptr), ZX_ERR_INVALID_ARGS);
}

// A process that waits for the verdict of the handler of its own level.
struct Waiting : Family {
  ExceptionHandler handler;
  explicit Waiting(uint32_t options = 0) : handler(child.process(), options) {
    child.Run(target::target_child_undefined);
    EXPECT_OK(child.Start(zx::handle()));
    zx_excp_type_t type = handler.Next();
    if (type == ZX_EXCP_THREAD_STARTING) type = handler.Next();
    EXPECT_EQ(type, ZX_EXCP_UNDEFINED_INSTRUCTION);
  }
  zx::exception& exception() { return handler.exception(); }
  zx_status_t Set(uint32_t property, uint32_t value) {
    return exception().set_property(property, &value, sizeof(value));
  }
  uint32_t Get(uint32_t property) {
    uint32_t value = 99;
    EXPECT_OK(exception().get_property(property, &value, sizeof(value)));
    return value;
  }
};

TEST(EXCH_050, "the state is TRY_NEXT until it is set, and any of three") {
  Waiting waiting;
  EXPECT_EQ(waiting.Get(ZX_PROP_EXCEPTION_STATE), ZX_EXCEPTION_STATE_TRY_NEXT);
  for (const uint32_t state : {ZX_EXCEPTION_STATE_HANDLED, ZX_EXCEPTION_STATE_THREAD_EXIT, ZX_EXCEPTION_STATE_TRY_NEXT}) {
    EXPECT_OK(waiting.Set(ZX_PROP_EXCEPTION_STATE, state));
    EXPECT_EQ(waiting.Get(ZX_PROP_EXCEPTION_STATE), state);
  }
  EXPECT_STATUS(waiting.Set(ZX_PROP_EXCEPTION_STATE, 3), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(waiting.Get(ZX_PROP_EXCEPTION_STATE), ZX_EXCEPTION_STATE_TRY_NEXT);
}

TEST(EXCH_051, "the strategy of a debugger is one of two") {
  Waiting waiting(kDebugger);
  EXPECT_EQ(waiting.Get(ZX_PROP_EXCEPTION_STRATEGY), ZX_EXCEPTION_STRATEGY_FIRST_CHANCE);
  EXPECT_OK(waiting.Set(ZX_PROP_EXCEPTION_STRATEGY, ZX_EXCEPTION_STRATEGY_SECOND_CHANCE));
  EXPECT_EQ(waiting.Get(ZX_PROP_EXCEPTION_STRATEGY), ZX_EXCEPTION_STRATEGY_SECOND_CHANCE);
  EXPECT_STATUS(waiting.Set(ZX_PROP_EXCEPTION_STRATEGY, 2), ZX_ERR_INVALID_ARGS);
}

TEST(EXCH_052, "who is no debugger has no strategy") {
  Waiting waiting;
  EXPECT_STATUS(waiting.Set(ZX_PROP_EXCEPTION_STRATEGY, ZX_EXCEPTION_STRATEGY_SECOND_CHANCE), ZX_ERR_BAD_STATE);
  EXPECT_EQ(waiting.Get(ZX_PROP_EXCEPTION_STRATEGY), ZX_EXCEPTION_STRATEGY_FIRST_CHANCE);
}

TEST(EXCH_053, "both are 32 bits of readable and writable memory") {
  Waiting waiting(kDebugger);
  for (const uint32_t property : {ZX_PROP_EXCEPTION_STATE, ZX_PROP_EXCEPTION_STRATEGY}) {
    uint32_t value = 0;
    EXPECT_STATUS(waiting.exception().get_property(property, &value, 3), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(waiting.exception().set_property(property, &value, 3), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_STATUS(waiting.exception().get_property(property, nullptr, 4), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(waiting.exception().set_property(property, nullptr, 4), ZX_ERR_INVALID_ARGS);
  }
}

TEST(EXCH_054, "both belong to exceptions only") {
  const Family family;
  uint32_t value = 0;
  for (const uint32_t property : {ZX_PROP_EXCEPTION_STATE, ZX_PROP_EXCEPTION_STRATEGY}) {
    EXPECT_STATUS(family.job.get_property(property, &value, sizeof(value)), ZX_ERR_WRONG_TYPE);
    EXPECT_STATUS(family.job.set_property(property, &value, sizeof(value)), ZX_ERR_WRONG_TYPE);
  }
}

TEST(EXCH_055, "reading one needs GET_PROPERTY, writing one SET_PROPERTY") {
  Waiting waiting(kDebugger);
  uint32_t value = 0;
  ASSERT_OK(waiting.exception().replace(ZX_RIGHT_TRANSFER | ZX_RIGHT_GET_PROPERTY, &waiting.exception()));
  for (const uint32_t property : {ZX_PROP_EXCEPTION_STATE, ZX_PROP_EXCEPTION_STRATEGY}) {
    EXPECT_OK(waiting.exception().get_property(property, &value, sizeof(value)));
    EXPECT_STATUS(waiting.exception().set_property(property, &value, sizeof(value)), ZX_ERR_ACCESS_DENIED);
  }
  ASSERT_OK(waiting.exception().replace(ZX_RIGHT_TRANSFER, &waiting.exception()));
  for (const uint32_t property : {ZX_PROP_EXCEPTION_STATE, ZX_PROP_EXCEPTION_STRATEGY}) {
    EXPECT_STATUS(waiting.exception().get_property(property, &value, sizeof(value)), ZX_ERR_ACCESS_DENIED);
  }
  // Replacing a handle is no verdict: the thread still waits.
  EXPECT_EQ(waiting.handler.Report().header.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCH_056, "there is one handle to an exception") {
  Waiting waiting;
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_handle_duplicate(waiting.exception().get(), ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_object_wait_one(waiting.exception().get(), ZX_USER_SIGNAL_0, 0, nullptr), ZX_ERR_ACCESS_DENIED);
}

TEST(EXCH_057, "a verdict that travels still counts") {
  Waiting waiting;
  zx::channel here;
  zx::channel there;
  ASSERT_OK(zx::channel::create(0, &here, &there));
  ASSERT_OK(waiting.Set(ZX_PROP_EXCEPTION_STATE, ZX_EXCEPTION_STATE_THREAD_EXIT));
  zx_handle_t handle = waiting.exception().release();
  ASSERT_OK(here.write(0, nullptr, 0, &handle, 1));
  EXPECT_STATUS(waiting.child.thread().wait_one(ZX_THREAD_TERMINATED, zx::time(0), nullptr), ZX_ERR_TIMED_OUT);
  there.reset();
  EXPECT_EQ(waiting.child.WaitForExit(), 0);
}

TEST(EXCH_060, "the report of a thread is there while it waits, in two versions") {
  Waiting waiting;
  zx_exception_report_t report = {};
  size_t actual = 0;
  size_t avail = 0;
  const zx::thread& thread = waiting.child.thread();
  ASSERT_OK(thread.get_info(ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), &actual, &avail));
  EXPECT_EQ(actual, 1u);
  EXPECT_EQ(avail, 1u);
  EXPECT_EQ(report.header.size, 40u);
  EXPECT_EQ(report.header.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
  report = {};
  ASSERT_OK(thread.get_info(ZX_INFO_THREAD_EXCEPTION_REPORT_V0, &report, 32, nullptr, nullptr));
  EXPECT_EQ(report.header.size, 32u);
  EXPECT_EQ(report.header.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
}

TEST(EXCH_061, "a report needs room, INSPECT, a thread, and an exception") {
  Waiting waiting;
  zx_exception_report_t report = {};
  const auto get = [&](zx_handle_t handle, size_t size) {
    return zx_object_get_info(handle, ZX_INFO_THREAD_EXCEPTION_REPORT, &report, size, nullptr, nullptr);
  };
  EXPECT_STATUS(get(waiting.child.thread().get(), 39), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(get(target::Without(waiting.child.thread().get(), ZX_RIGHT_INSPECT).get(), 40), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(get(waiting.child.process().get(), 40), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(get(zx_thread_self(), 40), ZX_ERR_BAD_STATE);
}

// A thread of this process that waits for the start signal before it does something forbidden.
struct Offender {
  zx::event start;
  ExceptionHandler handler;
  hafnon::Thread thread;
  zx_status_t result = ZX_OK;
  zx_status_t (*offend)() = nullptr;

  explicit Offender(zx_status_t (*offence)()) : offend(offence) {
    EXPECT_OK(zx::event::create(0, &start));
    EXPECT_OK(thread.Start("offender", [](void* self) { static_cast<Offender*>(self)->Run(); }, this));
    handler = ExceptionHandler(*zx::unowned_handle(thread.handle()));
    EXPECT_OK(start.signal(0, ZX_EVENT_SIGNALED));
  }
  void Run() {
    start.wait_one(ZX_EVENT_SIGNALED, zx::time::infinite(), nullptr);
    result = offend();
  }
  // The policy code of the one exception it raises; it goes on.
  uint32_t Code() {
    EXPECT_EQ(handler.Next(), ZX_EXCP_POLICY_ERROR);
    const uint32_t code = handler.Report().context.synth_code;
    handler.Answer(ZX_EXCEPTION_STATE_HANDLED);
    EXPECT_OK(thread.Join(zx_deadline_after(ZX_SEC(5))));
    return code;
  }
};

TEST(EXCH_070, "a message too many in a channel is an exception of the writer") {
  Offender offender([] {
    zx::channel here;
    zx::channel there;
    zx_status_t status = zx::channel::create(0, &here, &there);
    while (status == ZX_OK) status = here.write(0, "", 0, nullptr, 0);
    return status;
  });
  EXPECT_EQ(offender.Code(), ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE);
  EXPECT_STATUS(offender.result, ZX_ERR_SHOULD_WAIT);
}

TEST(EXCH_071, "a packet too many in a port is an exception of the sender") {
  Offender offender([] {
    zx::port port;
    zx_status_t status = zx::port::create(0, &port);
    const zx_port_packet_t packet = {};
    while (status == ZX_OK) status = port.queue(&packet);
    return status;
  });
  EXPECT_EQ(offender.Code(), ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_PACKETS);
  EXPECT_STATUS(offender.result, ZX_ERR_SHOULD_WAIT);
}

TEST(EXCH_072, "memory that is both writable and executable is an exception where the policy says so") {
  const zx::job job = MakeJob();
  const zx_policy_basic_v2_t policy = {ZX_POL_VMAR_WX, ZX_POL_ACTION_DENY_EXCEPTION, ZX_POL_OVERRIDE_DENY};
  ASSERT_OK(job.set_policy(ZX_JOB_POL_ABSOLUTE, ZX_JOB_POL_BASIC_V2, &policy, 1));
  Child child;
  ASSERT_OK(child.Create(job));
  ExceptionHandler handler(job);
  zx::vmar region;
  uintptr_t base = 0;
  constexpr zx_vm_option_t kAll = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE;
  const size_t page = zx_system_get_page_size();
  ASSERT_OK(child.root().allocate(kAll, 0, page, &region, &base));
  zx::vmo vmo;
  ASSERT_OK(zx::vmo::create(page, 0, &vmo));
  ASSERT_OK(vmo.replace_as_executable(*target::Vmex(), &vmo));
  ASSERT_OK(region.map(ZX_VM_PERM_READ, 0, vmo, 0, page, &base));
  child.Call(zx_vmar_protect, target::kStartHandle, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE, base,
             page);
  child.Call(zx_process_exit, 6);
  ASSERT_OK(child.Start(zx::handle(region.release())));
  ASSERT_EQ(handler.Next(), ZX_EXCP_POLICY_ERROR);
  EXPECT_EQ(handler.Report().context.synth_code, ZX_EXCP_POLICY_CODE_VMAR_WX);
  handler.Answer(ZX_EXCEPTION_STATE_HANDLED);
  EXPECT_EQ(child.WaitForExit(), 6);
  EXPECT_STATUS(child.result(0), ZX_ERR_ACCESS_DENIED);
}

TEST(EXCH_073, "what write refuses because the channel is full, write_etc and call refuse too") {
  for (auto* offence : {+[] {
         zx::channel here;
         zx::channel there;
         zx_status_t status = zx::channel::create(0, &here, &there);
         while (status == ZX_OK) status = zx_channel_write_etc(here.get(), 0, "", 0, nullptr, 0);
         return status;
       }, +[] {
         zx::channel here;
         zx::channel there;
         zx_status_t status = zx::channel::create(0, &here, &there);
         uint32_t words[2] = {};
         const zx_channel_call_args_t args = {words, nullptr, words, nullptr, sizeof(words), 0, sizeof(words), 0};
         do {
           status = zx_channel_call(here.get(), 0, 0, &args, nullptr, nullptr);
         } while (status == ZX_ERR_TIMED_OUT);
         return status;
       }}) {
    Offender offender(offence);
    EXPECT_EQ(offender.Code(), ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE);
    EXPECT_STATUS(offender.result, ZX_ERR_SHOULD_WAIT);
  }
}

TEST(EXCH_074, "an observer too many of a port is an exception of who asked for it") {
  Offender offender([] {
    zx::port port;
    zx::event event;
    zx_status_t status = zx::port::create(0, &port);
    if (status == ZX_OK) status = zx::event::create(0, &event);
    for (uint64_t key = 0; status == ZX_OK; ++key) status = event.wait_async(port, key, ZX_EVENT_SIGNALED, 0);
    return status;
  });
  EXPECT_EQ(offender.Code(), ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_OBSERVERS);
  EXPECT_STATUS(offender.result, ZX_ERR_SHOULD_WAIT);
}

}  // namespace
