// SPDX-License-Identifier: BSD-2-Clause
// Bytes that wait, in blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "lib/base/result.h"

namespace kernel {

// A first-in first-out queue of bytes that can be cut and joined without copying more than one
// block, so that bytes are copied from and to users outside of locks. Not locked itself.
//
// Two neighbouring blocks that would fit into one are merged when they meet, so a queue uses at
// most twice the memory of its contents, and one block more.
class ByteQueue {
 public:
  // A block is the largest piece of memory that comes from the heap's slabs.
  static constexpr uint32_t kBlockBytes = 2016;

  ByteQueue() = default;
  ByteQueue(ByteQueue&& other) noexcept { Swap(other); }
  ByteQueue& operator=(ByteQueue&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~ByteQueue();

  // A queue of `size` bytes that are not cleared, to be filled in place. Errors: ZX_ERR_NO_MEMORY.
  static base::Result<ByteQueue> Create(size_t size);

  // Calls visit(piece) for the parts of [offset, offset + count) in order until one fails; `visit`
  // returns a Result<>, which is returned.
  template <class Visit>
  base::Result<> ForEachPiece(size_t offset, size_t count, Visit visit) const;
  // Copies from or to the bytes from `offset` on.
  void CopyOut(size_t offset, std::span<std::byte> to) const;
  void CopyIn(size_t offset, std::span<const std::byte> from);
  // Fills all of `to`.
  void CopyTo(size_t offset, ByteQueue& to) const;

  // Takes all bytes of `more`, which may keep memory until it dies.
  void Append(ByteQueue& more);
  // Puts all bytes of `before` in front.
  void Prepend(ByteQueue& before);
  // Moves the first `count` bytes to the end of `to`. `spare` is a queue of one block, made by
  // Create(1), that may be used up.
  void MoveFront(size_t count, ByteQueue& to, ByteQueue& spare);
  // Forgets all but the first `count` bytes; the memory stays until the queue dies.
  void Truncate(size_t count);

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  struct Block {
    uint32_t size() const { return static_cast<uint32_t>(end - begin); }
    Block* next = nullptr;
    // Where its bytes are.
    uint16_t begin = 0;
    uint16_t end = 0;
    std::byte bytes[kBlockBytes];
  };
  static_assert(sizeof(Block) <= 2032 && kBlockBytes <= UINT16_MAX);

  void Swap(ByteQueue& other) {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
  }
  void PushBlock(Block& block);
  // The first block, taken out.
  Block& PopBlock();

  Block* first_ = nullptr;
  Block* last_ = nullptr;
  size_t size_ = 0;
};

template <class Visit>
base::Result<> ByteQueue::ForEachPiece(size_t offset, size_t count, Visit visit) const {
  for (Block* block = first_; count > 0; block = block->next) {
    const size_t here = block->size();
    if (offset >= here) {
      offset -= here;
      continue;
    }
    const size_t length = count < here - offset ? count : here - offset;
    TRY(visit(std::span<std::byte>(block->bytes + block->begin + offset, length)));
    offset = 0;
    count -= length;
  }
  return {};
}

}  // namespace kernel
