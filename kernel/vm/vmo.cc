// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/vmo.h"

#include <arch/cpu.h>
#include <arch/layout.h>
#include <arch/user_copy.h>
#include <zircon/syscalls/object.h>

#include <bit>
#include <new>

#include "kernel/vm/mapping.h"
#include "lib/base/align.h"

namespace kernel {
namespace {

using arch::kPageSize;

constexpr uint32_t kKinds = ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE |
                            ZX_VMO_CHILD_SNAPSHOT_MODIFIED | ZX_VMO_CHILD_SLICE |
                            ZX_VMO_CHILD_REFERENCE;
constexpr uint32_t kModifiers = ZX_VMO_CHILD_RESIZABLE | ZX_VMO_CHILD_NO_WRITE;

// User copies go through a buffer on the stack, because memory objects are locked and user memory
// faults.
constexpr size_t kBounceSize = 1024;
// Long copies let interrupts in now and then.
constexpr uint64_t kBytesPerTurn = 64 * 1024;

base::Result<uint64_t> PageRoundedSize(uint64_t size) {
  if (size > vm::Backing::kMaxSize) return base::Error(ZX_ERR_OUT_OF_RANGE);
  return base::AlignUp(size, uint64_t{kPageSize});
}

constinit Spinlock global_family_lock{LockRank::kVmoFamily};

}  // namespace

Spinlock& Vmo::family_lock() { return global_family_lock; }

Vmo::Vmo(Kind kind, base::RefPtr<vm::Backing> backing, bool resizable)
    : Object(ObjectType::kVmo, ZX_VMO_ZERO_CHILDREN),
      kind_(kind),
      resizable_(resizable),
      backing_(std::move(backing)) {}

Vmo::~Vmo() { LeaveFamily(); }

base::Result<base::RefPtr<Vmo>> Vmo::Wrap(Kind kind, base::RefPtr<vm::Backing> backing,
                                          bool resizable) {
  auto vmo = base::RefPtr<Vmo>::Adopt(new (std::nothrow) Vmo(kind, std::move(backing), resizable));
  if (!vmo) return base::Error(ZX_ERR_NO_MEMORY);
  return vmo;
}

base::Result<base::RefPtr<Vmo>> Vmo::Create(uint64_t size, Resizable resizable) {
  const uint64_t rounded = TRY(PageRoundedSize(size));
  auto backing = TRY(vm::Backing::Create(rounded));
  backing->InitStreamSize(size);
  return Wrap(Kind::kOriginal, std::move(backing), resizable == Resizable::kYes);
}

base::Result<base::RefPtr<Vmo>> Vmo::CreatePhysical(PhysicalRange range, arch::MemoryType type) {
  if (!base::IsAligned(range.base.value | range.size, uint64_t{kPageSize}) || range.empty() ||
      range.base.value + range.size < range.base.value) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  auto backing = TRY(vm::Backing::CreatePhysical(range, type));
  return Wrap(Kind::kOriginal, std::move(backing), false);
}

base::Result<base::RefPtr<Vmo>> Vmo::CreateFromBootImage(PhysicalRange range, uint64_t size) {
  auto backing = TRY(vm::Backing::CreateFromBootImage(range));
  backing->InitStreamSize(size);
  return Wrap(Kind::kOriginal, std::move(backing), false);
}

base::Result<base::RefPtr<Vmo>> Vmo::CreateUnbounded(uint64_t stream_size) {
  auto vmo = TRY(Create(vm::Backing::kMaxSize));
  if (stream_size > vm::Backing::kMaxSize) return base::Error(ZX_ERR_OUT_OF_RANGE);
  vmo->backing_->InitStreamSize(stream_size);
  return vmo;
}

base::Result<base::RefPtr<Vmo>> Vmo::CreateChild(uint32_t options, uint64_t offset, uint64_t size) {
  const uint32_t kind = options & kKinds;
  if ((options & ~(kKinds | kModifiers)) != 0 || std::popcount(kind) != 1) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  const uint32_t modifiers = options & kModifiers;
  if (modifiers == kModifiers ||
      (kind == ZX_VMO_CHILD_SLICE && (modifiers & ZX_VMO_CHILD_RESIZABLE) != 0) ||
      !base::IsAligned(offset, uint64_t{kPageSize})) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  // The locks of the parent would not keep a child's pages.
  if (discardable_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  auto child = kind == ZX_VMO_CHILD_SLICE       ? TRY(CreateSlice(offset, size))
               : kind == ZX_VMO_CHILD_REFERENCE ? TRY(CreateReference(options, offset, size))
                                                : TRY(CreateSnapshot(options, offset, size));
  AddChild(*child);
  return child;
}

base::Result<base::RefPtr<Vmo>> Vmo::CreateSnapshot(uint32_t options, uint64_t offset,
                                                    uint64_t size) {
  const uint64_t rounded = TRY(PageRoundedSize(size));
  if (offset > vm::Backing::kMaxSize - rounded) return base::Error(ZX_ERR_OUT_OF_RANGE);
  // Beyond the window of a slice there is nothing to see.
  const uint64_t limit = this->size();
  const uint64_t inside = offset < limit ? limit - offset : 0;
  auto backing =
      TRY(backing_->Snapshot(window_offset_ + offset, rounded < inside ? rounded : inside));
  backing->InitSize(rounded);
  backing->InitStreamSize(size);
  return Wrap(Kind::kSnapshot, std::move(backing), (options & ZX_VMO_CHILD_RESIZABLE) != 0);
}

base::Result<base::RefPtr<Vmo>> Vmo::CreateSlice(uint64_t offset, uint64_t size) {
  const uint64_t rounded = TRY(PageRoundedSize(size));
  if (resizable_) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(CheckRange(offset, rounded));
  auto slice = TRY(Wrap(Kind::kSlice, backing_, false));
  slice->window_offset_ = window_offset_ + offset;
  slice->window_size_ = rounded;
  slice->slice_stream_size_ = size;
  return slice;
}

base::Result<base::RefPtr<Vmo>> Vmo::CreateReference(uint32_t options, uint64_t offset,
                                                     uint64_t size) {
  // A reference is all of its parent, whatever size that has or gets.
  if (offset != 0 || size != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  const bool resizable = (options & ZX_VMO_CHILD_RESIZABLE) != 0;
  if (kind_ == Kind::kSlice || is_physical() || (resizable && !resizable_)) {
    return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
  return Wrap(Kind::kReference, backing_, resizable);
}

void Vmo::AddChild(Vmo& child) {
  {
    SpinlockGuard guard(family_lock());
    child.parent_.store(this, std::memory_order_relaxed);
    child.parent_koid_ = koid();
    children_.PushBack(child);
    child_count_.fetch_add(1, std::memory_order_relaxed);
  }
  UpdateChildrenSignal();
}

// The signal follows the count: whoever changed the count comes here afterwards, and the last one
// to take the lock sees the last count.
void Vmo::UpdateChildrenSignal() {
  DoomedObservers doomed;
  SpinlockGuard guard(lock());
  const bool none = child_count_.load(std::memory_order_relaxed) == 0;
  UpdateSignalsLocked(none ? 0 : ZX_VMO_ZERO_CHILDREN, none ? ZX_VMO_ZERO_CHILDREN : 0, doomed);
}

// Gives the children to the parent and leaves it.
void Vmo::LeaveFamily() {
  // Nobody can become a child of a dying VMO, and a parent never changes into none before its child
  // has left.
  if (!parent_.load(std::memory_order_acquire) && child_count_.load(std::memory_order_acquire) == 0)
    return;
  base::RefPtr<Vmo> parent;
  {
    SpinlockGuard guard(family_lock());
    Vmo* above = parent_.load(std::memory_order_relaxed);
    if (above) {
      if (above->AddRefUnlessZero()) parent = base::RefPtr<Vmo>::Adopt(above);
      const uint32_t count = child_count_.load(std::memory_order_relaxed);
      for (Vmo& child : children_) child.parent_.store(above, std::memory_order_relaxed);
      base::List<Vmo>::Remove(*this);
      above->children_.Splice(children_);
      // Its last access, if there is no reference: a dying parent waits for the family lock only
      // while it has children.
      above->child_count_.fetch_add(count - 1, std::memory_order_release);
    } else {
      // A child that sees no parent may go at once: that is the last access to it.
      while (Vmo* child = children_.PopFront())
        child->parent_.store(nullptr, std::memory_order_release);
    }
  }
  if (parent) parent->UpdateChildrenSignal();
}

base::Result<> Vmo::CheckRange(uint64_t offset, uint64_t size) const {
  const uint64_t limit = this->size();
  if (offset > limit || size > limit - offset) return base::Error(ZX_ERR_OUT_OF_RANGE);
  return {};
}

uint64_t Vmo::size() const { return kind_ == Kind::kSlice ? window_size_ : backing_->size(); }

uint64_t Vmo::EndInBackingLocked() const {
  return kind_ == Kind::kSlice ? window_offset_ + window_size_ : backing_->size();
}

uint64_t Vmo::StreamEndInBackingLocked() const {
  const uint64_t stream = kind_ == Kind::kSlice ? slice_stream_size_ : backing_->stream_size();
  return window_offset_ + base::AlignUp(stream, uint64_t{kPageSize});
}

base::Result<> Vmo::Read(std::span<std::byte> to, uint64_t offset) {
  TRY(CheckRange(offset, to.size()));
  return backing_->Read(to, window_offset_ + offset);
}

base::Result<> Vmo::Write(std::span<const std::byte> from, uint64_t offset) {
  TRY(CheckRange(offset, from.size()));
  return backing_->Write(from, window_offset_ + offset);
}

base::Result<> Vmo::ReadToUser(uint64_t user_address, uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  [[clang::uninitialized]] std::byte bounce[kBounceSize];
  while (size > 0) {
    const uint64_t piece = size < kBounceSize ? size : kBounceSize;
    TRY(backing_->Read({bounce, piece}, window_offset_ + offset));
    TRY(base::FromStatus(arch::CopyToUser(user_address, bounce, piece)));
    user_address += piece;
    offset += piece;
    size -= piece;
    if (size != 0 && size % kBytesPerTurn < piece) arch::ServiceInterrupts();
  }
  return {};
}

base::Result<> Vmo::WriteFromUser(uint64_t user_address, uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  [[clang::uninitialized]] std::byte bounce[kBounceSize];
  while (size > 0) {
    const uint64_t piece = size < kBounceSize ? size : kBounceSize;
    TRY(base::FromStatus(arch::CopyFromUser(bounce, user_address, piece)));
    TRY(backing_->Write({bounce, piece}, window_offset_ + offset));
    user_address += piece;
    offset += piece;
    size -= piece;
    if (size != 0 && size % kBytesPerTurn < piece) arch::ServiceInterrupts();
  }
  return {};
}

base::Result<> Vmo::SetSize(uint64_t size) {
  if (!resizable_) return base::Error(ZX_ERR_UNAVAILABLE);
  const uint64_t rounded = TRY(PageRoundedSize(size));
  return backing_->Resize(rounded, size);
}

base::Result<uint64_t> Vmo::GetStreamSize() const {
  if (is_physical()) return base::Error(ZX_ERR_NOT_SUPPORTED);
  if (kind_ != Kind::kSlice) return backing_->stream_size();
  SpinlockGuard guard(backing_->lock());
  return slice_stream_size_;
}

base::Result<> Vmo::SetStreamSize(uint64_t size) {
  if (is_physical()) return base::Error(ZX_ERR_NOT_SUPPORTED);
  if (kind_ != Kind::kSlice) return backing_->SetStreamSize(size);
  TRY(CheckRange(size, 0));
  const uint64_t old = TRY(GetStreamSize());
  if (size < old) TRY(backing_->Zero(window_offset_ + size, old - size));
  SpinlockGuard guard(backing_->lock());
  slice_stream_size_ = size;
  return {};
}

base::Result<> Vmo::Commit(uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  return backing_->Commit(window_offset_ + offset, size);
}

base::Result<> Vmo::Decommit(uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  return backing_->Decommit(window_offset_ + offset, size);
}

base::Result<> Vmo::Zero(uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  return backing_->Zero(window_offset_ + offset, size);
}

base::Result<> Vmo::SyncCaches(uint64_t offset, uint64_t size) {
  TRY(CheckRange(offset, size));
  return backing_->SyncCaches(window_offset_ + offset, size);
}

base::Result<> Vmo::TransferFrom(Vmo& source, uint64_t source_offset, uint64_t offset,
                                 uint64_t size) {
  TRY(CheckRange(offset, size));
  TRY(source.CheckRange(source_offset, size));
  return backing_->TransferFrom(*source.backing_, source.window_offset_ + source_offset,
                                window_offset_ + offset, size);
}

base::Result<> Vmo::Lock() {
  SpinlockGuard guard(backing_->lock());
  ++locks_;
  return {};
}

base::Result<> Vmo::Unlock() {
  SpinlockGuard guard(backing_->lock());
  if (locks_ == 0) return base::Error(ZX_ERR_BAD_STATE);
  --locks_;
  return {};
}

void Vmo::SetVdsoCode(uint64_t code_offset, uint64_t code_size) {
  vdso_code_offset_ = code_offset;
  vdso_code_size_ = base::AlignUp(code_size, uint64_t{kPageSize});
}

void Vmo::set_name(std::string_view name) {
  name = name.substr(0, name.find('\0'));
  name = name.substr(0, sizeof(name_) - 1);
  SpinlockGuard guard(backing_->lock());
  __builtin_memset(name_, 0, sizeof(name_));
  __builtin_memcpy(name_, name.data(), name.size());
}

void Vmo::GetName(std::span<char, ZX_MAX_NAME_LEN> out) const {
  SpinlockGuard guard(backing_->lock());
  __builtin_memcpy(out.data(), name_, sizeof(name_));
}

Vmo::Info Vmo::GetInfo() const {
  Info info{.koid = koid(), .size_bytes = size(), .parent_koid = parent_koid_};
  GetName(info.name);
  info.flags = ZX_INFO_VMO_TYPE_PAGED;
  if (is_physical()) info.flags = ZX_INFO_VMO_TYPE_PHYSICAL;
  if (resizable_) info.flags |= ZX_INFO_VMO_RESIZABLE;
  if (discardable_) info.flags |= ZX_INFO_VMO_DISCARDABLE;
  if (kind_ == Kind::kSnapshot) info.flags |= ZX_INFO_VMO_IS_COW_CLONE;
  info.committed_bytes = kind_ == Kind::kSlice ? 0 : backing_->committed_bytes();
  info.cache_policy = static_cast<uint32_t>(backing_->type());
  info.child_count = child_count_.load(std::memory_order_relaxed);
  SpinlockGuard guard(backing_->lock());
  const vm::AddressSpace* last = nullptr;
  for (vm::Mapping& mapping : backing_->mappings()) {
    if (&mapping.vmo() != this) continue;
    ++info.mapping_count;
    // Mappings of one space are usually neighbours in the list; this is an estimate.
    if (&mapping.space() != last) ++info.share_count;
    last = &mapping.space();
  }
  return info;
}

}  // namespace kernel
