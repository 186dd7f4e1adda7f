// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/channel.h"

#include <new>

#include <zircon/syscalls/object.h>

namespace kernel {
namespace {

// Held while somebody follows the ends that lie in each other's queues.
constinit Spinlock nest_lock{LockRank::kChannelNest};

}  // namespace

Channel::Channel(base::RefPtr<PeerHolder> holder)
    : Object(kType, ZX_CHANNEL_WRITABLE, &holder->lock()), holder_(std::move(holder)) {}

Channel::~Channel() {
  // Somebody may be on the way from an end that has lain here.
  if (has_carried_.load(std::memory_order_relaxed)) SpinlockGuard nest(nest_lock);
  SpinlockGuard guard(lock());
  ASSERT(messages_.empty() && callers_.empty());
}

zx_status_t Channel::TakeIn(Message& message) {
  message.taken_in = true;
  for (HandleEntry& entry : message.handles()) {
    if (entry.get()->type() != ObjectType::kChannel) continue;
    auto& end = static_cast<Channel&>(*entry.get());
    DEBUG_ASSERT(end.handle_count() == 1);
    // For those who follow it, before they find it.
    has_carried_.store(true, std::memory_order_relaxed);
    end.home_.store(this);
  }
  // Of two that close a circle together at least one sees what the other has noted: both note first.
  if (home_.load() == nullptr || !LiesInItself()) [[likely]] return ZX_OK;
  LetOut(message);
  return ZX_ERR_NOT_SUPPORTED;
}

bool Channel::LiesInItself() {
  SpinlockGuard nest(nest_lock);
  const Channel* at = home_.load();
  for (uint32_t height = 0; at != nullptr; ++height, at = at->home_.load()) {
    if (at == this || height == kMaxNesting) return true;
  }
  return false;
}

void Channel::LetOut(Message& message) {
  message.taken_in = false;
  for (HandleEntry& entry : message.handles()) {
    if (entry.get()->type() != ObjectType::kChannel) continue;
    static_cast<Channel&>(*entry.get()).home_.store(nullptr);
  }
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

void Channel::Unread(Message::Pointer message) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  // Where the ends in it have come to hold this one meanwhile, it has no place here any more.
  if (closed_ || (message->carries_channels() && TakeIn(*message) != ZX_OK)) return;
  messages_.PushFront(*message.Leak());
  if (message_count_++ == 0) UpdateSignalsLocked(0, ZX_CHANNEL_READABLE, doomed);
}

void Channel::FinishAllLocked(zx_status_t status) {
  while (Caller* caller = callers_.front()) FinishLocked(*caller, status).Unpark();
}

void Channel::CancelWaitersLocked(const HandleTable* table, zx_handle_t handle) {
  for (Caller* caller = callers_.front(); caller != nullptr;) {
    Caller* next = callers_.Next(*caller);
    if (caller->table_ == table && caller->handle_ == handle)
      FinishLocked(*caller, ZX_ERR_CANCELED).Unpark();
    caller = next;
  }
}

void Channel::Caller::Abandon() {
  // As if the thread had been killed while it waited. An answer that came first is thrown away.
  (void)channel_->Conclude(*this, sched::kParkKilled);
  channel_.reset();
  const Message::Pointer unwanted = std::move(reply_);
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
    FinishAllLocked(ZX_ERR_CANCELED);
    former = std::move(peer_);
    if (former) {
      AssertSharesLock(*former);
      self = std::move(former->peer_);
      former->FinishAllLocked(ZX_ERR_PEER_CLOSED);
      former->UpdateSignalsLocked(ZX_CHANNEL_WRITABLE, ZX_CHANNEL_PEER_CLOSED, doomed);
    }
  }
  while (Message* message = discarded.PopFront()) {
    if (message->taken_in) LetOut(*message);
    Message::Pointer doomed(message);
  }
}

}  // namespace kernel
