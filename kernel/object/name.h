// SPDX-License-Identifier: BSD-2-Clause
// The name property of an object.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <zircon/types.h>

#include "kernel/sync/spinlock.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

// Up to 31 bytes; longer text is cut, text after a NUL is dropped.
class Name {
 public:
  Name() = default;
  explicit Name(std::string_view text) { Set(text); }

  void Set(std::string_view text) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    size_t size = 0;
    while (size < text.size() && size < ZX_MAX_NAME_LEN - 1 && text[size] != '\0') {
      text_[size] = text[size];
      ++size;
    }
    for (; size < ZX_MAX_NAME_LEN; ++size) text_[size] = '\0';
  }
  // The text as it stands, for the last words of a stopped machine.
  std::string_view unlocked_view() const NO_THREAD_SAFETY_ANALYSIS { return text_; }

  // Terminated and filled up with NUL.
  void Get(std::span<char, ZX_MAX_NAME_LEN> out) const EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    for (size_t i = 0; i < ZX_MAX_NAME_LEN; ++i) out[i] = text_[i];
  }

 private:
  mutable Spinlock lock_{LockRank::kName};
  char text_[ZX_MAX_NAME_LEN] GUARDED_BY(lock_) = {};
};

// A copy of a name, for messages.
class NameText {
 public:
  explicit NameText(const Name& name) { name.Get(text_); }
  std::string_view view() const { return text_; }

 private:
  char text_[ZX_MAX_NAME_LEN];
};

}  // namespace kernel
