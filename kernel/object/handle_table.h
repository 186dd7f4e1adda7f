// SPDX-License-Identifier: BSD-2-Clause
// The handles of one process.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/object/handle_entry.h"
#include "lib/base/result.h"

namespace kernel {

// Maps 32-bit values to objects with rights.
//
// A value is (generation, slot index) mixed with a secret of the process, with the two low bits set.
// A closed value stays unknown until its slot has been reused 4096 times; slots are reused in the
// order of their release, so that takes long.
//
// Lifetime: chunks of slots stay until the table dies, so a Reservation may point into one.
// Locking: lock_ guards everything; handles are closed outside it. Error order of lookups: value
// (ZX_ERR_BAD_HANDLE), type (ZX_ERR_WRONG_TYPE), rights (ZX_ERR_ACCESS_DENIED). Job policy is the
// business of the system-call layer (kernel/syscalls/thunk.h).
class HandleTable : public base::ListNode<HandleTable> {
  struct Slot;

 public:
  static constexpr uint32_t kIndexBits = 18;
  static constexpr uint32_t kMaxHandles = 1u << kIndexBits;

  // A value that is taken but not yet valid. Commit() cannot fail; otherwise the handle is closed.
  class Reservation {
   public:
    Reservation(Reservation&& other) noexcept
        : table_(other.table_), slot_(std::exchange(other.slot_, nullptr)), value_(other.value_) {}
    Reservation(const Reservation&) = delete;
    Reservation& operator=(Reservation&& other) = delete;
    ~Reservation() {
      if (slot_ != nullptr) table_->Abandon(value_);
    }
    zx_handle_t value() const { return value_; }
    zx_handle_t Commit() &&;

   private:
    friend class HandleTable;
    Reservation(HandleTable* table, Slot* slot, zx_handle_t value)
        : table_(table), slot_(slot), value_(value) {}
    HandleTable* table_;
    Slot* slot_;
    zx_handle_t value_;
  };

  template <class T>
  struct Found {
    base::RefPtr<T> object;
    zx_rights_t rights;
  };

  // `secret`: random; hides the order in which values are given out.
  explicit HandleTable(uint32_t secret = 0);
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;
  ~HandleTable();

  // A new handle to `object`, or one that comes from elsewhere.
  // Errors: ZX_ERR_NO_MEMORY, ZX_ERR_NO_RESOURCES kMaxHandles are open; then the handle is closed.
  base::Result<Reservation> Reserve(base::RefPtr<Object> object, zx_rights_t rights) {
    return Reserve(HandleEntry(std::move(object), rights));
  }
  base::Result<Reservation> Reserve(HandleEntry entry) EXCLUDES(lock_);
  // A handle that is valid at once. Errors: as Reserve().
  base::Result<zx_handle_t> Add(base::RefPtr<Object> object, zx_rights_t rights) {
    return Add(HandleEntry(std::move(object), rights));
  }
  base::Result<zx_handle_t> Add(HandleEntry entry) EXCLUDES(lock_);
  // Valid handles for all `entries`, which are emptied, in `values`; all or none.
  // Errors as Reserve(), but then the entries stay as they are.
  base::Result<> AddAll(std::span<HandleEntry> entries, zx_handle_t* values) EXCLUDES(lock_);

