// SPDX-License-Identifier: BSD-2-Clause
// The live handles all threads of a storm play with, by type of object. Nobody owns one: any thread may
// take, use or close it at any time.
#pragma once

#include <zircon/types.h>

#include <array>
#include <atomic>

#include "tests/storm/random.h"

namespace storm {

// A set of types as bits; types of objects are small numbers.
using TypeMask = uint64_t;
constexpr TypeMask Only(zx_obj_type_t type) { return TypeMask{1} << type; }
// Not types: channels on which exceptions arrive, and the two ends of channels on which calls
// are made and answered.
inline constexpr zx_obj_type_t kFaultChannel = 38;
inline constexpr zx_obj_type_t kServer = 37;
inline constexpr zx_obj_type_t kClient = 36;
inline constexpr TypeMask kAnyType = Only(kClient) - 1;

class HandlePool {
 public:
  // Puts a handle in. Returns the one it pushed out, which the caller closes, or 0.
  zx_handle_t Put(Random& random, zx_handle_t handle, zx_obj_type_t type) {
    return slots_[type % kTypes][random.Below(kSlots)].exchange(handle);
  }
  // A handle to an object of one of the types, or 0.
  zx_handle_t Look(Random& random, TypeMask types) { return Find(random, types, [](auto& slot) { return slot.load(); }); }
  // Removes a handle that turned out bad.
  void Forget(zx_handle_t handle) {
    for (auto& type : slots_) {
      for (auto& slot : type) {
        zx_handle_t expected = handle;
        slot.compare_exchange_strong(expected, ZX_HANDLE_INVALID);
      }
    }
  }
  // The same, and the pool forgets it.
  zx_handle_t Take(Random& random, TypeMask types) {
    return Find(random, types, [](auto& slot) { return slot.exchange(0); });
  }

 private:
  static constexpr size_t kTypes = 40;
  static constexpr size_t kSlots = 12;
  static constexpr int kTries = 48;

  template <class Use>
  zx_handle_t Find(Random& random, TypeMask types, Use use) {
    for (int i = 0; i < kTries; ++i) {
      const uint64_t type = (types & (types - 1)) != 0
                                ? random.Below(kTypes)
                                : static_cast<uint64_t>(__builtin_ctzll(types));
      if (type >= kTypes || (types >> type & 1) == 0) continue;
      if (const zx_handle_t handle = use(slots_[type][random.Below(kSlots)])) return handle;
    }
    return ZX_HANDLE_INVALID;
  }

  std::array<std::array<std::atomic<zx_handle_t>, kSlots>, kTypes> slots_;
};

}  // namespace storm
