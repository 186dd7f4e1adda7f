// SPDX-License-Identifier: BSD-2-Clause
// Where the thread-local storage of each module lies around the thread pointer: all of it is
// static, the program's first, because its code was linked with that place in mind.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/elf/load_plan.h"
#include "sdk/ldso/machine.h"

namespace ldso {

class TlsLayout {
 public:
  // What a thread block may hold of it; more is refused.
  static constexpr uint64_t kMaxBytes = 16 << 20;

  explicit constexpr TlsLayout(const MachineFacts& machine)
      : machine_(machine), size_(machine.tls_reserved) {}

  // Places the storage that `tls`, a module's PT_TLS, asks for; modules come in load order. Sets
  // its offset from the thread pointer. False when the whole becomes larger than kMaxBytes.
  bool Place(const elf::Range& tls, int64_t& offset);

  // Everything lies within this distance of the thread pointer, which has to be so aligned.
  uint64_t size() const { return size_; }
  uint64_t alignment() const { return alignment_; }

 private:
  const MachineFacts& machine_;
  uint64_t size_;
  uint64_t alignment_ = 1;
};

}  // namespace ldso
