// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/heap.h"

#include <arch/cpu.h>
#include <arch/layout.h>

#include <array>

#include "kernel/vm/fault_injection.h"
#include "kernel/vm/page_allocator.h"
#include "lib/base/align.h"
#include "lib/base/assert.h"

namespace vm {
namespace {

using arch::kPageSize;

constinit Heap global_heap;

constexpr uint32_t kSlabMagic = 0x51ab'51ab;
constexpr size_t kGranule = 16;

}  // namespace

struct Heap::Slab {
  Slab* next;
  Slab* previous;
  FreeObject* free;
  uint16_t free_count;
  uint16_t size_class;
  uint32_t magic;

  static constexpr size_t kHeader = 32;
  size_t capacity() const { return (kPageSize - kHeader) / kClassSizes[size_class]; }
};

Heap& Heap::Global() { return global_heap; }

size_t Heap::ClassOf(size_t size) {
  // The class of each multiple of 16 bytes.
  static constexpr auto kTable = [] {
    std::array<uint8_t, kMaxSmall / kGranule + 1> table{};
    size_t size_class = 0;
    for (size_t i = 0; i < table.size(); ++i) {
      while (kClassSizes[size_class] < i * kGranule) ++size_class;
      table[i] = static_cast<uint8_t>(size_class);
    }
    return table;
  }();
  return kTable[(size + kGranule - 1) / kGranule];
}

Heap::Slab* Heap::SlabOf(void* object) {
  auto* slab = reinterpret_cast<Slab*>(
      base::AlignDown(reinterpret_cast<uintptr_t>(object), uintptr_t{kPageSize}));
  ASSERT(slab->magic == kSlabMagic);
  return slab;
}

void* Heap::Allocate(size_t size) {
  if (FaultInjection::Fails()) [[unlikely]]
    return nullptr;
  if (size > kMaxSmall) [[unlikely]]
    return AllocateLarge(size);
  const size_t size_class = ClassOf(size);
  Magazine& magazine = caches_[arch::CpuIndex()].magazines[size_class];
  if (!magazine.first && !Refill(magazine, size_class)) [[unlikely]]
    return nullptr;
  FreeObject* object = magazine.first;
  magazine.first = object->next;
  --magazine.count;
  Count(magazine.live, 1);
  return object;
}

void Heap::Free(void* memory) {
  if (!memory) return;
  // A slab's header keeps its objects off the page boundary.
  if (base::IsAligned(reinterpret_cast<uintptr_t>(memory), uintptr_t{kPageSize})) [[unlikely]] {
    return FreeLarge(memory);
  }
  const size_t size_class = SlabOf(memory)->size_class;
  Magazine& magazine = caches_[arch::CpuIndex()].magazines[size_class];
  auto* object = static_cast<FreeObject*>(memory);
  ASSERT(object != magazine.first);  // The commonest double free.
  object->next = magazine.first;
  magazine.first = object;
  Count(magazine.live, -1);
  if (++magazine.count > 2 * kBatch) [[unlikely]]
    Flush(magazine, size_class, kBatch);
}

void* Heap::AllocateLarge(size_t size) {
  if (size > kMaxSize) return nullptr;
  const size_t pages = (size + kPageSize - 1) / kPageSize;
  PageAllocator& allocator = PageAllocator::Global();
  // Single pages have the fast way.
  const auto first = pages == 1 ? allocator.AllocatePage(Fill::kKeep, PageUse::kHeap)
                                : allocator.AllocateContiguous(pages, PageUse::kHeap);
  if (!first) return nullptr;
  CpuCache& cache = caches_[arch::CpuIndex()];
  Count(cache.large_bytes, static_cast<int64_t>(pages * kPageSize));
  Count(cache.large_objects, 1);
  return arch::PhysmapAddress(*first);
}

void* Heap::AllocatePage() {
  if (FaultInjection::Fails()) [[unlikely]] return nullptr;
  return AllocateLarge(kPageSize);
}

void Heap::FreePage(void* memory) {
  PageAllocator::Global().FreePage(arch::PhysmapToPhysical(memory), PageUse::kHeap);
  CpuCache& cache = caches_[arch::CpuIndex()];
  Count(cache.large_bytes, -static_cast<int64_t>(kPageSize));
  Count(cache.large_objects, -1);
}

void Heap::FreeLarge(void* memory) {
  const size_t pages =
      PageAllocator::Global().FreeContiguous(arch::PhysmapToPhysical(memory), PageUse::kHeap);
  CpuCache& cache = caches_[arch::CpuIndex()];
  Count(cache.large_bytes, -static_cast<int64_t>(pages * kPageSize));
  Count(cache.large_objects, -1);
}

void Heap::Link(SizeClass& owner, Slab& slab) {
  slab.previous = nullptr;
  slab.next = owner.first;
  if (owner.first) owner.first->previous = &slab;
  owner.first = &slab;
}

void Heap::Unlink(SizeClass& owner, Slab& slab) {
  if (slab.next) slab.next->previous = slab.previous;
  (slab.previous ? slab.previous->next : owner.first) = slab.next;
}

Heap::Slab* Heap::NewSlab(size_t size_class) {
  const auto page = PageAllocator::Global().AllocatePage(Fill::kKeep, PageUse::kHeap);
  if (!page) return nullptr;
  std::byte* memory = arch::PhysmapAddress(*page);
  auto* slab = reinterpret_cast<Slab*>(memory);
  static_assert(sizeof(Slab) <= Slab::kHeader);
  *slab = {.next = nullptr,
           .previous = nullptr,
           .free = nullptr,
           .free_count = 0,
           .size_class = static_cast<uint16_t>(size_class),
           .magic = kSlabMagic};
  // The lowest address first.
  const size_t capacity = slab->capacity();
  for (size_t i = capacity; i-- > 0;) {
    auto* object =
        reinterpret_cast<FreeObject*>(memory + Slab::kHeader + i * kClassSizes[size_class]);
    object->next = slab->free;
    slab->free = object;
  }
  slab->free_count = static_cast<uint16_t>(capacity);
  return slab;
}

// Puts a batch of objects into the magazine; false if there is no memory for even one.
bool Heap::Refill(Magazine& magazine, size_t size_class) {
  SizeClass& owner = classes_[size_class];
  SpinlockGuard guard(owner.lock);
  for (uint32_t wanted = kBatch; wanted > 0; --wanted) {
    Slab* slab = owner.first;
    if (!slab) {
      if (magazine.count > 0) break;
      slab = NewSlab(size_class);
      if (!slab) return false;
      Link(owner, *slab);
      ++owner.empty_count;
    }
    if (slab->free_count == slab->capacity()) --owner.empty_count;
    FreeObject* object = slab->free;
    slab->free = object->next;
    if (--slab->free_count == 0) Unlink(owner, *slab);
    object->next = magazine.first;
    magazine.first = object;
    ++magazine.count;
  }
  return true;
}

void Heap::ReturnToSlab(SizeClass& owner, FreeObject* object) {
  Slab* slab = SlabOf(object);
  object->next = slab->free;
  slab->free = object;
  if (slab->free_count++ == 0) Link(owner, *slab);
  if (slab->free_count < slab->capacity()) return;
  // One empty slab is kept against going back and forth.
  if (owner.empty_count == 0) {
    ++owner.empty_count;
    return;
  }
  Unlink(owner, *slab);
  slab->magic = 0;
  PageAllocator::Global().FreePage(arch::PhysmapToPhysical(slab), PageUse::kHeap);
}

void Heap::Flush(Magazine& magazine, size_t size_class, uint32_t keep) {
  SizeClass& owner = classes_[size_class];
  SpinlockGuard guard(owner.lock);
  while (magazine.count > keep) {
    FreeObject* object = magazine.first;
    magazine.first = object->next;
    --magazine.count;
    ReturnToSlab(owner, object);
  }
}

void Heap::Trim() {
  CpuCache& cache = caches_[arch::CpuIndex()];
  for (size_t size_class = 0; size_class < kClasses; ++size_class) {
    Flush(cache.magazines[size_class], size_class, 0);
    SizeClass& owner = classes_[size_class];
    SpinlockGuard guard(owner.lock);
    for (Slab* slab = owner.first; slab;) {
      Slab* next = slab->next;
      if (slab->free_count == slab->capacity()) {
        Unlink(owner, *slab);
        slab->magic = 0;
        PageAllocator::Global().FreePage(arch::PhysmapToPhysical(slab), PageUse::kHeap);
      }
      slab = next;
    }
    owner.empty_count = 0;
  }
}

void Heap::Reset() {
  for (SizeClass& owner : classes_) {
    SpinlockGuard guard(owner.lock);
    owner.first = nullptr;
    owner.empty_count = 0;
  }
  for (CpuCache& cache : caches_) {
    for (Magazine& magazine : cache.magazines) {
      magazine.first = nullptr;
      magazine.count = 0;
      magazine.live = 0;
    }
    cache.large_bytes = 0;
    cache.large_objects = 0;
  }
}

HeapCounts Heap::counts() const {
  int64_t bytes = 0;
  int64_t objects = 0;
  for (const CpuCache& cache : caches_) {
    for (size_t size_class = 0; size_class < kClasses; ++size_class) {
      const int64_t live = cache.magazines[size_class].live.load(std::memory_order_relaxed);
      bytes += live * kClassSizes[size_class];
      objects += live;
    }
    bytes += cache.large_bytes.load(std::memory_order_relaxed);
    objects += cache.large_objects.load(std::memory_order_relaxed);
  }
  return {.live_bytes = static_cast<uint64_t>(bytes),
          .live_objects = static_cast<uint64_t>(objects)};
}

bool Heap::Audit(base::FormatSink& sink) {
  bool sound = true;
  for (size_t size_class = 0; size_class < kClasses; ++size_class) {
    SizeClass& owner = classes_[size_class];
    SpinlockGuard guard(owner.lock);
    for (Slab* slab = owner.first; slab; slab = slab->next) {
      size_t count = 0;
      bool inside = slab->magic == kSlabMagic && slab->size_class == size_class;
      for (FreeObject* object = slab->free; inside && object && count <= slab->capacity();
           object = object->next) {
        const auto offset = reinterpret_cast<uintptr_t>(object) - reinterpret_cast<uintptr_t>(slab);
        inside = offset < kPageSize && (offset - Slab::kHeader) % kClassSizes[size_class] == 0;
        ++count;
      }
      if (inside && count == slab->free_count) continue;
      base::FormatTo(sink, "heap: slab {} of size {} is damaged\n", static_cast<const void*>(slab),
                     kClassSizes[size_class]);
      sound = false;
      break;
    }
  }
  return sound;
}

}  // namespace vm
