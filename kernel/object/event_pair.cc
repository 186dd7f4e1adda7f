// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/event_pair.h"

#include <new>

#include <zircon/syscalls/object.h>

namespace kernel {

EventPair::EventPair(base::RefPtr<PeerHolder> holder)
    : Object(kType, 0, &holder->lock()), holder_(std::move(holder)) {}

base::Result<EventPair::Pair> EventPair::Create() {
  auto holder = base::RefPtr<PeerHolder>::Adopt(new (std::nothrow) PeerHolder);
  if (!holder) return base::Error(ZX_ERR_NO_MEMORY);
  auto first = base::RefPtr<EventPair>::Adopt(new (std::nothrow) EventPair(holder));
  if (!first) return base::Error(ZX_ERR_NO_MEMORY);
  auto second = base::RefPtr<EventPair>::Adopt(new (std::nothrow) EventPair(std::move(holder)));
  if (!second) return base::Error(ZX_ERR_NO_MEMORY);

  SpinlockGuard guard(first->lock());
  first->AssertSharesLock(*second);
  first->peer_ = second;
  first->peer_koid_ = second->koid();
  second->peer_ = first;
  second->peer_koid_ = first->koid();
  return Pair{std::move(first), std::move(second)};
}

base::Result<> EventPair::SignalPeer(zx_signals_t clear, zx_signals_t set) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (!peer_) return base::Error(ZX_ERR_PEER_CLOSED);
  EventPair& peer = *peer_;
  AssertSharesLock(peer);
  peer.UpdateSignalsLocked(clear, set, doomed);
  return {};
}

void EventPair::OnZeroHandles() {
  base::RefPtr<EventPair> former;
  base::RefPtr<EventPair> self;
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  former = std::move(peer_);
  if (!former) return;
  AssertSharesLock(*former);
  self = std::move(former->peer_);
  former->UpdateSignalsLocked(0, ZX_EVENTPAIR_PEER_CLOSED, doomed);
}

}  // namespace kernel
