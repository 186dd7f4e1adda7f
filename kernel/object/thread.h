// SPDX-License-Identifier: BSD-2-Clause
// A thread of a process.
#pragma once

#include <cstdint>
#include <string_view>

#include <arch/context.h>
#include <arch/thread_state.h>
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

#include "kernel/object/channel.h"
#include "kernel/object/exception_channel.h"
#include "kernel/object/futex_table.h"
#include "kernel/object/name.h"
#include "kernel/object/object.h"
#include "kernel/sched/task.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace kernel {

class Process;
class ExceptionScope;
enum class ExceptionLevel : uint32_t;

// Lifetime: handles hold references, and a living thread holds one to itself until its task has left
// its kernel stack. It keeps its process.
class Thread final : public Object, public base::ListNode<Process> {
 public:
  static constexpr ObjectType kType = ObjectType::kThread;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_DESTROY | ZX_RIGHT_SIGNAL |
      ZX_RIGHT_MANAGE_THREAD;

  static Thread& Current() { return *sched::Task::Current().thread(); }

  // A new thread, not yet running.
  // Errors: ZX_ERR_BAD_STATE the process is dying or dead, ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Thread>> Create(base::RefPtr<Process> process, std::string_view name);
  ~Thread() override;

  zx_koid_t related_koid() const override;

  // The first thread of a process announces it to those who debug its jobs.
  enum class Role : uint8_t { kFirst, kFurther };
  // Lets it enter user mode.
  // Errors: ZX_ERR_BAD_STATE started before, or the process is not running; ZX_ERR_NO_MEMORY.
  base::Result<> Start(const arch::UserEntry& entry, Role role = Role::kFurther);
  // The current thread ends by itself, which the debugger of its process hears of. As ExitCurrent().
  [[noreturn]] static void ExitGracefully();
  // Ends the current thread. Nothing on its stack is destroyed: the caller holds no references there.
  [[noreturn]] static void ExitCurrent();
  // The task has left its stack for ever. Called on another stack.
  void OnTaskEnd();

  // The current thread has done what its job's policy or the kernel answers with an exception
  // (ZX_EXCP_POLICY_CODE_*). It is raised on the way back to user mode, with the call's result in place. Of
  // several in one call the first counts.
  void RaisePolicyException(uint32_t policy_code, uint32_t data);
  // The current thread tells the debuggers of the jobs above of an event of its own (ZX_EXCP_USER), on the
  // way back to user mode.
  void RaiseUserException(uint32_t code, uint32_t data);
  // Delivers what is pending, with all registers of user mode in place.
  void HandlePendingException();

  zx_info_thread_t GetInfo() const;
  // What the thread is in. Errors: ZX_ERR_BAD_STATE no exception.
  base::Result<zx_exception_report_t> GetExceptionReport() const EXCLUDES(lock());
  // The registers of user mode while the thread is in an exception.
  // Errors: ZX_ERR_BAD_STATE no exception, ZX_ERR_NOT_SUPPORTED it is about to exit; writing also
  // ZX_ERR_INVALID_ARGS a value that user mode cannot have.
  base::Result<zx_thread_state_general_regs_t> ReadRegisters() const EXCLUDES(lock());
  base::Result<> WriteRegisters(const zx_thread_state_general_regs_t& registers) EXCLUDES(lock());
  // Where its own exceptions go.
  ExceptionChannel& exception_channel() { return exception_channel_; }
  Process& process() const { return *process_; }
  sched::Task& task() { return task_; }
  const sched::Task& task() const { return task_; }
  Name& name() { return name_; }
  FutexWaiter& futex_waiter() { return futex_waiter_; }
  zx_duration_t run_time() const { return task_.run_time(); }
  // Its zx_channel_call().
  Channel::Caller& call() { return call_; }

  // What a thread in Task::Park() waits for, for ZX_INFO_THREAD and dumps. Set by BlockedScope.
  std::atomic<uint32_t> blocked_reason = 0;

 private:
  Thread(base::RefPtr<Process> process, std::string_view name);
  static void EnterUserMode(void* thread);
  enum class PendingException : uint8_t { kStarting, kPolicy, kUser };
  void MakePending(PendingException exception, uint32_t code, uint32_t data);
  // Tells debuggers that it is about to run.
  void AnnounceStart();

  const base::RefPtr<Process> process_;
  Name name_;
  std::atomic<bool> started_ = false;
  Role role_ = Role::kFurther;
  arch::UserEntry entry_;
  sched::Task task_;
  Channel::Caller call_{task_};
  FutexWaiter futex_waiter_{task_};

  ExceptionChannel exception_channel_;
  // Whose verdict it waits for.
  std::atomic<ExceptionLevel> exception_level_{};
  // Set by the thread itself, cleared under the lock, so that it stays for who holds the lock.
  std::atomic<ExceptionScope*> exception_ = nullptr;
  // What arch::Context::kException stands for; only used by the thread itself.
  PendingException pending_exception_ = PendingException::kStarting;
  uint32_t pending_code_ = 0;
  uint32_t pending_data_ = 0;
  friend class ExceptionScope;
  friend class ExceptionLevelScope;
};

// The exception the current thread is in, as others may see it while the scope lasts. They find the other
// registers of user mode in its frame, which nobody else touches meanwhile.
class ExceptionScope {
 public:
  enum class Registers : uint8_t { kAccessible, kGone };
  explicit ExceptionScope(const zx_exception_report_t& report, Registers access = Registers::kAccessible);
  ~ExceptionScope();
  ExceptionScope(const ExceptionScope&) = delete;
  ExceptionScope& operator=(const ExceptionScope&) = delete;

 private:
  friend class Thread;
  Thread& thread_;
  const zx_exception_report_t& report_;
  const Registers access_;
  // Guarded by the thread's lock; the thread takes over what somebody has written.
  bool written_ = false;
  arch::UserPointers pointers_ = arch::ReadUserPointers();
};

// Says whose verdict a thread waits for (zx_info_thread_t::wait_exception_channel_type).
class ExceptionLevelScope {
 public:
  ExceptionLevelScope(Thread& thread, ExceptionLevel level) : thread_(thread) {
    thread_.exception_level_.store(level, std::memory_order_relaxed);
  }
  ~ExceptionLevelScope() { thread_.exception_level_.store(ExceptionLevel{}, std::memory_order_relaxed); }
  ExceptionLevelScope(const ExceptionLevelScope&) = delete;
  ExceptionLevelScope& operator=(const ExceptionLevelScope&) = delete;

 private:
  Thread& thread_;
};

// Says what the current thread waits for (ZX_THREAD_STATE_BLOCKED_*) while the scope lasts.
class BlockedScope {
 public:
  explicit BlockedScope(uint32_t reason) : BlockedScope(Thread::Current(), reason) {}
  // For somebody who knows the current thread.
  BlockedScope(Thread& current, uint32_t reason) : thread_(current) {
    thread_.blocked_reason.store(reason, std::memory_order_relaxed);
  }
  ~BlockedScope() { thread_.blocked_reason.store(0, std::memory_order_relaxed); }
  BlockedScope(const BlockedScope&) = delete;
  BlockedScope& operator=(const BlockedScope&) = delete;

 private:
  Thread& thread_;
};

}  // namespace kernel
