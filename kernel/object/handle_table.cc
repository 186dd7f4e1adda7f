// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/handle_table.h"

#include <new>

#include <arch/cpu.h>

namespace kernel {
HandleTable::HandleTable(uint32_t secret) : secret_(secret & ~uint32_t{ZX_HANDLE_FIXED_BITS_MASK}) {
  counts::AddTable(*this);
}

HandleTable::~HandleTable() {
  counts::RemoveTable(*this);
  Clear();
  SpinlockGuard guard(lock_);
  ASSERT(free_ == slot_count_);
  for (uint32_t chunk = 0; chunk < slot_count_ / kChunkSlots; ++chunk) delete chunks_[chunk];
  if (chunks_ != inline_chunks_) delete[] chunks_;
}

base::Result<> HandleTable::GrowLocked() {
  const uint32_t chunk_index = slot_count_ / kChunkSlots;
  if (chunk_index == kMaxChunks) return base::Error(ZX_ERR_NO_RESOURCES);
  if (chunk_index == chunk_capacity_) {
    Chunk** bigger = new (std::nothrow) Chunk*[kMaxChunks]();
    if (bigger == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
    for (uint32_t i = 0; i < chunk_index; ++i) bigger[i] = chunks_[i];
    chunks_ = bigger;
    chunk_capacity_ = kMaxChunks;
  }
  Chunk* chunk = new (std::nothrow) Chunk;
  if (chunk == nullptr) return base::Error(ZX_ERR_NO_MEMORY);
  for (uint32_t i = 0; i < kChunkSlots; ++i) {
    Slot& slot = chunk->slots[i];
    slot.object = nullptr;
    // The first use of a slot has generation 1, so that a table's first value is not a small number.
    slot.state.store((1u << kGenerationShift) | kFree | ((slot_count_ + i + 1) & kIndexMask),
                     std::memory_order_relaxed);
  }
  chunks_[chunk_index] = chunk;
  if (free_ == 0) {
    first_free_ = slot_count_;
  } else {
    const uint32_t state = last_free_->state.load(std::memory_order_relaxed);
    last_free_->state.store((state & ~kIndexMask) | slot_count_, std::memory_order_relaxed);
  }
  last_free_ = &chunk->slots[kChunkSlots - 1];
  slot_count_ += kChunkSlots;
  free_ += kChunkSlots;
  return {};
}

base::Result<> HandleTable::EnsureFreeSlow(uint32_t slots) {
  const base::Result<> grown = GrowLocked();
  if (free_ >= slots) return {};
  return grown;
}

HandleTable::Slot* HandleTable::TakeSlotLocked(Object* object, zx_rights_t rights, uint32_t state,
                                               zx_handle_t& value) {
  const uint32_t index = first_free_;
  Slot* slot = SlotLocked(index);
  const uint32_t old = slot->state.load(std::memory_order_relaxed);
  first_free_ = old & kIndexMask;
  --free_;
  slot->object = object;
  slot->rights = rights;
  slot->state.store((old & kGenerationMask) | state, std::memory_order_relaxed);
  value = ValueOf(index, old & kGenerationMask);
  return slot;
}

Object* HandleTable::FreeSlotLocked(Slot& slot, uint32_t index) {
  Object* object = slot.object;
  const uint32_t old = slot.state.load(std::memory_order_relaxed);
  slot.object = nullptr;
  // The next generation; it wraps within its bits.
  slot.state.store(((old & kGenerationMask) + (1u << kGenerationShift)) | kFree,
                   std::memory_order_relaxed);
  if (free_ == 0) {
    first_free_ = index;
  } else {
    const uint32_t state = last_free_->state.load(std::memory_order_relaxed);
    last_free_->state.store((state & ~kIndexMask) | index, std::memory_order_relaxed);
  }
  last_free_ = &slot;
  ++free_;
  return object;
}

base::Result<HandleTable::Reservation> HandleTable::Reserve(HandleEntry entry) {
  // On failure `entry`, a parameter, is closed after the guard is gone.
  SpinlockGuard guard(lock_);
  TRY(EnsureFreeLocked(1));
  const zx_rights_t rights = entry.rights();
  zx_handle_t value;
  Slot* slot = TakeSlotLocked(entry.Leak(), rights, kReserved, value);
  return Reservation(this, slot, value);
}

base::Result<zx_handle_t> HandleTable::Add(HandleEntry entry) {
  SpinlockGuard guard(lock_);
  TRY(EnsureFreeLocked(1));
  const zx_rights_t rights = entry.rights();
  zx_handle_t value;
  TakeSlotLocked(entry.Leak(), rights, 0, value);
  return value;
}

base::Result<> HandleTable::AddAll(std::span<HandleEntry> entries, zx_handle_t* values) {
  SpinlockGuard guard(lock_);
  TRY(EnsureFreeLocked(static_cast<uint32_t>(entries.size())));
  for (HandleEntry& entry : entries) {
    const zx_rights_t rights = entry.rights();
    TakeSlotLocked(entry.Leak(), rights, 0, *values++);
  }
  return {};
}

base::Result<base::RefPtr<Object>> HandleTable::Observe(zx_handle_t value, zx_rights_t rights,
                                                        Observer& observer,
                                                        Object::Trigger trigger) {
  SpinlockGuard guard(lock_);
  const Slot* slot = FindLocked(value);
  if (zx_status_t status = Check<Object>(slot, rights); status != ZX_OK) return base::Error(status);
  if (!slot->object->has_signals()) return base::Error(ZX_ERR_NOT_SUPPORTED);
  base::RefPtr<Object> object(slot->object);
  // Under the table's lock: a close of the handle comes either before, and is seen, or cancels.
  object->AddObserver(observer, this, value, trigger);
  return object;
}

zx_status_t HandleTable::Close(zx_handle_t value) {
  Object* object;
  {
    SpinlockGuard guard(lock_);
    Slot* slot = FindLocked(value);
    if (slot == nullptr) return ZX_ERR_BAD_HANDLE;
    object = FreeSlotLocked(*slot, IndexOf(value));
  }
  object->CancelObservers(this, value);
  if (HandleEntry::RemoveHandle(*object)) Reaper::Reap(object);
  return ZX_OK;
}

base::Result<HandleEntry> HandleTable::Remove(zx_handle_t value) {
  HandleEntry entry;
  {
    SpinlockGuard guard(lock_);
    Slot* slot = FindLocked(value);
    if (slot == nullptr) return base::Error(ZX_ERR_BAD_HANDLE);
    const zx_rights_t rights = slot->rights;
    entry = HandleEntry::FromSlot(FreeSlotLocked(*slot, IndexOf(value)), rights);
  }
  entry.get()->CancelObservers(this, value);
  return entry;
}

base::Result<> HandleTable::RemoveAll(std::span<const zx_handle_t> values, HandleEntry* entries) {
  zx_status_t status = ZX_OK;
  {
    SpinlockGuard guard(lock_);
    for (size_t i = 0; i < values.size(); ++i) {
      Slot* slot = FindLocked(values[i]);
      if (slot == nullptr) {
        status = ZX_ERR_BAD_HANDLE;
        continue;
      }
      const zx_rights_t rights = slot->rights;
      entries[i] = HandleEntry::FromSlot(FreeSlotLocked(*slot, IndexOf(values[i])), rights);
    }
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (entries[i]) entries[i].get()->CancelObservers(this, values[i]);
  }
  return base::FromStatus(status);
}

base::Result<zx_handle_t> HandleTable::Duplicate(zx_handle_t value, zx_rights_t rights) {
  SpinlockGuard guard(lock_);
  Slot* source = FindLocked(value);
  if (zx_status_t status = Check<Object>(source, ZX_RIGHT_DUPLICATE); status != ZX_OK) {
    return base::Error(status);
  }
  const zx_rights_t narrowed = TRY(Narrow(source->rights, rights));
  TRY(EnsureFreeLocked(1));
  // Growing does not move slots. The source's handle is counted, so this one is not the first.
  Object* object = source->object;
  HandleEntry::AddHandle(*object);
  zx_handle_t copy;
  TakeSlotLocked(object, narrowed, 0, copy);
  return copy;
}

base::Result<zx_handle_t> HandleTable::Replace(zx_handle_t value, zx_rights_t rights) {
  HandleEntry entry = TRY(Remove(value));
  entry.set_rights(TRY(Narrow(entry.rights(), rights)));
  return Add(std::move(entry));
}

void HandleTable::Abandon(zx_handle_t value) {
  HandleEntry doomed;
  SpinlockGuard guard(lock_);
  const uint32_t index = IndexOf(value);
  doomed = HandleEntry::FromSlot(FreeSlotLocked(*SlotLocked(index), index), 0);
}

void HandleTable::Clear() {
  uint32_t index = 0;
  for (;;) {
    HandleEntry doomed;
    zx_handle_t value;
    {
      SpinlockGuard guard(lock_);
      for (; index < slot_count_; ++index) {
        Slot* slot = SlotLocked(index);
        const uint32_t state = slot->state.load(std::memory_order_relaxed);
        if (state & (kFree | kReserved)) continue;
        value = ValueOf(index, state);
        doomed = HandleEntry::FromSlot(FreeSlotLocked(*slot, index), 0);
        break;
      }
      if (index == slot_count_) return;
    }
    doomed.get()->CancelObservers(this, value);
    // A table may be large; the rest of the machine goes on meanwhile.
    if (index % kChunkSlots == 0) arch::ServiceInterrupts();
  }
}

}  // namespace kernel
