// SPDX-License-Identifier: BSD-2-Clause
// A handle that is in no table: on its way in a message, between two processes, or about to die.
#pragma once

#include <utility>

#include "kernel/object/object.h"

namespace kernel {

// Owns one handle. Move-only. The destructor closes the handle; the last one of an object starts
// OnZeroHandles(), so no locks may be held then.
//
// All handles of an object together hold one reference: the first takes it, the last gives it back.
class HandleEntry {
 public:
  HandleEntry() = default;
  // A new handle.
  HandleEntry(base::RefPtr<Object> object, zx_rights_t rights) : object_(object.Leak()), rights_(rights) {
    if (!AddHandle(*object_)) {
      // Not the last reference: the handles have one.
      const bool last = object_->Release();
      DEBUG_ASSERT(!last);
    }
  }
  HandleEntry(HandleEntry&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)), rights_(other.rights_) {}
  HandleEntry& operator=(HandleEntry&& other) noexcept {
    if (this != &other) {
      Close();
      object_ = std::exchange(other.object_, nullptr);
      rights_ = other.rights_;
    }
    return *this;
  }
  ~HandleEntry() { Close(); }

  // Closes it now; the entry is empty afterwards.
  void Close();

  explicit operator bool() const { return object_ != nullptr; }
  Object* get() const { return object_; }
  base::RefPtr<Object> object() const { return base::RefPtr<Object>(object_); }
  zx_rights_t rights() const { return rights_; }
  // Fewer rights before the handle is given away.
  void set_rights(zx_rights_t rights) { rights_ = rights; }

 private:
  friend class HandleTable;
  // Counts one more handle. Returns whether it is the first, which keeps a reference.
  static bool AddHandle(Object& object) {
    return object.handle_count_.fetch_add(1, std::memory_order_relaxed) == 0;
  }
  // Counts one less. Returns whether it was the last, whose reference is to be reaped.
  static bool RemoveHandle(Object& object) {
    return object.handle_count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  // Takes over a handle that left a table slot.
  static HandleEntry FromSlot(Object* object, zx_rights_t rights) {
    HandleEntry entry;
    entry.object_ = object;
    entry.rights_ = rights;
    return entry;
  }
  // The other way round.
  Object* Leak() { return std::exchange(object_, nullptr); }

  Object* object_ = nullptr;
  zx_rights_t rights_ = 0;
};

// Runs OnZeroHandles() and the destructors behind it one after the other instead of nested: closing
// a handle that owns messages that hold handles that own messages needs one kernel stack, not many.
class Reaper {
 public:
  // The object has lost its last handle; takes over one reference. No locks may be held.
  static void Reap(Object* object);

 private:
  static void Enqueue(Object* object, Object*& first);
  static Object* Dequeue(Object*& first);
};

inline void HandleEntry::Close() {
  Object* object = std::exchange(object_, nullptr);
  if (object != nullptr && RemoveHandle(*object)) Reaper::Reap(object);
}

}  // namespace kernel
