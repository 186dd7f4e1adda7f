// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>

#include "kernel/object/message.h"
#include "kernel/object/object.h"
#include "kernel/sched/task.h"

namespace kernel {

// One end of a channel. A message written to one end is queued at the other, or goes straight to a
// thread that waits there for the answer to its call.
//
// Lifetime: each end refers to the other until one loses its last handle; that end's queue is
// thrown away, the other end keeps what was sent to it. An end has one handle, and that may lie in a
// message in the queue of another end, and so on; a message that would close a circle of such ends, which
// nobody could ever free, is refused. Locking: both ends use the lock of their PeerHolder.
class Channel final : public Object {
 public:
  static constexpr ObjectType kType = ObjectType::kChannel;
  static constexpr zx_rights_t kDefaultRights = (ZX_RIGHTS_BASIC & ~ZX_RIGHT_DUPLICATE) |
                                                ZX_RIGHTS_IO | ZX_RIGHT_SIGNAL |
                                                ZX_RIGHT_SIGNAL_PEER;
  static constexpr uint32_t kMaxPending = 3500;
  // Ends in queues of ends in queues: no more than this many above a message with another end.
  static constexpr uint32_t kMaxNesting = 256;
  // Transaction ids the kernel chooses have this bit.
  static constexpr zx_txid_t kKernelTxid = 0x8000'0000;

  struct Pair {
    base::RefPtr<Channel> first;
    base::RefPtr<Channel> second;
  };
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<Pair> Create();
  ~Channel() override;

