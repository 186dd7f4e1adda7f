// SPDX-License-Identifier: BSD-2-Clause
// Intrusive reference counting: RefCounted and RefPtr.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "lib/base/assert.h"

namespace base {

// The count inside an object. A new object has one reference, which Adopt() takes over.
class RefCounted {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;

  void AddRef() const {
    const uint32_t before = count_.fetch_add(1, std::memory_order_relaxed);
    // Zero means resurrection, a huge value means overflow; both are memory-safety bugs.
    ASSERT(before - 1 < 0x7fff'ffff);
  }
  // Whether the caller dropped the last reference and must delete the object.
  [[nodiscard]] bool Release() const {
    if (count_.fetch_sub(1, std::memory_order_release) != 1) return false;
    std::atomic_thread_fence(std::memory_order_acquire);
    return true;
  }
  // Takes a reference unless the last one is already gone. For lookups in lists that do not own.
  [[nodiscard]] bool AddRefUnlessZero() const {
    uint32_t count = count_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (count_.compare_exchange_weak(count, count + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  uint32_t ref_count() const { return count_.load(std::memory_order_relaxed); }

 protected:
  ~RefCounted() = default;

 private:
  mutable std::atomic<uint32_t> count_{1};
};

// Owns one reference to a T; the last one deletes.
template <class T>
class RefPtr {
 public:
  constexpr RefPtr() = default;
  constexpr RefPtr(std::nullptr_t) {}
  explicit RefPtr(T* object) : object_(object) {
    if (object_) object_->AddRef();
  }
  RefPtr(const RefPtr& other) : RefPtr(other.object_) {}
  RefPtr(RefPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <std::derived_from<T> U>
  RefPtr(const RefPtr<U>& other) : RefPtr(static_cast<T*>(other.get())) {}
  template <std::derived_from<T> U>
  RefPtr(RefPtr<U>&& other) : object_(other.Leak()) {}
  ~RefPtr() { reset(); }

  RefPtr& operator=(RefPtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }

  // Takes over the reference a new object is born with, or one given up by Leak().
  [[nodiscard]] static RefPtr Adopt(T* object) {
    RefPtr pointer;
    pointer.object_ = object;
    return pointer;
  }
  // Gives the reference to the caller.
  [[nodiscard]] T* Leak() { return std::exchange(object_, nullptr); }

  void reset() {
    T* object = std::exchange(object_, nullptr);
    if (object && object->Release()) delete object;
  }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const RefPtr& a, const RefPtr& b) { return a.object_ == b.object_; }
  friend bool operator==(const RefPtr& a, const T* b) { return a.object_ == b; }

 private:
  T* object_ = nullptr;
};

}  // namespace base
