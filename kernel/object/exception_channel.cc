// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/exception_channel.h"

#include <new>
#include <utility>

#include <zircon/syscalls/object.h>

namespace kernel {

base::Result<base::RefPtr<Channel>> ExceptionChannel::Open(zx_rights_t task_rights) {
  Channel::Pair pair = TRY(Channel::Create());
  HandleEntry end(std::move(pair.first), ZX_RIGHT_WRITE);
  // The former end is closed when `end` goes, after the lock.
  SpinlockGuard guard(lock_);
  if (closed_) return base::Error(ZX_ERR_BAD_STATE);
  if (end_ && (end_.get()->signals() & ZX_CHANNEL_PEER_CLOSED) == 0) return base::Error(ZX_ERR_ALREADY_BOUND);
  std::swap(end_, end);
  task_rights_ = task_rights;
  bound_.store(true, std::memory_order_release);
  return std::move(pair.second);
}

void ExceptionChannel::Close() {
  HandleEntry end;
  SpinlockGuard guard(lock_);
  closed_ = true;
  bound_.store(false, std::memory_order_release);
  std::swap(end_, end);
}

base::Result<ExceptionChannel*> JobDebuggers::Channels() {
  ExceptionChannel* existing = channels_.load();
  if (existing != nullptr) return existing;
  auto* made = new (std::nothrow) ExceptionChannel[kMax];
  if (made == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  if (channels_.compare_exchange_strong(existing, made)) return made;
  delete[] made;
  return existing;
}

base::Result<base::RefPtr<Channel>> JobDebuggers::Open(zx_rights_t task_rights) {
  if (closed_.load()) return base::Error(ZX_ERR_BAD_STATE);
  ExceptionChannel* channels = TRY(Channels());
  // Close() may have found no channels yet; one of the two sees what the other has done.
  if (closed_.load()) Close();
  for (size_t index = 0; index < kMax; ++index) {
    auto opened = channels[index].Open(task_rights);
    if (opened || opened.error() != ZX_ERR_ALREADY_BOUND) return opened;
  }
  return base::Error(ZX_ERR_ALREADY_BOUND);
}

void JobDebuggers::Close() {
  closed_.store(true);
  ForEach([](ExceptionChannel& channel) {
    channel.Close();
    return true;
  });
}

}  // namespace kernel
