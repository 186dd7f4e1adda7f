// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <zircon/syscalls/object.h>

#include <cstdint>

#include "kernel/object/byte_queue.h"
#include "kernel/object/object.h"

namespace kernel {

// One end of a two-way stream of bytes or datagrams. What one end writes waits at the other.
//
// Data is copied from and to users outside the lock: a write prepares, fills a queue of its own and
// hands that over; a read takes bytes out, or copies of them, and gives them back if the user
// cannot have them.
//
// Lifetime: each end refers to the other until one loses its last handle; that end's data is thrown
// away, the other end keeps what was sent to it. Locking: both ends use the lock of their
// PeerHolder.
class Socket final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kSocket;
  static constexpr zx_rights_t kDefaultRights = ZX_RIGHTS_BASIC | ZX_RIGHTS_IO |
                                                ZX_RIGHTS_PROPERTY | ZX_RIGHT_SIGNAL |
                                                ZX_RIGHT_SIGNAL_PEER | ZX_RIGHT_MANAGE_SOCKET;
  // Bytes that may wait at one end, and datagrams, which need some memory each.
  static constexpr size_t kCapacity = 128 * ByteQueue::kBlockBytes;
  static constexpr size_t kMaxDatagrams = kCapacity / 16;

  enum class Kind : uint8_t { kStream, kDatagram };
  struct Pair {
    base::RefPtr<Socket> first;
    base::RefPtr<Socket> second;
  };
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<Pair> Create(Kind kind);

  // Bytes on their way from a user, behind a head that is the socket's business.
  class Outgoing {
   public:
    size_t size() const { return bytes_.size() - head_; }
    // Calls fill(piece) for all bytes in order until one fails.
    template <class Fill>
    base::Result<> ForEachPiece(Fill fill) {
      return bytes_.ForEachPiece(head_, size(), fill);
    }

   private:
    friend class Socket;
    ByteQueue bytes_;
    size_t head_ = 0;
  };
  // Room for as many of `size` bytes as can be written now.
  // Errors, in this order: ZX_ERR_PEER_CLOSED, ZX_ERR_BAD_STATE writing is disabled, (none if
  // `size` is 0), ZX_ERR_INVALID_ARGS `size` has more than 32 bits, ZX_ERR_SHOULD_WAIT there is no
  // room, ZX_ERR_OUT_OF_RANGE a datagram that will never fit, ZX_ERR_NO_MEMORY.
  base::Result<Outgoing> PrepareWrite(size_t size) EXCLUDES(lock());
  // Sends what has been filled in; of a stream perhaps less, if others were faster.
  // Returns the number of bytes sent. Errors: those of PrepareWrite() whose cause has come up
  // since.
  base::Result<size_t> Write(Outgoing& outgoing) EXCLUDES(lock());

  // Bytes on their way to a user.
  class Incoming {
   public:
    size_t size() const { return size_; }
    // Calls use(piece) for all bytes in order until one fails.
    template <class Use>
    base::Result<> ForEachPiece(Use use) {
      return bytes_.ForEachPiece(head_, size_, use);
    }

   private:
    friend class Socket;
    ByteQueue bytes_;  // with the head and with what the user has no room for
    size_t head_ = 0;
    size_t size_ = 0;
  };
  // At most `size` of the bytes that wait here, or of the first datagram, whose rest is lost.
  // Errors: ZX_ERR_INVALID_ARGS `size` has more than 32 bits; when nothing waits
  // ZX_ERR_PEER_CLOSED, ZX_ERR_BAD_STATE writing at the other end is disabled, or
  // ZX_ERR_SHOULD_WAIT; ZX_ERR_NO_MEMORY.
  base::Result<Incoming> Read(size_t size) EXCLUDES(lock());
  // The same, but everything also stays.
  base::Result<Incoming> Peek(size_t size) EXCLUDES(lock());
  // Puts back what Read() took; drops it if this end has been closed.
  void Unread(Incoming& incoming) EXCLUDES(lock());

  enum class Disposition : uint8_t { kKeep, kDisableWriting, kEnableWriting };
  // Errors: ZX_ERR_BAD_STATE writing would be enabled for an end whose data still waits at the
  // other.
  base::Result<> SetDisposition(Disposition own, Disposition peer) EXCLUDES(lock());

  // How much must wait here for ZX_SOCKET_READ_THRESHOLD, or be free at the other end for
  // ZX_SOCKET_WRITE_THRESHOLD; 0: never.
  // Errors: ZX_ERR_INVALID_ARGS more than kCapacity; of the latter also ZX_ERR_PEER_CLOSED.
  base::Result<> SetReadThreshold(size_t bytes) EXCLUDES(lock());
  base::Result<> SetWriteThreshold(size_t bytes) EXCLUDES(lock());
  size_t read_threshold() const EXCLUDES(lock());
  size_t write_threshold() const EXCLUDES(lock());

  // Changes the signals of the other end. Errors: ZX_ERR_PEER_CLOSED.
  base::Result<> SignalPeer(zx_signals_t clear, zx_signals_t set) EXCLUDES(lock());

  zx_info_socket_t GetInfo() const EXCLUDES(lock());
  zx_koid_t related_koid() const override { return peer_koid_; }
  void OnZeroHandles() override EXCLUDES(lock());

 private:
  // In front of a datagram's bytes.
  using Head = uint32_t;

  Socket(Kind kind, base::RefPtr<PeerHolder> holder);

  size_t head_size() const { return kind_ == Kind::kDatagram ? sizeof(Head) : 0; }
  // How many of `size` bytes can be written now. Errors: those of PrepareWrite().
  base::Result<size_t> CheckWriteLocked(size_t size) REQUIRES(lock());
  // Whether something can be read. Errors: those of Read().
  base::Result<> CheckReadLocked(size_t size) REQUIRES(lock());
  // How many of `size` bytes a read yields, and how many it takes with their head.
  struct Portion {
    size_t size;
    size_t storage;
  };
  Portion FirstLocked(size_t size) REQUIRES(lock());
  // Bytes of users that wait here, without heads.
  size_t WaitingLocked() const REQUIRES(lock()) {
    return data_.size() - datagram_count_ * sizeof(Head);
  }
  size_t RoomLocked() const REQUIRES(lock());
  // Sets the signals of this end to what its state and the other's say.
  void UpdateLocked(DoomedObservers& doomed) REQUIRES(lock());
  void UpdateBothLocked(DoomedObservers& doomed) REQUIRES(lock());
  // Whether data of this end waits at the other.
  bool HasUnreadLocked() REQUIRES(lock());

  const base::RefPtr<PeerHolder> holder_;
  const Kind kind_;
  zx_koid_t peer_koid_ = ZX_KOID_INVALID;  // set once in Create()

  base::RefPtr<Socket> peer_ GUARDED_BY(lock());
  bool closed_ GUARDED_BY(lock()) = false;
  bool write_disabled_ GUARDED_BY(lock()) = false;
  bool peer_write_disabled_ GUARDED_BY(lock()) = false;
  ByteQueue data_ GUARDED_BY(lock());
  size_t datagram_count_ GUARDED_BY(lock()) = 0;
  size_t read_threshold_ GUARDED_BY(lock()) = 0;
  size_t write_threshold_ GUARDED_BY(lock()) = 0;
};

}  // namespace kernel
