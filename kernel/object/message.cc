// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/message.h"

#include <cstring>
#include <new>

#include "kernel/vm/heap.h"

namespace kernel {

static_assert(Message::kMaxInline <= vm::Heap::kMaxSmall);

void Message::AddHandles() {
  for (HandleEntry& entry : handles()) new (&entry) HandleEntry;
  counts::AddHandlesInMessages(handle_count_);
}

base::Result<Message::Pointer> Message::Create(uint32_t size, uint32_t handle_count) {
  Pointer message = TryCreate(size, handle_count);
  if (!message) return base::Error(ZX_ERR_NO_MEMORY);
  return message;
}

Message* Message::CreateOther(uint32_t size, uint32_t handle_count) {
  const uint32_t fixed =
      static_cast<uint32_t>(sizeof(Message)) + handle_count * static_cast<uint32_t>(sizeof(HandleEntry));
  const uint32_t inline_size = size < kMaxInline - fixed ? size : kMaxInline - fixed;
  void* memory = ::operator new(fixed + inline_size, std::nothrow);
  if (memory == nullptr) return nullptr;
  Pointer message(new (memory) Message(size, inline_size, handle_count, Memory::kOther));
  if (handle_count != 0) message->AddHandles();
  for (uint32_t done = inline_size; done < size; done += Block::kSize) {
    auto* block = static_cast<Block*>(::operator new(sizeof(Block), std::nothrow));
    if (block == nullptr) return nullptr;
    block->next = message->blocks_;
    message->blocks_ = block;
  }
  return message.Leak();
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

void Message::Destroy() {
  if (memory_ != Memory::kSmall || handle_count_ != 0) [[unlikely]] return DestroyOther();
  this->~Message();
  vm::FreeFixed<kSmall>(this);
}

void Message::DestroyOther() {
  if (handle_count_ != 0) {
    for (HandleEntry& entry : handles()) entry.~HandleEntry();
    counts::AddHandlesInMessages(-int64_t{handle_count_});
  }
  for (Block* block = blocks_; block != nullptr;) ::operator delete(std::exchange(block, block->next));
  const Memory memory = memory_;
  this->~Message();
  if (memory == Memory::kSmall) return vm::FreeFixed<kSmall>(this);
  ::operator delete(this);
}

}  // namespace kernel
