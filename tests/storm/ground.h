// SPDX-License-Identifier: BSD-2-Clause
// The memory a storm plays in: buffers that stay, and addresses that do not.
#pragma once

#include <lib/zx/vmar.h>
#include <zircon/types.h>

#include <array>
#include <atomic>
#include <cstddef>

#include "tests/storm/random.h"

namespace storm {

// The unit of mapping.
inline constexpr uint64_t kPage = 4096;

// One thread's buffers for arguments. Each is followed by a hole, so that a copy of any size that
// starts in one stops in front of what is none of its business.
class Buffers {
 public:
  static constexpr size_t kCount = 14;
  static constexpr size_t kBytes = 64 * 1024;

  zx_status_t Create();
  std::byte* at(size_t index) const { return base_ + index * kStride; }
  bool contains(uint64_t address) const {
    return address - reinterpret_cast<uintptr_t>(base_) < kCount * kStride;
  }

 private:
  static constexpr size_t kStride = kBytes + 4096;
  std::byte* base_ = nullptr;
};

// Addresses shared by all threads of a storm, mapped and unmapped by calls of the storm itself.
class Ground {
 public:
  zx_status_t Create();

  // A region for the storm to map in and to destroy.
  zx_status_t AddRegion(zx::vmar* region);
  // Notes where something was mapped, if it lies in this ground: elsewhere the storm would hit itself.
  void Note(Random& random, zx_vaddr_t address);
  // Where something is or was mapped; may be 0.
  zx_vaddr_t Place(Random& random) const { return places_[random.Below(places_.size())].load(); }
  // Words that stay, zero, for all threads to wait and wake on.
  zx_vaddr_t Word(Random& random) const { return read_only_ + 4 * random.Below(4); }
  // An address that is a bad idea in one of many ways.
  uint64_t BadAddress(Random& random) const;

 private:
  static constexpr size_t kBytes = size_t{1} << 34;

  zx::vmar region_;
  zx_vaddr_t base_ = 0;
  zx_vaddr_t read_only_ = 0;
  std::array<std::atomic<zx_vaddr_t>, 32> places_ = {};
};

}  // namespace storm
