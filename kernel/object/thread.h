// SPDX-License-Identifier: BSD-2-Clause
// A thread of a process.
#pragma once

#include <cstdint>
#include <string_view>

#include <arch/context.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

#include "kernel/object/channel.h"
#include "kernel/object/exception_channel.h"
#include "kernel/object/name.h"
#include "kernel/object/object.h"
#include "kernel/sched/task.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace kernel {

class Process;
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
  // Delivers it.
  void HandlePolicyException();

  zx_info_thread_t GetInfo() const;
  // What the thread is in. Errors: ZX_ERR_BAD_STATE no exception.
  base::Result<zx_exception_report_t> GetExceptionReport() const EXCLUDES(lock());
  // Where its own exceptions go.
  ExceptionChannel& exception_channel() { return exception_channel_; }
  Process& process() const { return *process_; }
  sched::Task& task() { return task_; }
  const sched::Task& task() const { return task_; }
  Name& name() { return name_; }
  zx_duration_t run_time() const { return task_.run_time(); }
  // Its zx_channel_call().
  Channel::Caller& call() { return call_; }

  // What a thread in Task::Park() waits for, for ZX_INFO_THREAD and dumps. Set by BlockedScope.
  std::atomic<uint32_t> blocked_reason = 0;

 private:
  Thread(base::RefPtr<Process> process, std::string_view name);
  static void EnterUserMode(void* thread);
  // Tells debuggers that it is about to run.
  void AnnounceStart();

  const base::RefPtr<Process> process_;
  Name name_;
  std::atomic<bool> started_ = false;
  Role role_ = Role::kFurther;
  arch::UserEntry entry_;
  sched::Task task_;
  Channel::Caller call_{task_};

  ExceptionChannel exception_channel_;
  // Whose verdict it waits for.
  std::atomic<ExceptionLevel> exception_level_{};
  const zx_exception_report_t* exception_report_ GUARDED_BY(lock()) = nullptr;
  // Of the policy exception that is pending; only used by the thread itself.
  uint32_t policy_code_ = 0;
  uint32_t policy_data_ = 0;
  friend class ExceptionReportScope;
  friend class ExceptionLevelScope;
};

// Shows the exception a thread is in (Thread::GetExceptionReport()) while the scope lasts.
class ExceptionReportScope {
 public:
  ExceptionReportScope(Thread& thread, const zx_exception_report_t& report) : thread_(thread) { Show(&report); }
  ~ExceptionReportScope() { Show(nullptr); }
  ExceptionReportScope(const ExceptionReportScope&) = delete;
  ExceptionReportScope& operator=(const ExceptionReportScope&) = delete;

 private:
  void Show(const zx_exception_report_t* report) {
    SpinlockGuard guard(thread_.lock());
    thread_.exception_report_ = report;
  }
  Thread& thread_;
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
  explicit BlockedScope(uint32_t reason) : thread_(Thread::Current()) {
    thread_.blocked_reason.store(reason, std::memory_order_relaxed);
  }
  ~BlockedScope() { thread_.blocked_reason.store(0, std::memory_order_relaxed); }
  BlockedScope(const BlockedScope&) = delete;
  BlockedScope& operator=(const BlockedScope&) = delete;

 private:
  Thread& thread_;
};

}  // namespace kernel
