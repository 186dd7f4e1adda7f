// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>

#include <zircon/syscalls/port.h>

#include "kernel/object/object.h"
#include "kernel/sched/task.h"
#include "lib/base/result.h"

namespace kernel {

class Port;

// Something that waits in a port's queue. The port owns it from then on.
class PortPacket : public base::ListNode<PortPacket> {
 public:
  virtual ~PortPacket() = default;

  const zx_port_packet_t& packet() const { return packet_; }
  // koid of the object a signal packet is about; 0 for packets of users.
  zx_koid_t source() const { return source_; }

 protected:
  explicit PortPacket(const zx_port_packet_t& packet) : packet_(packet) {}

  zx_port_packet_t packet_;
  zx_koid_t source_ = ZX_KOID_INVALID;
};

// A registration of zx_object_wait_async(): waits in the object's list, and becomes a packet in the
// port's queue when it matches, so that nothing needs to be allocated then.
class PortObserver final : public Observer, public PortPacket {
 public:
  enum class Stamp : uint8_t { kNone, kWanted };

  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<PortObserver*> Create(base::RefPtr<Port> port, uint64_t key,
                                            zx_signals_t mask, Stamp stamp);
  ~PortObserver() override;

  bool OnMatch(zx_signals_t signals) override;
  bool OnCancel(zx_signals_t) override { return true; }

  bool IsRegistration(const Port* port, uint64_t key) const override {
    return port_ == port && packet_.key == key;
  }

 private:
  PortObserver(base::RefPtr<Port> port, uint64_t key, zx_signals_t mask, Stamp stamp);

  const base::RefPtr<Port> port_;
  const Stamp stamp_;
};

// A queue of packets with waiting threads.
//
// Lifetime: packets keep their port alive; OnZeroHandles() empties the queue and lets waiters go.
// Locking: queue_lock_ (inside the lock of the object whose signal makes a packet).
class Port final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kPort;
  static constexpr zx_rights_t kDefaultRights =
      (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHT_READ | ZX_RIGHT_WRITE;
  static constexpr uint32_t kMaxUserPackets = 4096;
  static constexpr uint32_t kMaxObservers = 65536;

  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Port>> Create();
  ~Port() override;

  // A packet of type ZX_PKT_TYPE_USER, to be queued. Errors: ZX_ERR_NO_MEMORY.
  static base::Result<PortPacket*> CreatePacket(const zx_port_packet_t& packet);
  // Queues it; takes it over unless that fails.
  // Returns ZX_OK, ZX_ERR_SHOULD_WAIT kMaxUserPackets are queued, ZX_ERR_BAD_HANDLE closed.
  zx_status_t Queue(PortPacket& packet) EXCLUDES(queue_lock_);
  // The next packet, now the caller's, or nullptr if none is queued.
  PortPacket* TakePacket() EXCLUDES(queue_lock_);
  // Takes the next packet, waiting for it.
  // Errors: ZX_ERR_TIMED_OUT, ZX_ERR_CANCELED the last handle was closed, those of sched::Task::Park().
  base::Result<zx_port_packet_t> Wait(const Deadline& deadline) EXCLUDES(queue_lock_);
  // Takes over a registration that matched. False when the port is closed; then nothing happens.
  [[nodiscard]] bool QueueObserver(PortObserver& observer) EXCLUDES(queue_lock_);
  // Drops queued packets about `source` with this key; returns how many.
  size_t CancelQueued(zx_koid_t source, uint64_t key) EXCLUDES(queue_lock_);
  // Whether one more registration is allowed.
  bool HasRoomForObserver() const {
    return observer_count_.load(std::memory_order_relaxed) < kMaxObservers;
  }

  void OnZeroHandles() override EXCLUDES(queue_lock_);

 private:
  friend class PortObserver;
  // A thread in Wait(), on its stack. Unlinked when it has been served.
  struct Waiter : base::ListNode<Waiter> {
    explicit Waiter(sched::Task& waiting) : task(waiting) {}
    sched::Task& task;
    PortPacket* packet = nullptr;
  };

  Port() : Object(kType) {}
  [[gnu::always_inline]] void DeliverLocked(PortPacket& packet) REQUIRES(queue_lock_);
  PortPacket* TakeLocked() REQUIRES(queue_lock_);
  PortPacket* WaitForPacket(Waiter& waiter, const Deadline& deadline, zx_status_t& status)
      EXCLUDES(queue_lock_);
  static void DeletePackets(base::List<PortPacket, PortPacket>& doomed);

  std::atomic<uint32_t> observer_count_ = 0;

  Spinlock queue_lock_{LockRank::kPort};
  bool closed_ GUARDED_BY(queue_lock_) = false;
  uint32_t user_packets_ GUARDED_BY(queue_lock_) = 0;
  base::List<PortPacket, PortPacket> packets_ GUARDED_BY(queue_lock_);
  base::List<Waiter, Waiter> waiters_ GUARDED_BY(queue_lock_);
};

}  // namespace kernel
