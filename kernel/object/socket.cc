// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/socket.h"

#include <algorithm>
#include <new>
#include <span>

namespace kernel {

Socket::Socket(Kind kind, base::RefPtr<PeerHolder> holder)
    : Object(kType, ZX_SOCKET_WRITABLE, &holder->lock()), holder_(std::move(holder)), kind_(kind) {}

base::Result<Socket::Pair> Socket::Create(Kind kind) {
  auto holder = base::RefPtr<PeerHolder>::Adopt(new (std::nothrow) PeerHolder);
  if (!holder) return base::Error(ZX_ERR_NO_MEMORY);
  auto first = base::RefPtr<Socket>::Adopt(new (std::nothrow) Socket(kind, holder));
  if (!first) return base::Error(ZX_ERR_NO_MEMORY);
  auto second = base::RefPtr<Socket>::Adopt(new (std::nothrow) Socket(kind, std::move(holder)));
  if (!second) return base::Error(ZX_ERR_NO_MEMORY);

  SpinlockGuard guard(first->lock());
  first->AssertSharesLock(*second);
  first->peer_ = second;
  first->peer_koid_ = second->koid();
  second->peer_ = first;
  second->peer_koid_ = first->koid();
  return Pair{std::move(first), std::move(second)};
}

size_t Socket::RoomLocked() const {
  if (datagram_count_ >= kMaxDatagrams) return 0;
  // What was put back may exceed the capacity.
  return kCapacity - std::min(WaitingLocked(), kCapacity);
}

void Socket::UpdateLocked(DoomedObservers& doomed) {
  zx_signals_t set = 0;
  if (!data_.empty()) set |= ZX_SOCKET_READABLE;
  if (read_threshold_ != 0 && WaitingLocked() >= read_threshold_) set |= ZX_SOCKET_READ_THRESHOLD;
  if (write_disabled_) set |= ZX_SOCKET_WRITE_DISABLED;
  if (peer_write_disabled_) set |= ZX_SOCKET_PEER_WRITE_DISABLED;
  if (peer_) {
    AssertSharesLock(*peer_);
    const size_t room = peer_->RoomLocked();
    if (room > 0 && !write_disabled_) set |= ZX_SOCKET_WRITABLE;
    if (write_threshold_ != 0 && room >= write_threshold_) set |= ZX_SOCKET_WRITE_THRESHOLD;
  } else {
    set |= ZX_SOCKET_PEER_CLOSED;
  }
  constexpr zx_signals_t kAll = ZX_SOCKET_READABLE | ZX_SOCKET_WRITABLE | ZX_SOCKET_PEER_CLOSED |
                                ZX_SOCKET_PEER_WRITE_DISABLED | ZX_SOCKET_WRITE_DISABLED |
                                ZX_SOCKET_READ_THRESHOLD | ZX_SOCKET_WRITE_THRESHOLD;
  UpdateSignalsLocked(kAll & ~set, set, doomed);
}

void Socket::UpdateBothLocked(DoomedObservers& doomed) {
  UpdateLocked(doomed);
  if (!peer_) return;
  AssertSharesLock(*peer_);
  peer_->UpdateLocked(doomed);
}

base::Result<size_t> Socket::CheckWriteLocked(size_t size) {
  if (!peer_) return base::Error(ZX_ERR_PEER_CLOSED);
  if (write_disabled_) return base::Error(ZX_ERR_BAD_STATE);
  if (size == 0) return size_t{0};
  if (size > UINT32_MAX) return base::Error(ZX_ERR_INVALID_ARGS);
  AssertSharesLock(*peer_);
  const size_t room = peer_->RoomLocked();
  if (room == 0) return base::Error(ZX_ERR_SHOULD_WAIT);
  if (kind_ == Kind::kStream || size <= room) return std::min(size, room);
  return base::Error(size > kCapacity ? ZX_ERR_OUT_OF_RANGE : ZX_ERR_SHOULD_WAIT);
}

base::Result<Socket::Outgoing> Socket::PrepareWrite(size_t size) {
  {
    SpinlockGuard guard(lock());
    size = TRY(CheckWriteLocked(size));
  }
  Outgoing outgoing;
  if (size == 0) return outgoing;
  outgoing.head_ = head_size();
  outgoing.bytes_ = TRY(ByteQueue::Create(outgoing.head_ + size));
  const auto head = static_cast<Head>(size);
  outgoing.bytes_.CopyIn(0, std::as_bytes(std::span(&head, 1)).first(outgoing.head_));
  return outgoing;
}

base::Result<size_t> Socket::Write(Outgoing& outgoing) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  const size_t size = TRY(CheckWriteLocked(outgoing.size()));
  if (size == 0) return size;
  outgoing.bytes_.Truncate(outgoing.head_ + size);
  Socket& peer = *peer_;
  AssertSharesLock(peer);
  peer.data_.Append(outgoing.bytes_);
  if (kind_ == Kind::kDatagram) ++peer.datagram_count_;
  UpdateBothLocked(doomed);
  return size;
}

base::Result<> Socket::CheckReadLocked(size_t size) {
  if (size > UINT32_MAX) return base::Error(ZX_ERR_INVALID_ARGS);
  if (!data_.empty()) return {};
  if (!peer_) return base::Error(ZX_ERR_PEER_CLOSED);
  return base::Error(peer_write_disabled_ ? ZX_ERR_BAD_STATE : ZX_ERR_SHOULD_WAIT);
}

