// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/kernel_window.h"

#include <arch/layout.h>
#include <arch/page_table.h>

#include <bit>

#include "kernel/sync/spinlock.h"
#include "kernel/vm/page_allocator.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"
#include "lib/base/thread_annotations.h"

namespace vm {
namespace {

using arch::kPageSize;

// A slot of the window: guard, stack, guard, shadow call stack, guard.
constexpr uint64_t kSlotSize = 32 * 1024;
constexpr uint64_t kStackOffset = kPageSize;
constexpr uint64_t kShadowOffset = kStackOffset + KernelStack::kSize + kPageSize;
constexpr uint64_t kShadowSize = kPageSize;
static_assert(kShadowOffset + kShadowSize + kPageSize <= kSlotSize);

#if __has_feature(shadow_call_stack)
constexpr bool kUsesShadowStack = true;
#else
constexpr bool kUsesShadowStack = false;
#endif

constexpr uint32_t kMaxStacks = 32 * 1024;
constexpr uint64_t kStacksSize = kMaxStacks * kSlotSize;
// Devices follow the stacks, with a hole between any two.
constexpr uint64_t kDevicesBase = arch::kWindowBase + kStacksSize;
static_assert(kStacksSize < arch::kWindowSize / 2);

// How many unused stacks stay mapped.
constexpr uint32_t kMaxKept = 16;

class Window {
 public:
  base::Result<uint32_t> Take() EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    if (kept_count_ > 0) return kept_[--kept_count_];
    const uint32_t slot = FindFreeLocked();
    if (slot == kMaxStacks) return base::Error(ZX_ERR_NO_RESOURCES);
    TRY(MapSlotLocked(slot));
    used_[slot / 64] |= uint64_t{1} << (slot % 64);
    return slot;
  }

  void Give(uint32_t slot) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    if (kept_count_ < kMaxKept) {
      kept_[kept_count_++] = slot;
    } else {
      ReleaseLocked(slot);
    }
  }

