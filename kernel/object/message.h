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

// A small message is one piece of memory; what does not fit the heap's slabs follows in blocks of one
// page, so that no message needs neighbouring pages. The contents are not cleared at creation.
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
    Message* get() const { return message_; }
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

  uint32_t size() const { return size_; }
  // All bytes, when they are in one piece as those of most messages; otherwise nullptr.
  std::byte* whole() { return inline_size_ == size_ ? inline_bytes() : nullptr; }
  std::span<HandleEntry> handles() { return {entries(), handle_count_}; }
  // The first four bytes; 0 if there are fewer. Transaction ids live there.
  zx_txid_t txid() {
    zx_txid_t txid = ZX_TXID_INVALID;
    // inline_size_ is at least 4 whenever size_ is.
    if (size_ >= sizeof(txid)) __builtin_memcpy(&txid, inline_bytes(), sizeof(txid));
    return txid;
  }
  // Of a message with at least four bytes.
  void set_txid(zx_txid_t txid) {
    DEBUG_ASSERT(size_ >= sizeof(txid));
    __builtin_memcpy(inline_bytes(), &txid, sizeof(txid));
  }

 private:
  struct Block {
    static constexpr uint32_t kSize = 4096 - sizeof(void*);
    Block* next;
    std::byte bytes[kSize];
  };
  static_assert(sizeof(Block) == 4096);
  enum class Memory : uint8_t { kSmall, kOther };
  Message(uint32_t size, uint32_t inline_size, uint32_t handle_count, Memory memory)
      : size_(size), inline_size_(inline_size), handle_count_(static_cast<uint8_t>(handle_count)), memory_(memory) {}
  ~Message() = default;
  static Message* CreateOther(uint32_t size, uint32_t handle_count);
  // Makes the entries.
  void AddHandles();
  void Destroy();
  void DestroyOther();
  HandleEntry* entries() { return reinterpret_cast<HandleEntry*>(this + 1); }
  std::byte* inline_bytes() { return reinterpret_cast<std::byte*>(entries() + handle_count_); }

  Block* blocks_ = nullptr;
  const uint32_t size_;
  const uint32_t inline_size_;
  const uint8_t handle_count_;
  const Memory memory_;
};

inline Message::Pointer Message::TryCreate(uint32_t size, uint32_t handle_count) {
  DEBUG_ASSERT(size <= kMaxBytes && handle_count <= kMaxHandles);
  const size_t needed = sizeof(Message) + size_t{handle_count} * sizeof(HandleEntry) + size;
  if (needed > kSmall) return Pointer(CreateOther(size, handle_count));
  void* memory = vm::AllocateFixed<kSmall>();
  if (memory == nullptr) [[unlikely]] return Pointer();
  auto* message = new (memory) Message(size, size, handle_count, Memory::kSmall);
  if (handle_count != 0) message->AddHandles();
  return Pointer(message);
}



template <class Copy>
base::Result<> Message::ForEachPiece(uint32_t offset, uint32_t count, Copy copy) {
  if (offset < inline_size_) {
    const uint32_t here = count < inline_size_ - offset ? count : inline_size_ - offset;
    TRY(copy(std::span<std::byte>(inline_bytes() + offset, here)));
    if (here == count) [[likely]] return {};
    offset = 0;
    count -= here;
  } else {
    offset -= inline_size_;
  }
  Block* block = blocks_;
  for (; offset >= Block::kSize && count > 0; offset -= Block::kSize) block = block->next;
  for (; count > 0; block = block->next) {
    const uint32_t room = Block::kSize - offset;
    const uint32_t here = count < room ? count : room;
    TRY(copy(std::span<std::byte>(block->bytes + offset, here)));
    offset = 0;
    count -= here;
  }
  return {};
}

}  // namespace kernel
