// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "kernel/object/message.h"
#include "kernel/object/object.h"
#include "kernel/sched/task.h"

namespace kernel {

// One end of a channel. A message written to one end is queued at the other, or goes straight to a
// thread that waits there for the answer to its call.
//
// Lifetime: each end refers to the other until one loses its last handle; that end's queue is thrown
// away, the other end keeps what was sent to it.
// Locking: both ends use the lock of their PeerHolder.
class Channel final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kChannel;
  static constexpr zx_rights_t kDefaultRights = (ZX_RIGHTS_BASIC & ~ZX_RIGHT_DUPLICATE) |
                                                ZX_RIGHTS_IO | ZX_RIGHT_SIGNAL |
                                                ZX_RIGHT_SIGNAL_PEER;
  static constexpr uint32_t kMaxPending = 3500;
  // Transaction ids the kernel chooses have this bit.
  static constexpr uint32_t kKernelTxid = 0x8000'0000;

  struct Pair {
    base::RefPtr<Channel> first;
    base::RefPtr<Channel> second;
  };
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<Pair> Create();
  ~Channel() override;

  // Sends the message; on failure it stays with the caller.
  // Returns ZX_OK, ZX_ERR_PEER_CLOSED, ZX_ERR_SHOULD_WAIT kMaxPending messages are queued at the other
  // end.
  zx_status_t Send(Message::Pointer& message) EXCLUDES(lock());
  // The same; on failure the message is gone.
  base::Result<> Write(Message::Pointer message) EXCLUDES(lock()) {
    return base::FromStatus(Send(message));
  }

  struct Received {
    zx_status_t status = ZX_OK;
    // Of the first message, also when the buffers are too small for it.
    uint32_t size = 0;
    uint32_t handle_count = 0;
    // When status is ZX_OK; or, with ZX_ERR_BUFFER_TOO_SMALL, the one that was discarded.
    Message::Pointer message;
  };
  enum class TooBig : uint8_t { kKeep, kDiscard };
  // Takes the first message if it fits.
  // Status: ZX_ERR_SHOULD_WAIT, ZX_ERR_PEER_CLOSED empty and never again anything else,
  // ZX_ERR_BUFFER_TOO_SMALL. Closes no handles, so it may be called under the lock of a handle table.
  void Receive(uint32_t max_bytes, uint32_t max_handles, TooBig too_big, Received& received)
      EXCLUDES(lock());
  Received Read(uint32_t max_bytes, uint32_t max_handles, TooBig too_big) EXCLUDES(lock()) {
    Received received;
    Receive(max_bytes, max_handles, too_big, received);
    return received;
  }
  // Puts back a message whose handles found no place; drops it if this end has been closed.
  void Unread(Message::Pointer message) EXCLUDES(lock());

  // A thread that waits for the answer to its call, on its stack or in its Thread across a restart.
  class Caller : public base::ListNode<Caller> {
   public:
    explicit Caller(sched::Task& task) : task_(task) {}
    uint32_t txid() const { return txid_; }
    // After the wait: the answer, if it came.
    Message::Pointer TakeReply() { return std::move(reply_); }

   private:
    friend class Channel;
    sched::Task& task_;
    uint32_t txid_ = 0;
    Message::Pointer reply_;
  };
  // Chooses a transaction id for the message, registers `caller`, and sends.
  // Errors: those of Write(); then the caller is not registered.
  base::Result<> Call(Message::Pointer message, Caller& caller) EXCLUDES(lock());
  // Parks until the answer is there. The caller is unregistered when this returns, except with
  // ZX_ERR_INTERNAL_INTR_RETRY.
  // Errors: ZX_ERR_PEER_CLOSED, ZX_ERR_CANCELED this end was closed, those of sched::Task::Park().
  base::Result<> WaitForReply(Caller& caller, zx_instant_mono_t deadline) EXCLUDES(lock());
  // Unregisters a caller whose thread will not come back for it.
  void Abandon(Caller& caller) EXCLUDES(lock());

  // Changes the signals of the other end. Errors: ZX_ERR_PEER_CLOSED.
  base::Result<> SignalPeer(zx_signals_t clear, zx_signals_t set) EXCLUDES(lock());

  zx_koid_t related_koid() const override { return peer_koid_; }
  void OnZeroHandles() override EXCLUDES(lock());

 private:
  using Messages = base::List<Message, Message>;
  explicit Channel(base::RefPtr<PeerHolder> holder);

  // The peer, whose lock this is too.
  Channel* PeerLocked() REQUIRES(lock()) { return peer_.get(); }
  // Gives a message that arrived here to its caller or queues it.
  [[gnu::always_inline]] void DeliverLocked(Message& message, DoomedObservers& doomed) REQUIRES(lock());
  [[gnu::cold]] bool AnswerLocked(Message& message) REQUIRES(lock());
  void WakeCallersLocked() REQUIRES(lock());
  [[gnu::always_inline]] zx_status_t SendLocked(Message::Pointer& message, DoomedObservers& doomed)
      REQUIRES(lock());

  const base::RefPtr<PeerHolder> holder_;
  zx_koid_t peer_koid_ = ZX_KOID_INVALID;  // set once in Create()

  base::RefPtr<Channel> peer_ GUARDED_BY(lock());
  bool closed_ GUARDED_BY(lock()) = false;
  uint32_t message_count_ GUARDED_BY(lock()) = 0;
  uint32_t last_txid_ GUARDED_BY(lock()) = 0;
  Messages messages_ GUARDED_BY(lock());
  base::List<Caller, Caller> callers_ GUARDED_BY(lock());
};

}  // namespace kernel
