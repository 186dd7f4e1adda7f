// SPDX-License-Identifier: BSD-2-Clause
// A thread of a process.
#pragma once

#include <cstdint>
#include <string_view>

#include <arch/context.h>
#include <zircon/syscalls/object.h>

#include "kernel/object/channel.h"
#include "kernel/object/name.h"
#include "kernel/object/object.h"
#include "kernel/sched/task.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"

namespace kernel {

class Process;

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

  // Lets it enter user mode.
  // Errors: ZX_ERR_BAD_STATE started before, or the process is not running; ZX_ERR_NO_MEMORY.
  base::Result<> Start(const arch::UserEntry& entry);
  // Ends the current thread. Nothing on its stack is destroyed: the caller holds no references there.
  [[noreturn]] static void ExitCurrent();
  // The task has left its stack for ever. Called on another stack.
  void OnTaskEnd();

  zx_info_thread_t GetInfo() const;
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

  const base::RefPtr<Process> process_;
  Name name_;
  std::atomic<bool> started_ = false;
  arch::UserEntry entry_;
  sched::Task task_;
  Channel::Caller call_{task_};
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
