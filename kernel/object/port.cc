// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/port.h"

#include <new>

#include "kernel/time/clock.h"

namespace kernel {
namespace {

class UserPacket final : public PortPacket {
 public:
  explicit UserPacket(const zx_port_packet_t& packet) : PortPacket(packet) {
    packet_.type = ZX_PKT_TYPE_USER;
  }
};

}  // namespace

PortObserver::PortObserver(base::RefPtr<Port> port, uint64_t key, zx_signals_t mask, Stamp stamp)
    : Observer(mask),
      PortPacket(zx_port_packet_t{.key = key, .type = ZX_PKT_TYPE_SIGNAL_ONE, .status = ZX_OK, .user = {}}),
      port_(std::move(port)),
      stamp_(stamp) {
  packet_.signal.trigger = mask;
  port_->observer_count_.fetch_add(1, std::memory_order_relaxed);
}

PortObserver::~PortObserver() { port_->observer_count_.fetch_sub(1, std::memory_order_relaxed); }

base::Result<PortObserver*> PortObserver::Create(base::RefPtr<Port> port, uint64_t key,
                                                 zx_signals_t mask, Stamp stamp) {
  auto* observer = new (std::nothrow) PortObserver(std::move(port), key, mask, stamp);
  if (observer == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  return observer;
}

bool PortObserver::OnMatch(zx_signals_t signals) {
  source_ = source_koid();
  packet_.signal.observed = signals;
  packet_.signal.count = 1;
  // Both timelines advance together: the machine is never suspended.
  if (stamp_ != Stamp::kNone) packet_.signal.timestamp = Now();
  return !port_->QueueObserver(*this);
}

base::Result<base::RefPtr<Port>> Port::Create() {
  auto port = base::RefPtr<Port>::Adopt(new (std::nothrow) Port);
  if (!port) return base::Error(ZX_ERR_NO_MEMORY);
  return port;
}

Port::~Port() {
  SpinlockGuard guard(queue_lock_);
  ASSERT(packets_.empty() && waiters_.empty());
}

void Port::DeliverLocked(PortPacket& packet) {
  Waiter* waiter = waiters_.PopFront();
  if (waiter == nullptr) [[likely]] {
    packets_.PushBack(packet);
    if (packet.packet().type == ZX_PKT_TYPE_USER) ++user_packets_;
    return;
  }
  waiter->packet = &packet;
  waiter->task.Unpark();
}

base::Result<PortPacket*> Port::CreatePacket(const zx_port_packet_t& packet) {
  PortPacket* user_packet = new (std::nothrow) UserPacket(packet);
  if (user_packet == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  return user_packet;
}

zx_status_t Port::Queue(PortPacket& packet) {
  SpinlockGuard guard(queue_lock_);
  if (closed_) [[unlikely]] return ZX_ERR_BAD_HANDLE;
  if (user_packets_ >= kMaxUserPackets) [[unlikely]] return ZX_ERR_SHOULD_WAIT;
  DeliverLocked(packet);
  return ZX_OK;
}

PortPacket* Port::TakeLocked() {
  PortPacket* packet = packets_.PopFront();
  if (packet != nullptr && packet->packet().type == ZX_PKT_TYPE_USER) --user_packets_;
  return packet;
}

PortPacket* Port::TakePacket() {
  SpinlockGuard guard(queue_lock_);
  return TakeLocked();
}

bool Port::QueueObserver(PortObserver& observer) {
  SpinlockGuard guard(queue_lock_);
  if (closed_) return false;
  DeliverLocked(observer);
  return true;
}

base::Result<zx_port_packet_t> Port::Wait(const Deadline& deadline) {
  Waiter waiter(sched::Task::Current());
  zx_status_t status = ZX_OK;
  PortPacket* packet = WaitForPacket(waiter, deadline, status);
  if (packet == nullptr) return base::Error(status);
  const zx_port_packet_t contents = packet->packet();
  delete packet;
  return contents;
}

PortPacket* Port::WaitForPacket(Waiter& waiter, const Deadline& deadline, zx_status_t& status) {
  {
    SpinlockGuard guard(queue_lock_);
    if (closed_) {
      status = ZX_ERR_CANCELED;
      return nullptr;
    }
    if (PortPacket* packet = TakeLocked()) return packet;
    waiters_.PushBack(waiter);
  }
  for (;;) {
    status = sched::Task::Park(deadline);
    SpinlockGuard guard(queue_lock_);
    if (!waiter.linked()) {
      // Served, even if the deadline passed at the same time; or the port was closed.
      if (waiter.packet == nullptr) status = ZX_ERR_CANCELED;
      return waiter.packet;
    }
    if (status != ZX_OK) {
      waiters_.Remove(waiter);
      return nullptr;
    }
  }
}

size_t Port::CancelQueued(zx_koid_t source, uint64_t key) {
  base::List<PortPacket, PortPacket> doomed;
  size_t count = 0;
  {
    SpinlockGuard guard(queue_lock_);
    for (PortPacket* packet = packets_.front(); packet != nullptr;) {
      PortPacket* next = packets_.Next(*packet);
      if (packet->source() == source && packet->packet().key == key) {
        packets_.Remove(*packet);
        doomed.PushBack(*packet);
        ++count;
      }
      packet = next;
    }
  }
  DeletePackets(doomed);
  return count;
}

void Port::DeletePackets(base::List<PortPacket, PortPacket>& doomed) {
  while (PortPacket* packet = doomed.PopFront()) delete packet;
}

void Port::OnZeroHandles() {
  base::List<PortPacket, PortPacket> doomed;
  {
    SpinlockGuard guard(queue_lock_);
    closed_ = true;
    doomed.Splice(packets_);
    user_packets_ = 0;
    while (Waiter* waiter = waiters_.PopFront()) waiter->task.Unpark();
  }
  // Each may drop a reference to this port; the caller holds one.
  DeletePackets(doomed);
}

}  // namespace kernel
