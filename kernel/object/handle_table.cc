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
  ASSERT(free_ == chunk_count_ * kChunkSlots);
  for (uint32_t chunk = 0; chunk < chunk_count_; ++chunk) delete chunks_[chunk];
  if (chunks_ != inline_chunks_) delete[] chunks_;
}

base::Result<> HandleTable::GrowLocked() {
  const uint32_t chunk_index = chunk_count_;
  const uint32_t first_index = chunk_index * kChunkSlots;
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
    slot.state.store((1u << kGenerationShift) | (((first_index + i + 1) << kPositionShift) & kPositionMask) |
                         static_cast<uint32_t>(Kind::kFree),
                     std::memory_order_relaxed);
  }
  chunks_[chunk_index] = chunk;
  LinkFreeLocked(chunk->slots[kChunkSlots - 1], first_index << kPositionShift);
  ++chunk_count_;
  free_ += kChunkSlots;
  return {};
}

zx_status_t HandleTable::EnsureFreeSlow(uint32_t slots) {
  const base::Result<> grown = GrowLocked();
  if (free_ >= slots) return ZX_OK;
  return base::ToStatus(grown);
}

base::Result<HandleTable::Reservation> HandleTable::Reserve(HandleEntry entry) {
  // On failure `entry`, a parameter, is closed after the guard is gone.
  SpinlockGuard guard(lock_);
  TRY(EnsureFreeLocked(1));
  const zx_rights_t rights = entry.rights();
  const Taken taken = TakeSlotLocked(entry.Leak(), rights, Kind::kReserved);
  return Reservation(this, taken.slot, taken.value);
}

base::Result<zx_handle_t> HandleTable::Add(HandleEntry entry) {
  SpinlockGuard guard(lock_);
  TRY(EnsureFreeLocked(1));
  const zx_rights_t rights = entry.rights();
  return TakeSlotLocked(entry.Leak(), rights, Kind::kValid).value;
}

base::Result<> HandleTable::AddAll(std::span<HandleEntry> entries, zx_handle_t* values) {
  SpinlockGuard guard(lock_);
  TRY(EnsureFreeLocked(static_cast<uint32_t>(entries.size())));
  for (HandleEntry& entry : entries) {
    const zx_rights_t rights = entry.rights();
    *values++ = TakeSlotLocked(entry.Leak(), rights, Kind::kValid).value;
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

base::Result<HandleEntry> HandleTable::Remove(zx_handle_t value) {
  HandleEntry entry;
  {
    SpinlockGuard guard(lock_);
    Slot* slot = FindLocked(value);
    if (slot == nullptr) return base::Error(ZX_ERR_BAD_HANDLE);
    const zx_rights_t rights = slot->rights;
    entry = HandleEntry::FromSlot(FreeSlotLocked(*slot, value ^ secret_), rights);
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
      entries[i] = HandleEntry::FromSlot(FreeSlotLocked(*slot, values[i] ^ secret_), rights);
    }
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (entries[i]) entries[i].get()->CancelObservers(this, values[i]);
  }
  return base::FromStatus(status);
}

base::Result<zx_handle_t> HandleTable::Replace(zx_handle_t value, zx_rights_t rights) {
  HandleEntry entry = TRY(Remove(value));
  entry.set_rights(TRY(Narrow(entry.rights(), rights)));
  return Add(std::move(entry));
}

void HandleTable::Abandon(zx_handle_t value) {
  HandleEntry doomed;
  SpinlockGuard guard(lock_);
  const uint32_t plain = value ^ secret_;
  doomed = HandleEntry::FromSlot(FreeSlotLocked(*SlotLocked(plain), plain), 0);
}

void HandleTable::Clear() {
  uint32_t index = 0;
  for (;;) {
    HandleEntry doomed;
    zx_handle_t value;
    {
      SpinlockGuard guard(lock_);
      const uint32_t slot_count = chunk_count_ * kChunkSlots;
      for (; index < slot_count; ++index) {
        Slot* slot = SlotLocked(index << kPositionShift);
        const uint32_t state = slot->state.load(std::memory_order_relaxed);
        if (!IsValidState(state)) continue;
        value = state ^ secret_;
        doomed = HandleEntry::FromSlot(FreeSlotLocked(*slot, state), 0);
        break;
      }
      if (index == slot_count) return;
    }
    doomed.get()->CancelObservers(this, value);
    // A table may be large; the rest of the machine goes on meanwhile.
    if (index % kChunkSlots == 0) arch::ServiceInterrupts();
  }
}

}  // namespace kernel
