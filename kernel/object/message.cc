// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/message.h"

#include <cstring>
#include <new>

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

Message* Message::CreateInPage(uint32_t size) {
  void* memory = vm::AllocateFixed<kSmall>();
  if (memory == nullptr) return nullptr;
  auto* page = static_cast<std::byte*>(vm::AllocateFixed<kPage>());
  if (page == nullptr) {
    vm::FreeFixed<kSmall>(memory);
    return nullptr;
  }
  auto* message = new (memory) Message(size, 0, 1, Memory::kSmall);
  message->pages()[0] = page;
  message->first_piece_ = page;
  return message;
}

Message* Message::CreateOther(uint32_t size, uint32_t handle_count) {
  if (size > kMaxInline && size <= kPage && handle_count == 0) return CreateInPage(size);
  const size_t fixed = sizeof(Message) + handle_count * sizeof(HandleEntry);
  const uint32_t page_count = fixed + size <= kMaxInline ? 0 : (size + kPage - 1) / kPage;
  const size_t needed = fixed + (page_count == 0 ? size : page_count * sizeof(std::byte*));
  const Memory kind = needed <= kSmall ? Memory::kSmall : Memory::kOther;
  void* memory =
      kind == Memory::kSmall ? vm::AllocateFixed<kSmall>() : ::operator new(needed, std::nothrow);
  if (memory == nullptr) return nullptr;
  Pointer message(new (memory) Message(size, handle_count, page_count, kind));
  if (handle_count != 0) message->AddHandles();
  const std::span<std::byte*> pages(message->pages(), page_count);
  for (std::byte*& page : pages) page = nullptr;
  for (std::byte*& page : pages) {
    page = static_cast<std::byte*>(vm::AllocateFixed<kPage>());
    if (page == nullptr) return nullptr;
  }
  if (page_count != 0) message->first_piece_ = pages[0];
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



void Message::CloseHandles() {
  for (HandleEntry& entry : handles()) entry.Close();
}

void Message::DestroyOther() {
  if (memory_ == Memory::kSmall && page_count_ == 1 && handle_count_ == 0) {
    vm::FreeFixed<kPage>(first_piece_);
    this->~Message();
    return vm::FreeFixed<kSmall>(this);
  }
  if (handle_count_ != 0) {
    // Most have been read, and their handles have found other places.
    bool any = false;
    for (const HandleEntry& entry : handles()) any = any || entry;
    if (any) [[unlikely]] CloseHandles();
    counts::AddHandlesInMessages(-int64_t{handle_count_});
  }
  if (memory_ == Memory::kSmall && page_count_ == 0) [[likely]] {
    this->~Message();
    return vm::FreeFixed<kSmall>(this);
  }
  for (std::byte* page : std::span(pages(), page_count_)) {
    // The rest is missing when creation failed.
    if (page == nullptr) break;
    vm::FreeFixed<kPage>(page);
  }
  const Memory memory = memory_;
  this->~Message();
  if (memory != Memory::kOther) return vm::FreeFixed<kSmall>(this);
  ::operator delete(this);
}

}  // namespace kernel
