// SPDX-License-Identifier: BSD-2-Clause
// What the handler of an exception can see and change of the thread, and what a program says of itself:
// zx_thread_read_state, zx_thread_write_state, zx_process_read_memory, zx_thread_raise_exception.
#include <string.h>

#include <lib/zx/event.h>
#include <lib/zx/exception.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>

#include "tests/target/child.h"
#include "tests/target/exception_handler.h"
#include "tests/target/handles.h"
#include "tests/target/registers.h"
#include "tests/target/test.h"

namespace {

using target::Child;
using target::ExceptionHandler;
using target::Registers;

constexpr uint32_t kGeneral = ZX_THREAD_STATE_GENERAL_REGS;
constexpr uint32_t kHandled = ZX_EXCEPTION_STATE_HANDLED;

zx::job MakeJob() {
  zx::job job;
  EXPECT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  return job;
}

struct Family {
  zx::job job = MakeJob();
  Child child;
  Family() { EXPECT_OK(child.Create(job)); }
  const zx::thread& thread() const { return child.thread(); }
  void Start() { EXPECT_OK(child.Start(zx::handle())); }
  Registers Read() const {
    Registers registers = {};
    EXPECT_OK(thread().read_state(kGeneral, &registers, sizeof(registers)));
    return registers;
  }
  void Write(const Registers& registers) const {
    EXPECT_OK(thread().write_state(kGeneral, &registers, sizeof(registers)));
  }
};

// A child at an undefined instruction, which exits with 6 once it gets past.
struct Stopped : Family {
  ExceptionHandler handler{child.process()};
  Stopped() {
    child.Run(target::target_child_undefined);
    child.Call(zx_process_exit, 6);
    Start();
    EXPECT_EQ(handler.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  }
};

TEST(EXST_001, "the registers of a waiting thread are those it had at the exception") {
  Stopped stopped;
  Registers registers = stopped.Read();
  EXPECT_EQ(target::ProgramCounter(registers), stopped.child.AddressOf(target::target_child_undefined));
  EXPECT_LE(target::StackPointer(registers), stopped.child.stack_top());
  EXPECT_GT(target::StackPointer(registers), stopped.child.stack_top() - zx_system_get_page_size());
}

TEST(EXST_002, "it goes on with the registers that were written") {
  Stopped stopped;
  Registers registers = stopped.Read();
  target::ProgramCounter(registers) = stopped.child.AddressOf(target::target_child_return);
  target::Result(registers) = 77;
  stopped.Write(registers);
  Registers again = stopped.Read();
  EXPECT_EQ(target::ProgramCounter(again), target::ProgramCounter(registers));
  stopped.handler.Answer(kHandled);
  EXPECT_EQ(stopped.child.WaitForExit(), 6);
  EXPECT_EQ(stopped.child.result(0), 77);
}

TEST(EXST_003, "registers that were written outlast a handler that passes the exception on") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler process(family.child.process());
  family.child.Run(target::target_child_undefined);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(process.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  Registers registers = family.Read();
  target::ProgramCounter(registers) = family.child.AddressOf(target::target_child_return);
  family.Write(registers);
  process.PassOn();
  ASSERT_EQ(job.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  registers = family.Read();
  EXPECT_EQ(target::ProgramCounter(registers), family.child.AddressOf(target::target_child_return));
  job.Answer(kHandled);
  EXPECT_EQ(family.child.WaitForExit(), 6);
}

TEST(EXST_004, "a thread that starts stands at its entry and can be sent elsewhere") {
  Family family;
  ExceptionHandler debugger(family.child.process(), ZX_EXCEPTION_CHANNEL_DEBUGGER);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  Registers registers = family.Read();
  EXPECT_EQ(target::ProgramCounter(registers), family.child.entry());
  EXPECT_EQ(target::StackPointer(registers), family.child.stack_top());
  target::ProgramCounter(registers) = family.child.AddressOf(target::target_child_breakpoint);
  target::Argument(registers) = 0x1234;
  family.Write(registers);
  ASSERT_EQ(debugger.Next(), ZX_EXCP_SW_BREAKPOINT);
  registers = family.Read();
  EXPECT_EQ(target::Argument(registers), 0x1234u);
}

TEST(EXST_005, "a thread that exits has no registers any more") {
  Family family;
  ExceptionHandler debugger(family.child.process(), ZX_EXCEPTION_CHANNEL_DEBUGGER);
  family.child.Call(zx_thread_exit);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_EXITING);
  Registers registers = {};
  EXPECT_STATUS(family.thread().read_state(kGeneral, &registers, sizeof(registers)), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(family.thread().write_state(kGeneral, &registers, sizeof(registers)), ZX_ERR_NOT_SUPPORTED);
}

TEST(EXST_006, "after a policy exception the result of the call is there and can be changed") {
  Family family;
  ExceptionHandler handler(family.child.process());
  family.child.Run(target::target_child_bad_syscall, 9999);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(handler.Next(), ZX_EXCP_POLICY_ERROR);
  Registers registers = family.Read();
  EXPECT_STATUS(static_cast<zx_status_t>(target::Result(registers)), ZX_ERR_BAD_SYSCALL);
  target::Result(registers) = 5;
  family.Write(registers);
  handler.Answer(kHandled);
  EXPECT_EQ(family.child.WaitForExit(), 6);
  EXPECT_EQ(family.child.result(0), 5);
}

TEST(EXST_007, "the thread pointer is one of the registers") {
  Stopped stopped;
  Registers registers = stopped.Read();
  const uint64_t pointer = stopped.child.child_data() + 64;
  target::ThreadPointer(registers) = pointer;
  stopped.Write(registers);
  stopped.handler.Answer(kHandled);
  ASSERT_EQ(stopped.handler.Next(), ZX_EXCP_UNDEFINED_INSTRUCTION);
  registers = stopped.Read();
  EXPECT_EQ(target::ThreadPointer(registers), pointer);
}

TEST(EXST_008, "flags that belong to the kernel stay as they are") {
  Stopped stopped;
  const Registers before = stopped.Read();
  Registers registers = before;
  target::Flags(registers) = ~uint64_t{0};
  stopped.Write(registers);
  registers = stopped.Read();
  EXPECT_NE(target::Flags(registers), ~uint64_t{0});
  target::Flags(registers) = 0;
  stopped.Write(registers);
  registers = stopped.Read();
  target::ProgramCounter(registers) = stopped.child.AddressOf(target::target_child_return);
  stopped.Write(registers);
  stopped.handler.Answer(kHandled);
  EXPECT_EQ(stopped.child.WaitForExit(), 6);
}

TEST(EXST_009, "a program counter outside user space is refused") {
  Stopped stopped;
  Registers registers = stopped.Read();
  for (const uint64_t pc : {uint64_t{1} << 63, ~uint64_t{0}, uint64_t{1} << 48}) {
    target::ProgramCounter(registers) = pc;
    EXPECT_STATUS(stopped.thread().write_state(kGeneral, &registers, sizeof(registers)), ZX_ERR_INVALID_ARGS);
  }
  registers = stopped.Read();
  EXPECT_EQ(target::ProgramCounter(registers), stopped.child.AddressOf(target::target_child_undefined));
}

TEST(EXST_010, "a thread that runs keeps its registers to itself") {
  Family family;
  family.Start();
  Registers registers = {};
  EXPECT_STATUS(family.thread().read_state(kGeneral, &registers, sizeof(registers)), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(family.thread().write_state(kGeneral, &registers, sizeof(registers)), ZX_ERR_BAD_STATE);
}

TEST(EXST_011, "reading needs READ, writing needs WRITE") {
  Stopped stopped;
  Registers registers = stopped.Read();
  const zx::handle no_read = target::Without(stopped.thread().get(), ZX_RIGHT_READ);
  const zx::handle no_write = target::Without(stopped.thread().get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_thread_read_state(no_read.get(), kGeneral, &registers, sizeof(registers)), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_thread_write_state(no_write.get(), kGeneral, &registers, sizeof(registers)),
                ZX_ERR_ACCESS_DENIED);
}

TEST(EXST_012, "sizes and addresses of register buffers are checked") {
  Stopped stopped;
  Registers registers = stopped.Read();
  const size_t size = sizeof(registers);
  EXPECT_STATUS(stopped.thread().read_state(kGeneral, &registers, size - 1), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(stopped.thread().write_state(kGeneral, &registers, size - 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(stopped.thread().write_state(kGeneral, &registers, size + 1), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(stopped.thread().read_state(kGeneral, nullptr, size), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(stopped.thread().write_state(kGeneral, nullptr, size), ZX_ERR_INVALID_ARGS);
}

TEST(EXST_013, "unknown kinds of registers are refused") {
  Stopped stopped;
  uint64_t buffer[64] = {};
  for (const uint32_t kind : {3u, 6u, 0xffff'ffffu}) {
    EXPECT_STATUS(stopped.thread().read_state(kind, buffer, sizeof(buffer)), ZX_ERR_INVALID_ARGS);
    EXPECT_STATUS(stopped.thread().write_state(kind, buffer, sizeof(buffer)), ZX_ERR_INVALID_ARGS);
  }
}

TEST(EXST_014, "only threads have registers") {
  Stopped stopped;
  Registers registers = {};
  EXPECT_STATUS(zx_thread_read_state(stopped.job.get(), kGeneral, &registers, sizeof(registers)), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_thread_write_state(stopped.job.get(), kGeneral, &registers, sizeof(registers)), ZX_ERR_WRONG_TYPE);
  const zx_handle_t bad = target::ClosedHandle();
  EXPECT_STATUS(zx_thread_read_state(bad, kGeneral, &registers, sizeof(registers)), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_thread_write_state(bad, kGeneral, &registers, sizeof(registers)), ZX_ERR_BAD_HANDLE);
}

TEST(EXST_015, "every way for a thread to exit by itself is announced") {
  Family family;
  ExceptionHandler debugger(family.child.process(), ZX_EXCEPTION_CHANNEL_DEBUGGER);
  family.child.Call(zx_futex_wake_handle_close_thread_exit, family.child.child_data(), 1u, 5,
                    ZX_HANDLE_INVALID);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_THREAD_STARTING);
  EXPECT_EQ(debugger.Next(), ZX_EXCP_THREAD_EXITING);
  debugger.PassOn();
  EXPECT_EQ(family.child.WaitForExit(), 0);
}

zx_status_t ReadMemory(zx_handle_t process, zx_vaddr_t address, size_t size, size_t* actual) {
  static char buffer[8192];
  return zx_process_read_memory(process, address, buffer, size, actual);
}

TEST(EXST_020, "the memory of another process can be read") {
  const Family family;
  memcpy(family.child.data(), "from there", 10);
  char buffer[10] = {};
  size_t actual = 0;
  ASSERT_OK(family.child.process().read_memory(family.child.child_data(), buffer, sizeof(buffer), &actual));
  EXPECT_EQ(actual, 10u);
  EXPECT_EQ(memcmp(buffer, "from there", 10), 0);
}

TEST(EXST_021, "a read ends with the mapping") {
  const Family family;
  size_t actual = 0;
  EXPECT_OK(ReadMemory(family.child.process().get(), family.child.stack_top() - 100, 8192, &actual));
  EXPECT_EQ(actual, 100u);
}

TEST(EXST_022, "where nothing is mapped there is nothing to read") {
  const Family family;
  size_t actual = 0;
  EXPECT_STATUS(ReadMemory(family.child.process().get(), 0x1000, 8, &actual), ZX_ERR_NOT_FOUND);
}

TEST(EXST_023, "a read has a size of 1 byte to 64 MiB, a buffer and a place for the count") {
  const Family family;
  const zx_handle_t process = family.child.process().get();
  const uint64_t from = family.child.child_data();
  size_t actual = 0;
  EXPECT_STATUS(ReadMemory(process, from, 0, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(ReadMemory(process, from, (64 << 20) + 1, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(ReadMemory(process, from, 8, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_process_read_memory(process, from, nullptr, 8, &actual), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_process_read_memory(process, from, reinterpret_cast<void*>(8), 8, &actual), ZX_ERR_INVALID_ARGS);
}

TEST(EXST_024, "reading memory needs READ and WRITE") {
  const Family family;
  size_t actual = 0;
  for (const zx_rights_t right : {ZX_RIGHT_READ, ZX_RIGHT_WRITE}) {
    const zx::handle weak = target::Without(family.child.process().get(), right);
    EXPECT_STATUS(ReadMemory(weak.get(), family.child.child_data(), 8, &actual), ZX_ERR_ACCESS_DENIED);
  }
}

TEST(EXST_025, "only a living process has memory") {
  Family family;
  size_t actual = 0;
  EXPECT_STATUS(ReadMemory(family.thread().get(), 0x1000, 8, &actual), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(ReadMemory(target::ClosedHandle(), 0x1000, 8, &actual), ZX_ERR_BAD_HANDLE);
  family.child.Call(zx_process_exit, 6);
  family.Start();
  EXPECT_EQ(family.child.WaitForExit(), 6);
  EXPECT_STATUS(ReadMemory(family.child.process().get(), family.child.child_data(), 8, &actual), ZX_ERR_BAD_STATE);
}

TEST(EXST_026, "what was cut off from a VMO cannot be read through its mapping") {
  const Family family;
  const size_t page = zx_system_get_page_size();
  zx::vmo vmo;
  ASSERT_OK(zx::vmo::create(page, ZX_VMO_RESIZABLE, &vmo));
  zx_vaddr_t address = 0;
  ASSERT_OK(family.child.root().map(ZX_VM_PERM_READ | ZX_VM_ALLOW_FAULTS, 0, vmo, 0, page, &address));
  ASSERT_OK(vmo.set_size(0));
  size_t actual = 0;
  EXPECT_STATUS(ReadMemory(family.child.process().get(), address, 8, &actual), ZX_ERR_OUT_OF_RANGE);
}

TEST(EXST_030, "a program can tell the debuggers of its jobs something") {
  Family family;
  ExceptionHandler job(family.job);
  ExceptionHandler debugger(family.job, ZX_EXCEPTION_CHANNEL_DEBUGGER);
  zx_exception_context_t context = {};
  context.synth_code = ZX_EXCP_USER_CODE_USER0;
  context.synth_data = 42;
  memcpy(family.child.data(), &context, sizeof(context));
  family.child.Call(zx_thread_raise_exception, ZX_EXCEPTION_TARGET_JOB_DEBUGGER, ZX_EXCP_USER,
                    family.child.child_data());
  family.child.Call(zx_process_exit, 6);
  family.Start();
  ASSERT_EQ(debugger.Next(), ZX_EXCP_PROCESS_STARTING);
  ASSERT_EQ(debugger.Next(), ZX_EXCP_USER);
  const zx_exception_report_t report = debugger.Report();
  EXPECT_EQ(report.context.synth_code, ZX_EXCP_USER_CODE_USER0);
  EXPECT_EQ(report.context.synth_data, 42u);
  debugger.PassOn();
  EXPECT_EQ(family.child.WaitForExit(), 6);
  EXPECT_OK(family.child.result(0));
  EXPECT_FALSE(job.has_more());
}

TEST(EXST_031, "it can only do that, and only so") {
  const zx_exception_context_t context = {};
  EXPECT_STATUS(zx_thread_raise_exception(0, ZX_EXCP_USER, &context), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_thread_raise_exception(3, ZX_EXCP_USER, &context), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_thread_raise_exception(ZX_EXCEPTION_TARGET_JOB_DEBUGGER, ZX_EXCP_GENERAL, &context),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_thread_raise_exception(ZX_EXCEPTION_TARGET_JOB_DEBUGGER, ZX_EXCP_USER, nullptr),
                ZX_ERR_INVALID_ARGS);
  EXPECT_OK(zx_thread_raise_exception(ZX_EXCEPTION_TARGET_JOB_DEBUGGER, ZX_EXCP_USER, &context));
}

}  // namespace
