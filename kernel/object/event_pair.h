// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "kernel/object/object.h"
#include "lib/base/result.h"

namespace kernel {

// One of two linked events. The other end sees ZX_EVENTPAIR_PEER_CLOSED when the last handle closes.
//
// Locking: both ends use the lock of their PeerHolder.
class EventPair final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kEventPair;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHTS_BASIC | ZX_RIGHT_SIGNAL | ZX_RIGHT_SIGNAL_PEER;

  struct Pair {
    base::RefPtr<EventPair> first;
    base::RefPtr<EventPair> second;
  };
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<Pair> Create();

  // Changes the signals of the other end.
  // Errors: ZX_ERR_PEER_CLOSED.
  base::Result<> SignalPeer(zx_signals_t clear, zx_signals_t set) EXCLUDES(lock());

  zx_koid_t related_koid() const override { return peer_koid_; }
  void OnZeroHandles() override EXCLUDES(lock());

 private:
  explicit EventPair(base::RefPtr<PeerHolder> holder);

  const base::RefPtr<PeerHolder> holder_;
  zx_koid_t peer_koid_ = ZX_KOID_INVALID;  // set once in Create()

  base::RefPtr<EventPair> peer_ GUARDED_BY(lock());
};

}  // namespace kernel
