// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/byte_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

#include "kernel/vm/fault_injection.h"

namespace kernel {
namespace {

using Bytes = std::vector<std::byte>;

ByteQueue Make(const Bytes& bytes) {
  ByteQueue queue = *ByteQueue::Create(bytes.size());
  queue.CopyIn(0, bytes);
  return queue;
}

Bytes Contents(const ByteQueue& queue) {
  Bytes bytes(queue.size());
  queue.CopyOut(0, bytes);
  return bytes;
}

size_t PieceCount(const ByteQueue& queue) {
  size_t count = 0;
  EXPECT_TRUE(queue.ForEachPiece(0, queue.size(), [&](std::span<std::byte>) -> base::Result<> {
    ++count;
    return {};
  }));
  return count;
}

Bytes Pattern(size_t size, unsigned seed = 1) {
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>((seed = seed * 1664525 + 1013904223) >> 24);
  return bytes;
}

TEST(ByteQueue, PiecesCanBeTakenFromAnywhere) {
  const Bytes bytes = Pattern(10'000);
  const ByteQueue queue = Make(bytes);
  for (size_t offset = 0; offset < bytes.size(); offset += 611) {
    for (size_t count : {size_t{0}, size_t{1}, size_t{2016}, size_t{5000}}) {
      count = std::min(count, bytes.size() - offset);
      Bytes got(count);
      queue.CopyOut(offset, got);
      ASSERT_EQ(got, Bytes(bytes.begin() + static_cast<ptrdiff_t>(offset),
                           bytes.begin() + static_cast<ptrdiff_t>(offset + count)));
    }
  }
}

TEST(ByteQueue, SmallAppendsShareABlock) {
  ByteQueue queue;
  for (int i = 0; i < 100; ++i) {
    ByteQueue more = Make(Pattern(10));
    queue.Append(more);
    EXPECT_TRUE(more.empty());
  }
  EXPECT_EQ(queue.size(), 1000u);
  EXPECT_EQ(PieceCount(queue), 1u);
}

TEST(ByteQueue, MovingAPartNeedsTheSpareOnlyForIt) {
  const Bytes bytes = Pattern(3 * ByteQueue::kBlockBytes);
  ByteQueue queue = Make(bytes);
  ByteQueue spare = *ByteQueue::Create(1);
  ByteQueue whole;
  queue.MoveFront(ByteQueue::kBlockBytes, whole, spare);
  EXPECT_EQ(spare.size(), 1u) << "not used";
  queue.MoveFront(100, whole, spare);
  EXPECT_EQ(spare.size(), 0u);
  EXPECT_EQ(Contents(whole), Bytes(bytes.begin(), bytes.begin() + ByteQueue::kBlockBytes + 100));
  EXPECT_EQ(Contents(queue), Bytes(bytes.begin() + ByteQueue::kBlockBytes + 100, bytes.end()));
  queue.Prepend(whole);
  EXPECT_EQ(Contents(queue), bytes);
  EXPECT_EQ(PieceCount(queue), 3u) << "the cut block is one again";
}

TEST(ByteQueue, TruncatedBytesAreGone) {
  const Bytes bytes = Pattern(5000);
  for (size_t kept : {size_t{0}, size_t{1}, size_t{2016}, size_t{2017}, size_t{5000}}) {
    ByteQueue queue = Make(bytes);
    queue.Truncate(kept);
    EXPECT_EQ(Contents(queue), Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(kept)));
    ByteQueue more = Make(bytes);
    queue.Append(more);
    EXPECT_EQ(queue.size(), kept + bytes.size());
  }
}

TEST(ByteQueue, EveryFailedAllocationIsReported) {
  for (uint64_t n = 1; n <= 3; ++n) {
    vm::FaultInjection::FailNth(n);
    EXPECT_EQ(ByteQueue::Create(2 * ByteQueue::kBlockBytes + 1).error(), ZX_ERR_NO_MEMORY);
  }
  vm::FaultInjection::FailNth(0);
}

// The reference: a deque of bytes.
TEST(ByteQueue, RandomUseAgreesWithTheReferenceAndWastesLittle) {
  std::mt19937_64 random(9);
  ByteQueue queue;
  std::deque<std::byte> reference;
  const auto size = [&](size_t limit) { return random() % 8 == 0 ? random() % limit : random() % 40; };
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 2 == 0 && reference.size() < 30'000) {
      const Bytes bytes = Pattern(size(7000), static_cast<unsigned>(i));
      ByteQueue more = Make(bytes);
      const size_t kept = random() % 10 == 0 ? random() % (bytes.size() + 1) : bytes.size();
      more.Truncate(kept);
      queue.Append(more);
      reference.insert(reference.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(kept));
    } else {
      const size_t count = std::min<size_t>(size(9000), reference.size());
      ByteQueue out;
      ByteQueue spare = *ByteQueue::Create(1);
      queue.MoveFront(count, out, spare);
      ASSERT_EQ(Contents(out), Bytes(reference.begin(), reference.begin() + static_cast<ptrdiff_t>(count)));
      if (random() % 5 == 0) {
        queue.Prepend(out);
      } else {
        reference.erase(reference.begin(), reference.begin() + static_cast<ptrdiff_t>(count));
      }
    }
    ASSERT_EQ(queue.size(), reference.size());
    ASSERT_LE(PieceCount(queue) * ByteQueue::kBlockBytes, 2 * queue.size() + 3 * ByteQueue::kBlockBytes);
  }
}

}  // namespace
}  // namespace kernel
