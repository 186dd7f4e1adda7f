// SPDX-License-Identifier: BSD-2-Clause
// One message of a channel: bytes and handles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "kernel/object/handle_entry.h"
#include "kernel/vm/heap.h"
#include "lib/base/list.h"
#include "lib/base/result.h"

namespace kernel {

// The bytes of a small message stand in one piece of memory with its handles; those of others in pages of their
// own, so that no message needs neighbouring pages. The contents are not cleared at creation.
class Message : public base::ListNode<Message> {
 public:
  static constexpr uint32_t kMaxBytes = 65536;
  static constexpr uint32_t kMaxHandles = 64;
  // The largest piece of memory that comes from a slab.
  static constexpr uint32_t kMaxInline = 2032;
  // The piece that most messages fit into; getting and freeing it is quick.
  static constexpr uint32_t kSmall = 256;

  // Owns a message; the destructor closes its handles, so no locks may be held then.
  class Pointer {
   public:
    Pointer() = default;
    explicit Pointer(Message* message) : message_(message) {}
    Pointer(Pointer&& other) noexcept : message_(std::exchange(other.message_, nullptr)) {}
    Pointer& operator=(Pointer&& other) noexcept {
      std::swap(message_, other.message_);
      return *this;
    }
    [[gnu::always_inline]] ~Pointer() {
      if (message_ != nullptr) message_->Destroy();
    }
    Message* operator->() const { return message_; }
    Message& operator*() const { return *message_; }
    explicit operator bool() const { return message_ != nullptr; }
    [[nodiscard]] Message* Leak() { return std::exchange(message_, nullptr); }

   private:
    Message* message_ = nullptr;
  };

  // A message with room for `size` bytes and with `handle_count` empty entries.
  // `size` <= kMaxBytes, `handle_count` <= kMaxHandles. Errors: ZX_ERR_NO_MEMORY.
  static base::Result<Pointer> Create(uint32_t size, uint32_t handle_count);
  // The same; empty when there is no memory.
  [[gnu::always_inline]] static Pointer TryCreate(uint32_t size, uint32_t handle_count);
  // A message from the kernel itself; takes the handles over.
  static base::Result<Pointer> Create(std::span<const std::byte> bytes, std::span<HandleEntry> handles);

  // Calls copy(piece) for the parts of [offset, offset + count) in order until one fails; `copy`
  // returns a Result<>, which is returned.
  template <class Copy>
  base::Result<> ForEachPiece(uint32_t offset, uint32_t count, Copy copy);

  // Lies in the queue of a channel that has noted the channels in it.
  bool taken_in = false;

  uint32_t size() const { return size_; }
  // Whether there is a channel among the handles, which are all there.
  bool carries_channels() {
    for (const HandleEntry& entry : handles()) {
      if (entry.get()->type() == ObjectType::kChannel) return true;
    }
    return false;
  }
  // All bytes, when they are in one piece as those of most messages; otherwise nullptr.
  std::byte* whole() { return page_count_ <= 1 ? first_piece_ : nullptr; }
  std::span<HandleEntry> handles() { return {entries(), handle_count_}; }
  // The first four bytes; 0 if there are fewer. Transaction ids live there.
  zx_txid_t txid() {
    zx_txid_t txid = ZX_TXID_INVALID;
    if (size_ >= sizeof(txid)) __builtin_memcpy(&txid, first_piece_, sizeof(txid));
    return txid;
  }
  // Of a message with at least four bytes.
  void set_txid(zx_txid_t txid) {
    DEBUG_ASSERT(size_ >= sizeof(txid));
    __builtin_memcpy(first_piece_, &txid, sizeof(txid));
  }

 private:
  static constexpr uint32_t kPage = 4096;
  // Where the message stands: in a piece of kSmall bytes, there alone without handles and pages, or elsewhere.
  enum class Memory : uint8_t { kSmallAlone, kSmall, kOther };

  Message(uint32_t size, uint32_t handle_count, uint32_t page_count, Memory memory)
      : first_piece_(reinterpret_cast<std::byte*>(this + 1) + handle_count * sizeof(HandleEntry)),
        size_(size),
        handle_count_(static_cast<uint8_t>(handle_count)),
        page_count_(static_cast<uint8_t>(page_count)),
        memory_(memory) {}
  ~Message() = default;
  static Message* CreateOther(uint32_t size, uint32_t handle_count);
  // With all bytes in one page.
  static Message* CreateInPage(uint32_t size);
  // Makes the entries.
  void AddHandles();
  [[gnu::always_inline]] void Destroy() {
    if (memory_ != Memory::kSmallAlone) [[unlikely]] return DestroyOther();
    this->~Message();
    vm::FreeFixed<kSmall>(this);
  }
  void DestroyOther();
  [[gnu::cold, gnu::noinline]] void CloseHandles();

  HandleEntry* entries() { return reinterpret_cast<HandleEntry*>(this + 1); }
  // Behind the entries there are the bytes, or the addresses of the pages that have them.
  std::byte* tail() { return reinterpret_cast<std::byte*>(entries() + handle_count_); }
  std::byte** pages() { return reinterpret_cast<std::byte**>(tail()); }

  std::byte* first_piece_;

  const uint32_t size_;
  const uint8_t handle_count_;
  const uint8_t page_count_;
  const Memory memory_;
};

inline Message::Pointer Message::TryCreate(uint32_t size, uint32_t handle_count) {
  DEBUG_ASSERT(size <= kMaxBytes && handle_count <= kMaxHandles);
  const size_t needed = sizeof(Message) + size_t{handle_count} * sizeof(HandleEntry) + size;
  if (needed > kSmall) return Pointer(CreateOther(size, handle_count));
  void* memory = vm::AllocateFixed<kSmall>();
  if (memory == nullptr) [[unlikely]] return Pointer();
  const Memory kind = handle_count == 0 ? Memory::kSmallAlone : Memory::kSmall;
  auto* message = new (memory) Message(size, handle_count, 0, kind);
  if (handle_count != 0) message->AddHandles();
  return Pointer(message);
}

template <class Copy>
base::Result<> Message::ForEachPiece(uint32_t offset, uint32_t count, Copy copy) {
  if (count == 0) return {};
  if (page_count_ == 0) return copy(std::span<std::byte>(first_piece_ + offset, count));
  for (std::byte** page = pages() + offset / kPage; count > 0; ++page) {
    const uint32_t room = kPage - offset % kPage;
    const uint32_t here = count < room ? count : room;
    TRY(copy(std::span<std::byte>(*page + offset % kPage, here)));
    offset = 0;
    count -= here;
  }
  return {};
}

}  // namespace kernel
