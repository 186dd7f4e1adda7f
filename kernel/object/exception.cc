// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/exception.h"

#include "kernel/object/process.h"

namespace kernel {

base::Result<> Exception::WaitForVerdict() {
  while (!closed_.load(std::memory_order_acquire)) {
    if (sched::Task::Park(ZX_TIME_INFINITE) == sched::kParkKilled) return base::Error(sched::kParkKilled);
  }
  return {};
}

base::Result<> Exception::SetStrategy(Strategy strategy) {
  if (level_ != ExceptionLevel::kDebugger) return base::Error(ZX_ERR_BAD_STATE);
  strategy_.store(strategy, std::memory_order_relaxed);
  return {};
}

zx_rights_t Exception::thread_rights() const {
  return level_ == ExceptionLevel::kThread ? task_rights_ : Thread::kDefaultRights;
}

zx_rights_t Exception::process_rights() const {
  switch (level_) {
    case ExceptionLevel::kThread:
      return ZX_RIGHT_NONE;
    case ExceptionLevel::kDebugger:
    case ExceptionLevel::kProcess:
      return task_rights_;
    default:
      return Process::kDefaultRights;
  }
}

void Exception::OnZeroHandles() {
  closed_.store(true, std::memory_order_release);
  thread_->task().Unpark();
}

void Exception::Reap(Object* object) {
  auto* exception = static_cast<Exception*>(object);
  exception->closed_.store(true, std::memory_order_release);
  exception->thread_->task().UnparkNext();
  base::RefPtr<Exception>::Adopt(exception).reset();
  sched::Task::GiveWay();
}

}  // namespace kernel
