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
  // The same for an entry that stays as it is on errors.
  [[gnu::always_inline]] base::Result<zx_handle_t> AddOne(HandleEntry& entry) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    TRY(EnsureFreeLocked(1));
    const zx_rights_t rights = entry.rights();
    return TakeSlotLocked(entry.Leak(), rights, Kind::kValid).value;
  }
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
  [[gnu::always_inline]] zx_status_t With(zx_handle_t value, zx_rights_t rights, Use use) EXCLUDES(lock_) {
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
  zx_status_t Close(zx_handle_t value) EXCLUDES(lock_) { return Close(value, &Reaper::Reap); }
  // The same; calls reap(Object*) instead of Reaper::Reap() if it was the object's last handle.
  template <class Reap>
  [[gnu::always_inline]] zx_status_t Close(zx_handle_t value, Reap reap) EXCLUDES(lock_) {
    Object* object;
    {
      SpinlockGuard guard(lock_);
      const uint32_t plain = value ^ secret_;
      Slot* slot = FindPlainLocked(plain);
      if (slot == nullptr) [[unlikely]] return ZX_ERR_BAD_HANDLE;
      object = FreeSlotLocked(*slot, plain);
    }
    object->CancelObservers(this, value);
    if (HandleEntry::RemoveHandle(*object)) reap(object);
    return ZX_OK;
  }
  // Takes the handle out; waits through it are cancelled.
  base::Result<HandleEntry> Remove(zx_handle_t value) EXCLUDES(lock_);
  // Takes out a batch as one step (for a message). Each valid value is taken out even if others fail,
  // its entry stands at the same position.
  // Returns the first error: ZX_ERR_BAD_HANDLE.
  base::Result<> RemoveAll(std::span<const zx_handle_t> values, HandleEntry* entries) EXCLUDES(lock_);
  // A second handle with `rights`, which may be ZX_RIGHT_SAME_RIGHTS. The handle needs DUPLICATE.
  // Errors: ZX_ERR_BAD_HANDLE, ZX_ERR_ACCESS_DENIED, ZX_ERR_INVALID_ARGS not a subset, those of
  // Reserve().
  base::Result<zx_handle_t> Duplicate(zx_handle_t value, zx_rights_t rights) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    const Slot* source = FindLocked(value);
    if (zx_status_t status = Check<Object>(source, ZX_RIGHT_DUPLICATE); status != ZX_OK) [[unlikely]] {
      return base::Error(status);
    }
    const zx_rights_t narrowed = TRY(Narrow(source->rights, rights));
    TRY(EnsureFreeLocked(1));
    // Growing does not move slots. The source's handle is counted, so this one is not the first.
    Object* object = source->object;
    HandleEntry::AddHandle(*object);
    return TakeSlotLocked(object, narrowed, Kind::kValid).value;
  }
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
    return chunk_count_ * kChunkSlots - free_;
  }

  // The rights a request yields: `wanted` or, for SAME_RIGHTS, `held`.
  // Errors: ZX_ERR_INVALID_ARGS not a subset.
  static base::Result<zx_rights_t> Narrow(zx_rights_t held, zx_rights_t wanted) {
    if (wanted == ZX_RIGHT_SAME_RIGHTS) [[likely]] return held;
    if ((wanted & ~held) != 0) [[unlikely]] return base::Error(ZX_ERR_INVALID_ARGS);
    return wanted;
  }

 private:
  // A handle value without the secret: generation in the top 12 bits, the slot's position (its index) in
  // the next 18, ones in the last two.
  static constexpr uint32_t kGenerationShift = kIndexBits + 2;
  static constexpr uint32_t kGenerationMask = ~uint32_t{0} << kGenerationShift;
  static constexpr uint32_t kPositionShift = 2;
  static constexpr uint32_t kPositionMask = (kMaxHandles - 1) << kPositionShift;
  // What a slot is good for, as the two low bits of its state. The state of a valid one is its handle's
  // value without the secret. The others hold a foreign position (that of the next free slot, or a
  // neighbour's), so that no value that leads to a slot equals its state.
  enum class Kind : uint32_t { kFree = 0, kReserved = 1, kValid = ZX_HANDLE_FIXED_BITS_MASK };
  static constexpr uint32_t kNeighbour = 1u << kPositionShift;
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
  // `position`: shifted; other bits do not matter.
  Slot* SlotLocked(uint32_t position) REQUIRES(lock_) {
    return &chunks_[(position & kPositionMask) >> (kPositionShift + kChunkShift)]
                ->slots[(position >> kPositionShift) & (kChunkSlots - 1)];
  }
  Slot* FindPlainLocked(uint32_t plain) REQUIRES(lock_) {
    if ((plain & kPositionMask) >> (kPositionShift + kChunkShift) >= chunk_count_) [[unlikely]] return nullptr;
    Slot* slot = SlotLocked(plain);
    return slot->state.load(std::memory_order_relaxed) == plain ? slot : nullptr;
  }
  Slot* FindLocked(zx_handle_t value) REQUIRES(lock_) { return FindPlainLocked(value ^ secret_); }
  static bool IsValidState(uint32_t state) {
    return (state & ZX_HANDLE_FIXED_BITS_MASK) == static_cast<uint32_t>(Kind::kValid);
  }

  void Abandon(zx_handle_t value) EXCLUDES(lock_);
  base::Result<> GrowLocked() REQUIRES(lock_);
  base::Result<> EnsureFreeLocked(uint32_t slots) REQUIRES(lock_) {
    if (free_ >= slots + kQuarantine) [[likely]] return {};
    return base::FromStatus(EnsureFreeSlow(slots));
  }
  [[gnu::cold, gnu::noinline, clang::preserve_most]] zx_status_t EnsureFreeSlow(uint32_t slots) REQUIRES(lock_);
  // The first free slot takes over the handle; EnsureFreeLocked() has been successful.
  struct Taken {
    Slot* slot;
    zx_handle_t value;
  };
  Taken TakeSlotLocked(Object* object, zx_rights_t rights, Kind kind) REQUIRES(lock_);
  // Makes the slot of the handle `plain`, valid or reserved, the last free one. Returns its object.
  Object* FreeSlotLocked(Slot& slot, uint32_t plain) REQUIRES(lock_);
  void LinkFreeLocked(Slot& slot, uint32_t position) REQUIRES(lock_) {
    if (free_ == 0) [[unlikely]] {
      first_free_ = position;
    } else {
      const uint32_t state = last_free_->state.load(std::memory_order_relaxed);
      last_free_->state.store((state & ~kPositionMask) | position, std::memory_order_relaxed);
    }
    last_free_ = &slot;
  }

  const uint32_t secret_;

  Spinlock lock_{LockRank::kHandleTable};
  uint32_t chunk_count_ GUARDED_BY(lock_) = 0;
  uint32_t free_ GUARDED_BY(lock_) = 0;
  uint32_t first_free_ GUARDED_BY(lock_) = 0;  // its position
  // Whose state names the slot that is freed next; meaningful while free_ is not 0.
  Slot* last_free_ GUARDED_BY(lock_) = nullptr;
  uint32_t chunk_capacity_ GUARDED_BY(lock_) = kInlineChunks;
  Chunk** chunks_ GUARDED_BY(lock_) = inline_chunks_;
  Chunk* inline_chunks_[kInlineChunks] = {};
};