Socket::Portion Socket::FirstLocked(size_t size) {
  if (kind_ == Kind::kStream) {
    size = std::min(size, data_.size());
    return {.size = size, .storage = size};
  }
  Head head;
  data_.CopyOut(0, std::as_writable_bytes(std::span(&head, 1)));
  return {.size = std::min<size_t>(size, head), .storage = sizeof(head) + head};
}

base::Result<Socket::Incoming> Socket::Read(size_t size) {
  Incoming incoming;
  ByteQueue spare = TRY(ByteQueue::Create(1));
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  TRY(CheckReadLocked(size));
  const Portion portion = FirstLocked(size);
  incoming.head_ = head_size();
  incoming.size_ = portion.size;
  data_.MoveFront(portion.storage, incoming.bytes_, spare);
  if (kind_ == Kind::kDatagram) --datagram_count_;
  UpdateBothLocked(doomed);
  return incoming;
}

base::Result<Socket::Incoming> Socket::Peek(size_t size) {
  // Copies, since others may read meanwhile; into memory of their own size at this moment.
  size_t wanted;
  {
    SpinlockGuard guard(lock());
    TRY(CheckReadLocked(size));
    wanted = FirstLocked(size).size;
  }
  Incoming incoming;
  incoming.bytes_ = TRY(ByteQueue::Create(wanted));
  SpinlockGuard guard(lock());
  TRY(CheckReadLocked(size));
  incoming.size_ = std::min(wanted, FirstLocked(size).size);
  incoming.bytes_.Truncate(incoming.size_);
  data_.CopyTo(head_size(), incoming.bytes_);
  return incoming;
}

void Socket::Unread(Incoming& incoming) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (closed_ || incoming.bytes_.empty()) return;
  data_.Prepend(incoming.bytes_);
  if (kind_ == Kind::kDatagram) ++datagram_count_;
  UpdateBothLocked(doomed);
}

bool Socket::HasUnreadLocked() {
  if (!peer_) return false;
  AssertSharesLock(*peer_);
  return !peer_->data_.empty();
}

base::Result<> Socket::SetDisposition(Disposition own, Disposition peer) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (own == Disposition::kEnableWriting && write_disabled_ && HasUnreadLocked()) {
    return base::Error(ZX_ERR_BAD_STATE);
  }
  if (peer == Disposition::kEnableWriting && peer_write_disabled_ && !data_.empty()) {
    return base::Error(ZX_ERR_BAD_STATE);
  }
  // The other end has a mirror image of both.
  Socket* other = peer_.get();
  if (own != Disposition::kKeep) write_disabled_ = own == Disposition::kDisableWriting;
  if (peer != Disposition::kKeep) peer_write_disabled_ = peer == Disposition::kDisableWriting;
  if (other != nullptr) {
    AssertSharesLock(*other);
    other->peer_write_disabled_ = write_disabled_;
    other->write_disabled_ = peer_write_disabled_;
  }
  UpdateBothLocked(doomed);
  return {};
}

base::Result<> Socket::SetReadThreshold(size_t bytes) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (bytes > kCapacity) return base::Error(ZX_ERR_INVALID_ARGS);
  read_threshold_ = bytes;
  UpdateLocked(doomed);
  return {};
}

base::Result<> Socket::SetWriteThreshold(size_t bytes) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (!peer_) return base::Error(ZX_ERR_PEER_CLOSED);
  if (bytes > kCapacity) return base::Error(ZX_ERR_INVALID_ARGS);
  write_threshold_ = bytes;
  UpdateLocked(doomed);
  return {};
}

size_t Socket::read_threshold() const {
  SpinlockGuard guard(lock());
  return read_threshold_;
}

size_t Socket::write_threshold() const {
  SpinlockGuard guard(lock());
  return write_threshold_;
}

base::Result<> Socket::SignalPeer(zx_signals_t clear, zx_signals_t set) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  if (!peer_) return base::Error(ZX_ERR_PEER_CLOSED);
  Socket& peer = *peer_;
  AssertSharesLock(peer);
  peer.UpdateSignalsLocked(clear, set, doomed);
  return {};
}

zx_info_socket_t Socket::GetInfo() const {
  SpinlockGuard guard(lock());
  zx_info_socket_t info = {};
  info.options = kind_ == Kind::kDatagram ? ZX_SOCKET_DATAGRAM : ZX_SOCKET_STREAM;
  info.rx_buf_max = kCapacity;
  info.rx_buf_size = WaitingLocked();
  info.rx_buf_available = info.rx_buf_size;
  if (datagram_count_ != 0) {
    Head head;
    data_.CopyOut(0, std::as_writable_bytes(std::span(&head, 1)));
    info.rx_buf_available = head;
  }
  if (const Socket* peer = peer_.get()) {
    AssertSharesLock(*peer);
    info.tx_buf_max = kCapacity;
    info.tx_buf_size = peer->WaitingLocked();
  }
  return info;
}

void Socket::OnZeroHandles() {
  // Dropped after the lock: the peer may die with its last reference.
  ByteQueue discarded;
  base::RefPtr<Socket> former;
  base::RefPtr<Socket> self;
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  closed_ = true;
  discarded = std::move(data_);
  datagram_count_ = 0;
  former = std::move(peer_);
  if (!former) return;
  AssertSharesLock(*former);
  self = std::move(former->peer_);
  former->UpdateLocked(doomed);
}

}  // namespace kernel
