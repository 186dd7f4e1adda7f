// SPDX-License-Identifier: BSD-2-Clause
// One message of a channel: bytes and handles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/object/handle_entry.h"
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
    ~Pointer() {
      if (message_ != nullptr) Destroy(message_);
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
  // A message from the kernel itself; takes the handles over.
  static base::Result<Pointer> Create(std::span<const std::byte> bytes, std::span<HandleEntry> handles);

  // Calls copy(piece) for the parts of [offset, offset + count) in order until one fails; `copy`
  // returns a Result<>, which is returned.
  template <class Copy>
  base::Result<> ForEachPiece(uint32_t offset, uint32_t count, Copy copy);

  uint32_t size() const { return size_; }
  std::span<HandleEntry> handles() { return {entries(), handle_count_}; }
  // The first four bytes, if there are as many. Transaction ids live there.
  uint32_t txid() const;
  void set_txid(uint32_t txid);

 private:
  struct Block {
    static constexpr uint32_t kSize = 4096 - sizeof(void*);
    Block* next;
    std::byte bytes[kSize];
  };
  static_assert(sizeof(Block) == 4096);
  Message(uint32_t size, uint32_t inline_size, uint32_t handle_count);
  ~Message() = default;
  static void Destroy(Message* message);
  HandleEntry* entries() { return reinterpret_cast<HandleEntry*>(this + 1); }
  std::byte* inline_bytes() { return reinterpret_cast<std::byte*>(entries() + handle_count_); }

  Block* blocks_ = nullptr;
  const uint32_t size_;
  const uint32_t inline_size_;
  const uint32_t handle_count_;
};

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
