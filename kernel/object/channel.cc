// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/channel.h"

#include <new>

#include <zircon/syscalls/object.h>

namespace kernel {

Channel::Channel(base::RefPtr<PeerHolder> holder)
    : Object(kType, ZX_CHANNEL_WRITABLE, &holder->lock()), holder_(std::move(holder)) {}

Channel::~Channel() {
  SpinlockGuard guard(lock());
  ASSERT(messages_.empty() && callers_.empty());
}

base::Result<Channel::Pair> Channel::Create() {
  auto holder = base::RefPtr<PeerHolder>::Adopt(new (std::nothrow) PeerHolder);
  if (!holder) return base::Error(ZX_ERR_NO_MEMORY);
  auto first = base::RefPtr<Channel>::Adopt(new (std::nothrow) Channel(holder));
  if (!first) return base::Error(ZX_ERR_NO_MEMORY);
  auto second = base::RefPtr<Channel>::Adopt(new (std::nothrow) Channel(std::move(holder)));
  if (!second) return base::Error(ZX_ERR_NO_MEMORY);

  SpinlockGuard guard(first->lock());
  first->AssertSharesLock(*second);
  first->peer_ = second;
  first->peer_koid_ = second->koid();
  second->peer_ = first;
  second->peer_koid_ = first->koid();
  return Pair{std::move(first), std::move(second)};
}

void Channel::DeliverLocked(Message& message, DoomedObservers& doomed) {
  if (!callers_.empty() && AnswerLocked(message)) [[unlikely]] return;
  messages_.PushBack(message);
  if (message_count_++ == 0) UpdateSignalsLocked(0, ZX_CHANNEL_READABLE, doomed);
}

zx_status_t Channel::SendLocked(Message::Pointer& message, DoomedObservers& doomed) {
  Channel* peer = PeerLocked();
  if (peer == nullptr) [[unlikely]] return ZX_ERR_PEER_CLOSED;
  AssertSharesLock(*peer);
  if (peer->message_count_ >= kMaxPending) [[unlikely]] return ZX_ERR_SHOULD_WAIT;
  peer->DeliverLocked(*message.Leak(), doomed);
  return ZX_OK;
}

zx_status_t Channel::Send(Message::Pointer& message) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  return SendLocked(message, doomed);
}

bool Channel::AnswerLocked(Message& message) {
  const uint32_t txid = message.txid();
  if ((txid & kKernelTxid) == 0) return false;
  for (Caller& caller : callers_) {
    if (caller.txid_ != txid) continue;
    callers_.Remove(caller);
    caller.reply_ = Message::Pointer(&message);
    caller.task_.Unpark();
    return true;
  }
  return false;
}

void Channel::Receive(uint32_t max_bytes, uint32_t max_handles, TooBig too_big, Received& received) {
  SpinlockGuard guard(lock());
  Message* first = messages_.front();
  if (first == nullptr) {
    received.status = peer_ ? ZX_ERR_SHOULD_WAIT : ZX_ERR_PEER_CLOSED;
    return;
  }
  received.size = first->size();
  received.handle_count = static_cast<uint32_t>(first->handles().size());
  if (received.size > max_bytes || received.handle_count > max_handles) {
    received.status = ZX_ERR_BUFFER_TOO_SMALL;
    if (too_big == TooBig::kKeep) return;
  }
  messages_.Remove(*first);
  if (--message_count_ == 0) {
    // Clearing wakes nobody.
    DoomedObservers none;
    UpdateSignalsLocked(ZX_CHANNEL_READABLE, 0, none);
  }
  received.message = Message::Pointer(first);
}

void Channel::Unread(Message::Pointer message) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (closed_) return;
  messages_.PushFront(*message.Leak());
  if (message_count_++ == 0) UpdateSignalsLocked(0, ZX_CHANNEL_READABLE, doomed);
}

base::Result<> Channel::Call(Message::Pointer message, Caller& caller) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  // Waiting callers are few; their ids are the only ones that must differ.
  bool unique;
  do {
    caller.txid_ = ++last_txid_ | kKernelTxid;
    unique = true;
    for (Caller& other : callers_) unique = unique && other.txid_ != caller.txid_;
  } while (!unique);
  message->set_txid(caller.txid_);
  TRY(base::FromStatus(SendLocked(message, doomed)));
  callers_.PushBack(caller);
  return {};
}

base::Result<> Channel::WaitForReply(Caller& caller, zx_instant_mono_t deadline) {
  for (;;) {
    {
      SpinlockGuard guard(lock());
      if (caller.reply_) return {};
      if (!caller.linked()) return base::Error(closed_ ? ZX_ERR_CANCELED : ZX_ERR_PEER_CLOSED);
    }
    const zx_status_t status = sched::Task::Park(deadline);
    if (status == ZX_OK) continue;
    SpinlockGuard guard(lock());
    // An answer that comes with the deadline counts.
    if (caller.reply_) return {};
    if (status != ZX_ERR_INTERNAL_INTR_RETRY && caller.linked()) callers_.Remove(caller);
    return base::Error(status);
  }
}

void Channel::Abandon(Caller& caller) {
  SpinlockGuard guard(lock());
  if (caller.linked()) callers_.Remove(caller);
}

void Channel::WakeCallersLocked() {
  while (Caller* caller = callers_.PopFront()) caller->task_.Unpark();
}

base::Result<> Channel::SignalPeer(zx_signals_t clear, zx_signals_t set) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  Channel* peer = PeerLocked();
  if (peer == nullptr) return base::Error(ZX_ERR_PEER_CLOSED);
  AssertSharesLock(*peer);
  peer->UpdateSignalsLocked(clear, set, doomed);
  return {};
}

void Channel::OnZeroHandles() {
  // Dropped after the lock: messages close handles, the peer may die with its last reference.
  Messages discarded;
  {
    base::RefPtr<Channel> former;
    base::RefPtr<Channel> self;
    DoomedObservers doomed;
    SpinlockGuard guard(lock());
    closed_ = true;
    discarded.Splice(messages_);
    message_count_ = 0;
    WakeCallersLocked();
    former = std::move(peer_);
    if (former) {
      AssertSharesLock(*former);
      self = std::move(former->peer_);
      former->WakeCallersLocked();
      former->UpdateSignalsLocked(ZX_CHANNEL_WRITABLE, ZX_CHANNEL_PEER_CLOSED, doomed);
    }
  }
  while (Message* message = discarded.PopFront()) Message::Pointer doomed(message);
}

}  // namespace kernel