  // The object, if it is a T and the handle has all of `rights`. T may be Object.
  template <class T>
  base::Result<base::RefPtr<T>> Get(zx_handle_t value, zx_rights_t rights) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    const Slot* slot = FindLocked(value);
    if (zx_status_t status = Check<T>(slot, rights); status != ZX_OK) [[unlikely]] {
      return base::Error(status);
    }
    return base::RefPtr<T>(static_cast<T*>(slot->object));
  }
  // The object and all rights of the handle.
  template <class T>
  base::Result<Found<T>> GetWithRights(zx_handle_t value, zx_rights_t rights) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    const Slot* slot = FindLocked(value);
    if (zx_status_t status = Check<T>(slot, rights); status != ZX_OK) [[unlikely]] {
      return base::Error(status);
    }
    return Found<T>{base::RefPtr<T>(static_cast<T*>(slot->object)), slot->rights};
  }
  // Calls use(T&) under the table's lock, without counting references. For short uses that do not
  // block, do not touch user memory and close no handles; `use` returns a zx_status_t, which is
  // returned.
  template <class T, class Use>
  zx_status_t With(zx_handle_t value, zx_rights_t rights, Use use) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    const Slot* slot = FindLocked(value);
    if (zx_status_t status = Check<T>(slot, rights); status != ZX_OK) [[unlikely]] {
      return status;
    }
    return use(static_cast<T&>(*slot->object));
  }
  // Object::AddObserver() with this handle, so that closing it cancels the observer.
  // Returns the object. Errors: as Get(); ZX_ERR_NOT_SUPPORTED the object has no signals.
  base::Result<base::RefPtr<Object>> Observe(zx_handle_t value, zx_rights_t rights, Observer& observer,
                                             Object::Trigger trigger) EXCLUDES(lock_);

  // Closes the handle; waits through it are cancelled.
  // Returns ZX_OK or ZX_ERR_BAD_HANDLE.
  zx_status_t Close(zx_handle_t value) EXCLUDES(lock_);
  // Takes the handle out; waits through it are cancelled.
  base::Result<HandleEntry> Remove(zx_handle_t value) EXCLUDES(lock_);
  // Takes out a batch as one step (for a message). Each valid value is taken out even if others fail,
  // its entry stands at the same position.
  // Returns the first error: ZX_ERR_BAD_HANDLE.
  base::Result<> RemoveAll(std::span<const zx_handle_t> values, HandleEntry* entries) EXCLUDES(lock_);
  // A second handle with `rights`, which may be ZX_RIGHT_SAME_RIGHTS. The handle needs DUPLICATE.
  // Errors: ZX_ERR_BAD_HANDLE, ZX_ERR_ACCESS_DENIED, ZX_ERR_INVALID_ARGS not a subset, those of
  // Reserve().
  base::Result<zx_handle_t> Duplicate(zx_handle_t value, zx_rights_t rights) EXCLUDES(lock_);
  // A new handle instead of `value`, which is gone in any case.
  // Errors: ZX_ERR_INVALID_ARGS not a subset, those of Reserve().
  base::Result<zx_handle_t> Replace(zx_handle_t value, zx_rights_t rights) EXCLUDES(lock_);

  bool IsValid(zx_handle_t value) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    return FindLocked(value) != nullptr;
  }
  // Calls visit(value, rights, const Object&) for each valid handle, under the lock.
  template <class Visit>
  void ForEach(Visit visit) EXCLUDES(lock_);

  // Closes everything, as when the process dies.
  void Clear() EXCLUDES(lock_);
  // How many slots are in use, reserved ones included.
  uint32_t count() EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    return slot_count_ - free_;
  }

  // The rights a request yields: `wanted` or, for SAME_RIGHTS, `held`.
  // Errors: ZX_ERR_INVALID_ARGS not a subset.
  static base::Result<zx_rights_t> Narrow(zx_rights_t held, zx_rights_t wanted) {
    if (wanted == ZX_RIGHT_SAME_RIGHTS) return held;
    if ((held & wanted) != wanted) return base::Error(ZX_ERR_INVALID_ARGS);
    return wanted;
  }

 private:
  // A slot's state: generation in the top 12 bits, then kFree, kReserved, and for free slots the
  // next free index. A valid handle has the generation and zeros.
  static constexpr uint32_t kGenerationShift = kIndexBits + 2;
  static constexpr uint32_t kGenerationMask = ~uint32_t{0} << kGenerationShift;
  static constexpr uint32_t kFree = 1u << (kIndexBits + 1);
  static constexpr uint32_t kReserved = 1u << kIndexBits;
  static constexpr uint32_t kIndexMask = kMaxHandles - 1;
  struct Slot {
    Object* object;
    zx_rights_t rights;
    // Written under the lock, except for reserved -> valid in Commit(): whoever sees the change holds
    // the lock after the one who filled the slot.
    std::atomic<uint32_t> state;
  };
  static constexpr uint32_t kChunkShift = 8;
  static constexpr uint32_t kChunkSlots = 1u << kChunkShift;
  static constexpr uint32_t kInlineChunks = 4;
  static constexpr uint32_t kMaxChunks = kMaxHandles / kChunkSlots;
  // Free slots below which a new chunk is preferred to reusing one.
  static constexpr uint32_t kQuarantine = 64;
  struct Chunk {
    Slot slots[kChunkSlots];
  };
  static_assert(sizeof(Chunk) == 4096);

  template <class T>
  static zx_status_t Check(const Slot* slot, zx_rights_t rights) {
    if (slot == nullptr) [[unlikely]] return ZX_ERR_BAD_HANDLE;
    if constexpr (!std::same_as<T, Object>) {
      if (slot->object->type() != T::kType) [[unlikely]] return ZX_ERR_WRONG_TYPE;
    }
    if (rights & ~slot->rights) [[unlikely]] return ZX_ERR_ACCESS_DENIED;
    return ZX_OK;
  }
  Slot* SlotLocked(uint32_t index) REQUIRES(lock_) {
    return &chunks_[index >> kChunkShift]->slots[index & (kChunkSlots - 1)];
  }
  Slot* FindLocked(zx_handle_t value) REQUIRES(lock_) {
    const uint32_t plain = value ^ secret_;
    const uint32_t index = (plain >> 2) & kIndexMask;
    if ((plain & ZX_HANDLE_FIXED_BITS_MASK) != ZX_HANDLE_FIXED_BITS_MASK || index >= slot_count_) {
      return nullptr;
    }
    Slot* slot = SlotLocked(index);
    const uint32_t expected = plain & kGenerationMask;
    return slot->state.load(std::memory_order_relaxed) == expected ? slot : nullptr;
  }
  zx_handle_t ValueOf(uint32_t index, uint32_t generation_bits) const {
    return (generation_bits | (index << 2) | ZX_HANDLE_FIXED_BITS_MASK) ^ secret_;
  }
  uint32_t IndexOf(zx_handle_t value) const { return ((value ^ secret_) >> 2) & kIndexMask; }

  void Abandon(zx_handle_t value) EXCLUDES(lock_);
  base::Result<> GrowLocked() REQUIRES(lock_);
  base::Result<> EnsureFreeLocked(uint32_t slots) REQUIRES(lock_) {
    if (free_ >= slots + kQuarantine) [[likely]] return {};
    return EnsureFreeSlow(slots);
  }
  [[gnu::cold, clang::preserve_most]] base::Result<> EnsureFreeSlow(uint32_t slots) REQUIRES(lock_);
  // A reserved slot that takes over the handle; EnsureFreeLocked() has been successful.
  Slot* TakeSlotLocked(Object* object, zx_rights_t rights, uint32_t state, zx_handle_t& value)
      REQUIRES(lock_);
  Object* FreeSlotLocked(Slot& slot, uint32_t index) REQUIRES(lock_);

  const uint32_t secret_;

  Spinlock lock_{LockRank::kHandleTable};
  uint32_t slot_count_ GUARDED_BY(lock_) = 0;
  uint32_t free_ GUARDED_BY(lock_) = 0;
  uint32_t first_free_ GUARDED_BY(lock_) = 0;
  // Whose state names the slot that is freed next; meaningful while free_ is not 0.
  Slot* last_free_ GUARDED_BY(lock_) = nullptr;
  uint32_t chunk_capacity_ GUARDED_BY(lock_) = kInlineChunks;
  Chunk** chunks_ GUARDED_BY(lock_) = inline_chunks_;
  Chunk* inline_chunks_[kInlineChunks] = {};
};

inline zx_handle_t HandleTable::Reservation::Commit() && {
  Slot* slot = std::exchange(slot_, nullptr);
  const uint32_t state = slot->state.load(std::memory_order_relaxed);
  slot->state.store(state & kGenerationMask, std::memory_order_release);
  return value_;
}

template <class Visit>
void HandleTable::ForEach(Visit visit) {
  SpinlockGuard guard(lock_);
  for (uint32_t index = 0; index < slot_count_; ++index) {
    const Slot* slot = SlotLocked(index);
    const uint32_t state = slot->state.load(std::memory_order_relaxed);
    if (state & (kFree | kReserved)) continue;
    visit(ValueOf(index, state), slot->rights, static_cast<const Object&>(*slot->object));
  }
}

}  // namespace kernel
