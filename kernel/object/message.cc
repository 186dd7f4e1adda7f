// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/message.h"

#include <cstring>
#include <new>

#include "kernel/vm/heap.h"

namespace kernel {

static_assert(Message::kMaxInline <= vm::Heap::kMaxSmall);

Message::Message(uint32_t size, uint32_t inline_size, uint32_t handle_count)
    : size_(size), inline_size_(inline_size), handle_count_(handle_count) {
  for (HandleEntry& entry : handles()) new (&entry) HandleEntry;
  if (handle_count != 0) counts::AddHandlesInMessages(handle_count);
}

base::Result<Message::Pointer> Message::Create(uint32_t size, uint32_t handle_count) {
  DEBUG_ASSERT(size <= kMaxBytes && handle_count <= kMaxHandles);
  const uint32_t fixed =
      static_cast<uint32_t>(sizeof(Message)) + handle_count * static_cast<uint32_t>(sizeof(HandleEntry));
  const uint32_t inline_size = size < kMaxInline - fixed ? size : kMaxInline - fixed;
  void* memory = ::operator new(fixed + inline_size, std::nothrow);
  if (memory == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  Pointer message(new (memory) Message(size, inline_size, handle_count));
  for (uint32_t done = inline_size; done < size; done += Block::kSize) {
    auto* block = static_cast<Block*>(::operator new(sizeof(Block), std::nothrow));
    if (block == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
    block->next = message->blocks_;
    message->blocks_ = block;
  }
  return message;
}

base::Result<Message::Pointer> Message::Create(std::span<const std::byte> bytes,
                                               std::span<HandleEntry> handles) {
  Pointer message =
      TRY(Create(static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(handles.size())));
  TRY(message->ForEachPiece(0, message->size_, [&](std::span<std::byte> piece) -> base::Result<> {
    std::memcpy(piece.data(), bytes.data(), piece.size());
    bytes = bytes.subspan(piece.size());
    return {};
  }));
  for (size_t i = 0; i < handles.size(); ++i) message->handles()[i] = std::move(handles[i]);
  return message;
}

void Message::Destroy(Message* message) {
  for (HandleEntry& entry : message->handles()) entry.~HandleEntry();
  if (message->handle_count_ != 0) counts::AddHandlesInMessages(-int64_t{message->handle_count_});
  for (Block* block = message->blocks_; block != nullptr;) {
    ::operator delete(std::exchange(block, block->next));
  }
  message->~Message();
  ::operator delete(message);
}

uint32_t Message::txid() const {
  // inline_size_ is at least 4 whenever size_ is.
  if (size_ < sizeof(uint32_t)) return 0;
  uint32_t txid;
  std::memcpy(&txid, const_cast<Message*>(this)->inline_bytes(), sizeof(txid));
  return txid;
}

void Message::set_txid(uint32_t txid) {
  DEBUG_ASSERT(size_ >= sizeof(txid));
  std::memcpy(inline_bytes(), &txid, sizeof(txid));
}

}  // namespace kernel
