// SPDX-License-Identifier: BSD-2-Clause
// The kernel's heap: what `new (std::nothrow)` and `delete` use in the kernel.
//
// Objects up to 2032 bytes come from slabs of one page, one size class each, through per-CPU free
// lists; larger ones are neighbouring whole pages, at most Heap::kMaxSize.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include <arch/cpu.h>

#include "kernel/handoff.h"
#include "kernel/sync/spinlock.h"
#include "kernel/vm/fault_injection.h"
#include "lib/base/format.h"
#include "lib/base/list.h"
#include "lib/base/thread_annotations.h"

namespace vm {

struct HeapCounts {
  uint64_t live_bytes = 0;    // in size-class bytes, exact
  uint64_t live_objects = 0;  // exact

  bool operator==(const HeapCounts&) const = default;
};

// What new and delete hold at the moment; on the host, where the tests' own memory shares the
// operators, only what `new (std::nothrow)` made.
HeapCounts LiveHeap();

// Locking: each size class has a lock for its slabs; the per-CPU lists need none because the kernel
// is not preempted.
class Heap {
 public:
  static constexpr size_t kMaxSmall = 2032;
  static constexpr size_t kMaxSize = 512 * 4096;

  constexpr Heap() = default;
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  static Heap& Global();

  // Memory aligned to 16 bytes (to a page if size > kMaxSmall), not cleared; nullptr when there is
  // none or size > kMaxSize.
  void* Allocate(size_t size);
  // Takes back what Allocate() returned; nullptr is ignored.
  void Free(void* memory);
  // The same for pieces of one size that is known when this is compiled, kSize <= kMaxSmall, and never nullptr.
  template <size_t kSize>
  void* AllocateFixed() {
    if (FaultInjection::Fails()) return nullptr;
    constexpr size_t kClass = ClassFor(kSize);
    Magazine& magazine = caches_[arch::CpuIndex()].magazines[kClass];
    FreeObject* object = magazine.first;
    if (object == nullptr) [[unlikely]] return Allocate(kSize);
    magazine.first = object->next;
    --magazine.count;
    Count(magazine.live, 1);
    return object;
  }
  template <size_t kSize>
  void FreeFixed(void* memory) {
    constexpr size_t kClass = ClassFor(kSize);
    Magazine& magazine = caches_[arch::CpuIndex()].magazines[kClass];
    if (memory == magazine.first || magazine.count >= 2 * kBatch) [[unlikely]] return Free(memory);
    auto* object = static_cast<FreeObject*>(memory);
    object->next = magazine.first;
    magazine.first = object;
    ++magazine.count;
    Count(magazine.live, -1);
  }

  // The same for whole pages.
  void* AllocatePage();
  void FreePage(void* memory);

  HeapCounts counts() const;

  // Returns this CPU's free objects to their slabs and empty slabs to the page allocator.
  void Trim();

  // Forgets everything, because RAM is new. For start-up and tests.
  void Reset();

  // Checks every slab's free list; writes findings.
  bool Audit(base::FormatSink& sink);

 private:
  static constexpr size_t kClasses = 21;
  static constexpr uint16_t kClassSizes[kClasses] = {16,  32,  48,  64,  80,   96,   112,
                                                     128, 160, 192, 224, 256,  320,  384,
                                                     448, 512, 672, 800, 1008, 1344, 2032};
  // How many objects move between a magazine and the slabs at once.
  static constexpr uint32_t kBatch = 8;
  static constexpr size_t kMaxCpus = kernel::Handoff::kMaxCpus;

  // The first bytes of a slab's page.
  struct Slab;
  struct FreeObject {
    FreeObject* next;
  };
  struct SizeClass {
    kernel::Spinlock lock{kernel::LockRank::kHeap};
    Slab* first GUARDED_BY(lock) = nullptr;     // slabs with free objects
    uint32_t empty_count GUARDED_BY(lock) = 0;  // of these, without live objects
  };
  struct Magazine {
    FreeObject* first = nullptr;
    uint32_t count = 0;
    // Objects handed out minus objects taken back on this CPU.
    std::atomic<int32_t> live = 0;
  };
  struct alignas(64) CpuCache {
    Magazine magazines[kClasses];
    std::atomic<int64_t> large_bytes = 0;
    std::atomic<int64_t> large_objects = 0;
  };

  static consteval size_t ClassFor(size_t size) {
    size_t size_class = 0;
    while (kClassSizes[size_class] < size) ++size_class;
    return size_class;
  }
  // For counters that only this CPU writes.
  static void Count(auto& counter, int64_t change) {
    counter.store(static_cast<std::remove_reference_t<decltype(counter.load())>>(
                      counter.load(std::memory_order_relaxed) + change),
                  std::memory_order_relaxed);
  }
  static size_t ClassOf(size_t size);
  static Slab* SlabOf(void* object);
  void* AllocateLarge(size_t size);
  void FreeLarge(void* memory);
  bool Refill(Magazine& magazine, size_t size_class);
  void Flush(Magazine& magazine, size_t size_class, uint32_t keep);
  Slab* NewSlab(size_t size_class);
  static void Link(SizeClass& owner, Slab& slab) REQUIRES(owner.lock);
  static void Unlink(SizeClass& owner, Slab& slab) REQUIRES(owner.lock);
  void ReturnToSlab(SizeClass& owner, FreeObject* object) REQUIRES(owner.lock);

  SizeClass classes_[kClasses];
  CpuCache caches_[kMaxCpus];
};

// new and delete for pieces of one size that is known when this is compiled, a page or at most Heap::kMaxSmall.
template <size_t kSize>
void* AllocateFixed() {
#ifdef HAFNON_HOST
  return ::operator new(kSize, std::nothrow);
#else
  if constexpr (kSize > Heap::kMaxSmall) {
    static_assert(kSize == 4096);
    return Heap::Global().AllocatePage();
  } else {
    return Heap::Global().AllocateFixed<kSize>();
  }
#endif
}
template <size_t kSize>
void FreeFixed(void* memory) {
#ifdef HAFNON_HOST
  ::operator delete(memory);
#else
  if constexpr (kSize > Heap::kMaxSmall) {
    Heap::Global().FreePage(memory);
  } else {
    Heap::Global().FreeFixed<kSize>(memory);
  }
#endif
}

}  // namespace vm