inline zx_handle_t HandleTable::Reservation::Commit() && {
  Slot* slot = std::exchange(slot_, nullptr);
  slot->state.store(value_ ^ table_->secret_, std::memory_order_release);
  return value_;
}

inline HandleTable::Taken HandleTable::TakeSlotLocked(Object* object, zx_rights_t rights, Kind kind) {
  const uint32_t position = first_free_;
  Slot* slot = SlotLocked(position);
  const uint32_t old = slot->state.load(std::memory_order_relaxed);
  first_free_ = old & kPositionMask;
  --free_;
  slot->object = object;
  slot->rights = rights;
  const uint32_t plain = (old & kGenerationMask) | position | ZX_HANDLE_FIXED_BITS_MASK;
  slot->state.store(kind == Kind::kValid ? plain : (plain ^ kNeighbour) - ZX_HANDLE_FIXED_BITS_MASK +
                                                       static_cast<uint32_t>(kind),
                    std::memory_order_relaxed);
  return {slot, plain ^ secret_};
}

inline Object* HandleTable::FreeSlotLocked(Slot& slot, uint32_t plain) {
  Object* object = slot.object;
  slot.object = nullptr;
  // The next generation, which wraps within its bits.
  slot.state.store((plain - ZX_HANDLE_FIXED_BITS_MASK + static_cast<uint32_t>(Kind::kFree) +
                    (1u << kGenerationShift)) ^ kNeighbour,
                   std::memory_order_relaxed);
  LinkFreeLocked(slot, plain & kPositionMask);
  ++free_;
  return object;
}

template <class Visit>
void HandleTable::ForEach(Visit visit) {
  SpinlockGuard guard(lock_);
  for (uint32_t index = 0; index < chunk_count_ * kChunkSlots; ++index) {
    const Slot* slot = SlotLocked(index << kPositionShift);
    const uint32_t state = slot->state.load(std::memory_order_relaxed);
    if (!IsValidState(state)) continue;
    visit(state ^ secret_, slot->rights, static_cast<const Object&>(*slot->object));
  }
}

}  // namespace kernel