  void Trim() EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    while (kept_count_ > 0) ReleaseLocked(kept_[--kept_count_]);
  }

  base::Result<VirtualAddress> MapDevice(PhysicalRange range) EXCLUDES(lock_) {
    const uint64_t offset = range.base.value % kPageSize;
    const uint64_t size = base::AlignUp(range.size + offset, uint64_t{kPageSize});
    SpinlockGuard guard(lock_);
    if (size > arch::kWindowBase + arch::kWindowSize - devices_end_)
      return base::Error(ZX_ERR_NO_RESOURCES);
    const VirtualAddress base{devices_end_};
    TRY(arch::PageTable::Kernel().Map(
        {base, size}, range.base - offset,
        {.read = true, .write = true, .type = arch::MemoryType::kDevice}));
    devices_end_ += size + kPageSize;
    return base + offset;
  }

  bool IsMapped(VirtualAddress address) EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    return arch::PageTable::Kernel().Query(address).has_value();
  }

  void Reset() EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    for (uint64_t& word : used_) word = 0;
    kept_count_ = 0;
    devices_end_ = kDevicesBase;
  }

  bool Audit(base::FormatSink& sink) EXCLUDES(lock_);

 private:
  static VirtualRange StackRange(uint32_t slot) {
    return {VirtualAddress{arch::kWindowBase + slot * kSlotSize + kStackOffset},
            KernelStack::kSize};
  }
  static VirtualRange ShadowRange(uint32_t slot) {
    return {VirtualAddress{arch::kWindowBase + slot * kSlotSize + kShadowOffset}, kShadowSize};
  }

  uint32_t FindFreeLocked() REQUIRES(lock_) {
    for (uint32_t word = 0; word < kMaxStacks / 64; ++word) {
      if (~used_[word]) return word * 64 + static_cast<uint32_t>(std::countr_one(used_[word]));
    }
    return kMaxStacks;
  }

  base::Result<> MapSlotLocked(uint32_t slot) REQUIRES(lock_) {
    const auto status = MapPagesLocked(StackRange(slot));
    if (!status) return status;
    if (!kUsesShadowStack) return {};
    const auto shadow_status = MapPagesLocked(ShadowRange(slot));
    if (!shadow_status) UnmapPagesLocked(StackRange(slot));
    return shadow_status;
  }

  void ReleaseLocked(uint32_t slot) REQUIRES(lock_) {
    UnmapPagesLocked(StackRange(slot));
    if (kUsesShadowStack) UnmapPagesLocked(ShadowRange(slot));
    used_[slot / 64] &= ~(uint64_t{1} << (slot % 64));
  }

  base::Result<> MapPagesLocked(VirtualRange range) REQUIRES(lock_) {
    PageAllocator& pages = PageAllocator::Global();
    for (uint64_t offset = 0; offset < range.size; offset += kPageSize) {
      const auto page = pages.AllocatePage(Fill::kKeep, PageUse::kStack);
      const auto status = page ? arch::PageTable::Kernel().Map({range.base + offset, kPageSize},
                                                               *page, {.write = true})
                               : base::Result<>(base::Error(page.error()));
      if (status) continue;
      if (page) pages.FreePage(*page, PageUse::kStack);
      UnmapPagesLocked({range.base, offset});
      return status;
    }
    return {};
  }

  void UnmapPagesLocked(VirtualRange range) REQUIRES(lock_) {
    for (uint64_t offset = 0; offset < range.size; offset += kPageSize) {
      const auto translation = arch::PageTable::Kernel().Query(range.base + offset);
      ASSERT(translation);
      arch::PageTable::Kernel().Unmap({range.base + offset, kPageSize});
      PageAllocator::Global().FreePage(translation->address, PageUse::kStack);
    }
  }

  kernel::Spinlock lock_{kernel::LockRank::kKernelWindow};
  // A bit per slot that has a mapped stack.
  uint64_t used_[kMaxStacks / 64] GUARDED_BY(lock_) = {};
  // Mapped, but nobody's.
  uint32_t kept_[kMaxKept] GUARDED_BY(lock_) = {};
  uint32_t kept_count_ GUARDED_BY(lock_) = 0;
  uint64_t devices_end_ GUARDED_BY(lock_) = kDevicesBase;
};

bool Window::Audit(base::FormatSink& sink) {
  SpinlockGuard guard(lock_);
  bool sound = true;
  for (uint32_t slot = 0; slot < kMaxStacks; ++slot) {
    if (!(used_[slot / 64] & (uint64_t{1} << (slot % 64)))) continue;
    const VirtualRange stack = StackRange(slot);
    const bool mapped = arch::PageTable::Kernel().Query(stack.base).has_value();
    const bool guarded = !arch::PageTable::Kernel().Query(stack.base - kPageSize).has_value() &&
                         !arch::PageTable::Kernel().Query(stack.end()).has_value();
    if (mapped && guarded) continue;
    base::FormatTo(sink, "window: stack {} is not mapped between two holes\n", slot);
    sound = false;
  }
  return sound;
}

constinit Window window;

}  // namespace

base::Result<KernelStack> KernelStack::Create() { return KernelStack(TRY(window.Take())); }

KernelStack::~KernelStack() {
  if (slot_ != kNone) window.Give(slot_);
}

VirtualAddress KernelStack::base() const {
  return VirtualAddress{arch::kWindowBase + slot_ * kSlotSize + kStackOffset};
}
VirtualAddress KernelStack::top() const { return base() + kSize; }
VirtualAddress KernelStack::shadow_base() const {
  return VirtualAddress{arch::kWindowBase + slot_ * kSlotSize + kShadowOffset};
}

base::Result<VirtualAddress> KernelWindow::MapDevice(PhysicalRange range) {
  return window.MapDevice(range);
}
void KernelWindow::Trim() { window.Trim(); }
void KernelWindow::Reset() { window.Reset(); }
bool KernelWindow::IsGuard(VirtualAddress address) {
  return address.value - arch::kWindowBase < kStacksSize && !window.IsMapped(address);
}
bool KernelWindow::Audit(base::FormatSink& sink) { return window.Audit(sink); }

}  // namespace vm