  // Sends the message: to the caller at the other end who waits for it as an answer, or else into
  // the queue there. On failure it stays with the caller of this function. Returns ZX_OK,
  // ZX_ERR_PEER_CLOSED, ZX_ERR_SHOULD_WAIT kMaxPending messages are queued at the other end,
  // ZX_ERR_NOT_SUPPORTED it would close a circle or exceed kMaxNesting.
  [[gnu::always_inline]] zx_status_t Send(Message::Pointer& message) EXCLUDES(lock());
  // The same, whole; on failure the message is gone.
  base::Result<> Write(Message::Pointer message) EXCLUDES(lock()) {
    const zx_status_t status = Send(message);
    sched::Task::GiveWay();
    return base::FromStatus(status);
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
  // ZX_ERR_BUFFER_TOO_SMALL. Closes no handles, so it may be called under the lock of a handle
  // table.
  [[gnu::always_inline]] void Receive(uint32_t max_bytes, uint32_t max_handles, TooBig too_big, Received& received)
      EXCLUDES(lock());
  Received Read(uint32_t max_bytes, uint32_t max_handles, TooBig too_big) EXCLUDES(lock()) {
    Received received;
    Receive(max_bytes, max_handles, too_big, received);
    return received;
  }
  // Puts back a message whose handles found no place; drops it if this end has been closed.
  void Unread(Message::Pointer message) EXCLUDES(lock());

  // What a thread needs to wait for the answer to its call; it makes one call at a time.
  // Locking: all but channel_ is guarded by the channel's lock.
  class Caller : public base::ListNode<Caller> {
   public:
    explicit Caller(sched::Task& task) : task_(task) {}
    // Whether Call() has sent something and neither Wait() nor Abandon() has brought it to an end.
    // Only the caller's thread asks.
    bool going_on() const { return channel_ != nullptr; }
    // Parks until the answer is there. The call is over when this returns, except with
    // ZX_ERR_INTERNAL_INTR_RETRY.
    // Returns ZX_OK, ZX_ERR_PEER_CLOSED, ZX_ERR_CANCELED the handle was closed or moved away, or an error of
    // sched::Task::Park().
    zx_status_t Wait(const Deadline& deadline);
    // The same with another form of sched::Task::Park().
    template <class Park>
    [[gnu::always_inline]] zx_status_t WaitWith(const Deadline& deadline, Park park);
    // After a Wait() that returned ZX_OK.
    Message::Pointer TakeReply() { return std::move(reply_); }
    // Ends a call whose thread will not come back for the answer.
    void Abandon();

   private:
    friend class Channel;
    sched::Task& task_;
    base::RefPtr<Channel> channel_;
    // The handle the call was made through.
    const HandleTable* table_ = nullptr;
    zx_handle_t handle_ = ZX_HANDLE_INVALID;
    zx_txid_t txid_ = 0;
    // ZX_ERR_SHOULD_WAIT until the call's end is known; ZX_OK with an answer.
    zx_status_t status_ = ZX_OK;
    Message::Pointer reply_;
  };
  // Chooses a transaction id for the message, sends it and registers `caller`, who then waits. On
  // failure the message stays with the caller. Closes no handles. Returns what Send() does.
  [[gnu::always_inline]] zx_status_t Call(Message::Pointer& message, Caller& caller, const HandleTable* table,
                   zx_handle_t handle) EXCLUDES(lock());

  // Changes the signals of the other end. Errors: ZX_ERR_PEER_CLOSED.
  base::Result<> SignalPeer(zx_signals_t clear, zx_signals_t set) EXCLUDES(lock());

  zx_koid_t related_koid() const override { return peer_koid_; }
  void OnZeroHandles() override EXCLUDES(lock());

 private:
  using Messages = base::List<Message, Message>;
  explicit Channel(base::RefPtr<PeerHolder> holder);

  // The peer, whose lock this is too.
  Channel* PeerLocked() REQUIRES(lock()) { return peer_.get(); }
  // Queues a message here that came from the other end.
  // Returns ZX_OK, ZX_ERR_SHOULD_WAIT or ZX_ERR_NOT_SUPPORTED.
  [[gnu::always_inline]] zx_status_t QueueLocked(Message::Pointer& message, DoomedObservers& doomed)
      REQUIRES(lock());
  // Gives a message that arrived here to the caller who waits for it, if there is one.
  [[gnu::always_inline]] bool AnswerLocked(Message::Pointer& message) REQUIRES(lock());
  [[gnu::always_inline]] zx_txid_t ChooseTxidLocked() REQUIRES(lock());
  void AddCallerLocked(Caller& caller) REQUIRES(lock());
  [[gnu::always_inline]] void RemoveCallerLocked(Caller& caller) REQUIRES(lock());
  // Ends a call; its task is to be woken.
  [[gnu::always_inline]] sched::Task& FinishLocked(Caller& caller, zx_status_t status) REQUIRES(lock());
  void FinishAllLocked(zx_status_t status) REQUIRES(lock());
  // After Park() returned `parked`: how the call ended, or ZX_ERR_SHOULD_WAIT.
  [[gnu::always_inline]] zx_status_t Conclude(Caller& caller, zx_status_t parked) EXCLUDES(lock());
  // Notes for the ends in a message that it lies here, unless one of them would then lie in itself: through this
  // end, which may lie in a message as well, or through further ones.
  // Returns ZX_OK or ZX_ERR_NOT_SUPPORTED.
  [[gnu::noinline]] zx_status_t TakeIn(Message& message);
  // The opposite, before the message leaves.
  [[gnu::noinline]] static void LetOut(Message& message);
  bool LiesInItself();
  void CancelWaitersLocked(const HandleTable* table, zx_handle_t handle) override REQUIRES(lock());

  const base::RefPtr<PeerHolder> holder_;
  zx_koid_t peer_koid_ = ZX_KOID_INVALID;  // set once in Create()

  // In whose queue this end's handle lies; nullptr when a process has it. Whoever has the handle changes it.
  // Followed only under the lock of nests, which an end takes that has carried others before it goes.
  std::atomic<Channel*> home_ = nullptr;
  std::atomic<bool> has_carried_ = false;

  base::RefPtr<Channel> peer_ GUARDED_BY(lock());
  bool closed_ GUARDED_BY(lock()) = false;
  uint32_t message_count_ GUARDED_BY(lock()) = 0;
  zx_txid_t last_txid_ GUARDED_BY(lock()) = 0;
  Messages messages_ GUARDED_BY(lock());
  base::List<Caller, Caller> callers_ GUARDED_BY(lock());
};

// What every message goes through is part of the calls that use it.

inline zx_status_t Channel::QueueLocked(Message::Pointer& message, DoomedObservers& doomed) {
  if (message_count_ >= kMaxPending) [[unlikely]] return ZX_ERR_SHOULD_WAIT;
  if (message->carries_channels() && TakeIn(*message) != ZX_OK) [[unlikely]] return ZX_ERR_NOT_SUPPORTED;
  messages_.PushBack(*message.Leak());
  if (message_count_++ == 0) UpdateSignalsLocked(0, ZX_CHANNEL_READABLE, doomed);
  return ZX_OK;
}

inline void Channel::RemoveCallerLocked(Caller& caller) {
  callers_.Remove(caller);
  NoteWaitersLocked(!callers_.empty());
}

inline sched::Task& Channel::FinishLocked(Caller& caller, zx_status_t status) {
  RemoveCallerLocked(caller);
  caller.status_ = status;
  return caller.task_;
}

inline bool Channel::AnswerLocked(Message::Pointer& message) {
  const zx_txid_t txid = message->txid();
  if ((txid & kKernelTxid) == 0) return false;
  for (Caller& caller : callers_) {
    if (caller.txid_ != txid) continue;
    caller.reply_ = std::move(message);
    FinishLocked(caller, ZX_OK).UnparkNext();
    return true;
  }
  return false;
}

inline zx_status_t Channel::Send(Message::Pointer& message) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  Channel* peer = PeerLocked();
  if (peer == nullptr) [[unlikely]] return ZX_ERR_PEER_CLOSED;
  AssertSharesLock(*peer);
  if (!peer->callers_.empty() && peer->AnswerLocked(message)) return ZX_OK;
  return peer->QueueLocked(message, doomed);
}

inline void Channel::Receive(uint32_t max_bytes, uint32_t max_handles, TooBig too_big,
                      Received& received) {
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
  if (first->taken_in) [[unlikely]] LetOut(*first);
  if (--message_count_ == 0) {
    // Clearing wakes nobody.
    DoomedObservers none;
    UpdateSignalsLocked(ZX_CHANNEL_READABLE, 0, none);
  }
  received.message = Message::Pointer(first);
}

inline zx_txid_t Channel::ChooseTxidLocked() {
  // Waiting callers are few; their ids are the only ones that must differ.
  for (;;) {
    const zx_txid_t txid = ++last_txid_ | kKernelTxid;
    bool unique = true;
    for (Caller& caller : callers_) unique = unique && caller.txid_ != txid;
    if (unique) return txid;
  }
}

inline zx_status_t Channel::Call(Message::Pointer& message, Caller& caller, const HandleTable* table,
                          zx_handle_t handle) {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  Channel* peer = PeerLocked();
  if (peer == nullptr) return ZX_ERR_PEER_CLOSED;
  AssertSharesLock(*peer);
  const zx_txid_t txid = ChooseTxidLocked();
  message->set_txid(txid);
  // Never an answer: the other end's calls may have the same ids.
  if (const zx_status_t status = peer->QueueLocked(message, doomed); status != ZX_OK) return status;
  caller.channel_ = base::RefPtr<Channel>(this);
  caller.table_ = table;
  caller.handle_ = handle;
  caller.txid_ = txid;
  caller.status_ = ZX_ERR_SHOULD_WAIT;
  callers_.PushBack(caller);
  NoteWaitersLocked(true);
  return ZX_OK;
}

inline zx_status_t Channel::Conclude(Caller& caller, zx_status_t parked) {
  SpinlockGuard guard(lock());
  // What comes at the same time as the deadline or an interruption counts.
  if (caller.status_ != ZX_ERR_SHOULD_WAIT) [[likely]] return caller.status_;
  if (parked == ZX_OK) return ZX_ERR_SHOULD_WAIT;
  if (parked != ZX_ERR_INTERNAL_INTR_RETRY) RemoveCallerLocked(caller);
  return parked;
}

template <class Park>
zx_status_t Channel::Caller::WaitWith(const Deadline& deadline, Park park) {
  zx_status_t status;
  do {
    status = channel_->Conclude(*this, park(deadline));
  } while (status == ZX_ERR_SHOULD_WAIT);
  if (status != ZX_ERR_INTERNAL_INTR_RETRY) channel_.reset();
  return status;
}

inline zx_status_t Channel::Caller::Wait(const Deadline& deadline) { return WaitWith(deadline, sched::Task::Park); }

}  // namespace kernel
