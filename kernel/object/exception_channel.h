// SPDX-License-Identifier: BSD-2-Clause
// Where exceptions of a task are sent.
#pragma once

#include <atomic>
#include <cstddef>

#include <zircon/types.h>

#include "kernel/object/channel.h"
#include "kernel/object/handle_entry.h"
#include "kernel/sync/spinlock.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

// The kernel's end of the channel that zx_task_create_exception_channel() gave out. There is one at a
// time; a new one can be made when the reader's end of the last one is closed.
class ExceptionChannel {
 public:
  ExceptionChannel() = default;

  // A new channel; returns the reader's end. `task_rights`: of the handle through which it is opened.
  // Errors: ZX_ERR_ALREADY_BOUND somebody listens, ZX_ERR_BAD_STATE closed for ever, ZX_ERR_NO_MEMORY.
  base::Result<base::RefPtr<Channel>> Open(zx_rights_t task_rights) EXCLUDES(lock_);
  // Whether somebody may listen; cheap.
  bool is_bound() const { return bound_.load(std::memory_order_acquire); }
  // Sends the message to who listens; before that, `task_rights` becomes those of Open(). On failure the message
  // stays with the caller. Returns ZX_OK, ZX_ERR_PEER_CLOSED nobody listens, ZX_ERR_SHOULD_WAIT as
  // Channel::Send().
  [[gnu::always_inline]] zx_status_t Send(Message::Pointer& message, zx_rights_t& task_rights) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    if (!end_) [[unlikely]] return ZX_ERR_PEER_CLOSED;
    task_rights = task_rights_;
    // The reader makes no calls through its end, for it cannot write there: nobody has to be given way to.
    return static_cast<Channel*>(end_.get())->Send(message);
  }
  // The task is dead: the reader sees ZX_CHANNEL_PEER_CLOSED.
  void Close() EXCLUDES(lock_);

 private:
  Spinlock lock_{LockRank::kExceptionChannel};
  // Whether there is an end; written under the lock.
  std::atomic<bool> bound_ = false;
  bool closed_ GUARDED_BY(lock_) = false;
  zx_rights_t task_rights_ GUARDED_BY(lock_) = 0;
  // The kernel's end, or empty.
  HandleEntry end_ GUARDED_BY(lock_);
};

// The channels of those who debug a job: several at a time. Costs nothing until the first one comes.
class JobDebuggers {
 public:
  static constexpr size_t kMax = 32;

  JobDebuggers() = default;
  JobDebuggers(const JobDebuggers&) = delete;
  JobDebuggers& operator=(const JobDebuggers&) = delete;
  ~JobDebuggers() { delete[] channels_.load(std::memory_order_relaxed); }

  // As ExceptionChannel::Open(); ZX_ERR_ALREADY_BOUND kMax listen.
  base::Result<base::RefPtr<Channel>> Open(zx_rights_t task_rights);
  void Close();
  // Whether one has come since the job exists.
  bool any_ever() const { return channels_.load() != nullptr; }
  // Calls visit(ExceptionChannel&) -> bool for each, until one returns false. Returns whether all did not.
  template <class Visit>
  bool ForEach(Visit visit) {
    ExceptionChannel* channels = channels_.load();
    for (size_t index = 0; channels != nullptr && index < kMax; ++index) {
      if (!visit(channels[index])) return false;
    }
    return true;
  }

 private:
  // The first makes them all. Errors: ZX_ERR_NO_MEMORY.
  base::Result<ExceptionChannel*> Channels();

  std::atomic<ExceptionChannel*> channels_ = nullptr;  // kMax of them, once set
  std::atomic<bool> closed_ = false;
};

}  // namespace kernel
