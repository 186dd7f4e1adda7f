// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/byte_queue.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "lib/base/assert.h"

namespace kernel {

ByteQueue::~ByteQueue() {
  while (first_ != nullptr) delete std::exchange(first_, first_->next);
}

base::Result<ByteQueue> ByteQueue::Create(size_t size) {
  ByteQueue queue;
  while (queue.size_ < size) {
    auto* block = new (std::nothrow) Block;
    if (block == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
    block->end = static_cast<uint16_t>(std::min<size_t>(size - queue.size_, kBlockBytes));
    queue.PushBlock(*block);
  }
  return queue;
}

void ByteQueue::PushBlock(Block& block) {
  block.next = nullptr;
  (last_ != nullptr ? last_->next : first_) = &block;
  last_ = &block;
  size_ += block.size();
}

ByteQueue::Block& ByteQueue::PopBlock() {
  Block& block = *first_;
  first_ = block.next;
  if (first_ == nullptr) last_ = nullptr;
  size_ -= block.size();
  return block;
}

void ByteQueue::CopyOut(size_t offset, std::span<std::byte> to) const {
  (void)ForEachPiece(offset, to.size(), [&](std::span<std::byte> piece) -> base::Result<> {
    std::memcpy(to.data(), piece.data(), piece.size());
    to = to.subspan(piece.size());
    return {};
  });
}

void ByteQueue::CopyIn(size_t offset, std::span<const std::byte> from) {
  (void)ForEachPiece(offset, from.size(), [&](std::span<std::byte> piece) -> base::Result<> {
    std::memcpy(piece.data(), from.data(), piece.size());
    from = from.subspan(piece.size());
    return {};
  });
}

void ByteQueue::CopyTo(size_t offset, ByteQueue& to) const {
  Block* target = to.first_;
  size_t filled = 0;
  (void)ForEachPiece(offset, to.size_, [&](std::span<std::byte> piece) -> base::Result<> {
    while (!piece.empty()) {
      const size_t length = std::min<size_t>(piece.size(), target->size() - filled);
      std::memcpy(target->bytes + target->begin + filled, piece.data(), length);
      piece = piece.subspan(length);
      filled += length;
      if (filled < target->size()) return {};
      target = target->next;
      filled = 0;
    }
    return {};
  });
}

void ByteQueue::Append(ByteQueue& more) {
  if (more.first_ == nullptr) return;
  Block* tail = last_;
  Block* head = more.first_;
  if (tail != nullptr && tail->size() + head->size() <= kBlockBytes) {
    if (tail->end + head->size() > kBlockBytes) {
      std::memmove(tail->bytes, tail->bytes + tail->begin, tail->size());
      tail->end = static_cast<uint16_t>(tail->size());
      tail->begin = 0;
    }
    std::memcpy(tail->bytes + tail->end, head->bytes + head->begin, head->size());
    tail->end = static_cast<uint16_t>(tail->end + head->size());
    size_ += head->size();
    // The empty block stays with its former owner.
    more.PopBlock();
    Block* rest = std::exchange(more.first_, head);
    Block* rest_last = std::exchange(more.last_, head);
    const size_t rest_size = std::exchange(more.size_, 0);
    head->next = nullptr;
    head->begin = head->end = 0;
    if (rest == nullptr) return;
    last_->next = rest;
    last_ = rest_last;
    size_ += rest_size;
    return;
  }
  (tail != nullptr ? tail->next : first_) = head;
  last_ = more.last_;
  size_ += more.size_;
  more.first_ = more.last_ = nullptr;
  more.size_ = 0;
}

void ByteQueue::Prepend(ByteQueue& before) {
  before.Append(*this);
  Swap(before);
}

void ByteQueue::MoveFront(size_t count, ByteQueue& to, ByteQueue& spare) {
  DEBUG_ASSERT(count <= size_);
  while (count > 0) {
    if (first_->size() <= count) {
      Block& block = PopBlock();
      count -= block.size();
      to.PushBlock(block);
      continue;
    }
    Block& block = spare.PopBlock();
    std::memcpy(block.bytes, first_->bytes + first_->begin, count);
    block.begin = 0;
    block.end = static_cast<uint16_t>(count);
    first_->begin = static_cast<uint16_t>(first_->begin + count);
    size_ -= count;
    to.PushBlock(block);
    return;
  }
}

void ByteQueue::Truncate(size_t count) {
  for (Block* block = first_; block != nullptr; block = block->next) {
    const size_t kept = std::min<size_t>(count, block->size());
    size_ -= block->size() - kept;
    block->end = static_cast<uint16_t>(block->begin + kept);
    count -= kept;
  }
}

}  // namespace kernel
