// SPDX-License-Identifier: BSD-2-Clause
// Several host threads as CPUs on the same memory objects and the same address space. The
// sanitizers and the lock ranks watch; the content must be what each thread alone would have made.
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "kernel/vm/address_space.h"
#include "kernel/vm/vmo.h"
#include "tests/kernel/vm/machine.h"

namespace {

using arch::kPageSize;
using VmarObject = kernel::Vmar;
using VmoObject = kernel::Vmo;
using VmoRef = base::RefPtr<VmoObject>;

constexpr uint32_t kCpus = 4;
constexpr int kRounds = 400;

template <class Body>
void OnEveryCpu(Body body) {
  std::vector<std::thread> threads;
  for (uint32_t cpu = 0; cpu < kCpus; ++cpu) {
    threads.emplace_back([=] {
      arch::host::SetCpu(cpu);
      body(cpu);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

class Concurrency : public Machine {};

TEST_F(Concurrency, SnapshotsOfOneParentAreIndependent) {
  const vm::HeapCounts heap = vm::LiveHeap();
  {
    const VmoRef parent = *VmoObject::Create(8 * kPageSize);
    std::vector<std::byte> pattern(8 * kPageSize, std::byte{0x55});
    ASSERT_TRUE(parent->Write(pattern, 0));
    std::atomic<int> wrong = 0;

    OnEveryCpu([&](uint32_t cpu) {
      const std::byte mine{static_cast<uint8_t>(cpu + 1)};
      for (int round = 0; round < kRounds; ++round) {
        VmoRef child = *parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, 8 * kPageSize);
        const uint64_t at = static_cast<uint64_t>(round) % 8 * kPageSize;
        if (!child->Write({&mine, 1}, at)) ++wrong;
        VmoRef grandchild = *child->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, 8 * kPageSize);
        // The parent changes itself all the time, always to what it was.
        const std::byte same{0x55};
        if (!parent->Write({&same, 1}, at)) ++wrong;
        if (round % 2) child.reset();
        std::byte seen{};
        if (!grandchild->Read({&seen, 1}, at) || seen != mine) ++wrong;
      }
    });

    EXPECT_EQ(wrong, 0);
    std::vector<std::byte> now(pattern.size());
    ASSERT_TRUE(parent->Read(now, 0));
    EXPECT_EQ(memcmp(now.data(), pattern.data(), now.size()), 0);
    EXPECT_EQ(parent->signals() & ZX_VMO_ZERO_CHILDREN, ZX_VMO_ZERO_CHILDREN);
    EXPECT_EQ(parent->GetInfo().child_count, 0u);
    EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 8u);
  }
  EXPECT_EQ(vm::LiveHeap(), heap);
}

TEST_F(Concurrency, FaultsRaceWithResizingUnmappingAndSnapshots) {
  const vm::HeapCounts heap = vm::LiveHeap();
  const auto space = *vm::AddressSpace::Create();
  {
    const VmoRef vmo = *VmoObject::Create(16 * kPageSize, VmoObject::Resizable::kYes);
    constexpr zx_vm_option_t kOptions = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_ALLOW_FAULTS;
    const VirtualAddress shared =
        *space->root().Map({.vmo = vmo, .length = 16 * kPageSize, .options = kOptions});

    OnEveryCpu([&](uint32_t cpu) {
      for (int round = 0; round < kRounds; ++round) {
        const auto page = static_cast<uint64_t>(round * 7) % 16;
        switch (cpu) {
          case 0:
            (void)vmo->SetSize((1 + page) * kPageSize);
            break;
          case 1: {
            const auto child = vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, 16 * kPageSize);
            if (child) (void)(*child)->Zero(0, 8 * kPageSize);
            break;
          }
          case 2: {
            const auto at =
                space->root().Map({.vmo = vmo, .length = kPageSize, .options = kOptions});
            if (!at) break;
            (void)space->HandleFault({.address = *at, .write = true});
            (void)space->root().Unmap({*at, kPageSize});
            break;
          }
          default:
            (void)space->HandleFault(
                {.address = shared + page * kPageSize, .write = round % 2 == 0});
        }
      }
    });
    TextSink sink;
    EXPECT_TRUE(vmo->backing().Audit(sink)) << sink.text();
    EXPECT_EQ(space->mapped_bytes(), 16 * kPageSize);
  }
  space->Destroy();
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 0u);
  EXPECT_LE(vm::LiveHeap().live_objects, heap.live_objects + 1);
}

TEST_F(Concurrency, ParentsAndChildrenDieInAnyOrder) {
  const vm::HeapCounts heap = vm::LiveHeap();
  for (int round = 0; round < kRounds; ++round) {
    VmoRef family[kCpus];
    family[0] = *VmoObject::Create(kPageSize);
    for (uint32_t cpu = 1; cpu < kCpus; ++cpu) {
      family[cpu] = *family[cpu - 1]->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
    }
    OnEveryCpu([&](uint32_t cpu) { family[cpu].reset(); });
  }
  EXPECT_EQ(vm::LiveHeap(), heap);
}

TEST_F(Concurrency, AllocatorsServeAllCpus) {
  vm::Heap& slabs = vm::Heap::Global();
  const vm::PageCounts before = pages().counts();
  std::atomic<void*> exchange[64] = {};

  OnEveryCpu([&](uint32_t cpu) {
    uint64_t random = cpu + 1;
    for (int round = 0; round < kRounds * 50; ++round) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      const size_t size = random >> 54;
      void* object = slabs.Allocate(size);
      if (object) memset(object, static_cast<int>(cpu), size);
      // Often freed by another CPU than allocated it.
      slabs.Free(exchange[random >> 32 & 63].exchange(object));
    }
  });
  for (auto& object : exchange) slabs.Free(object.exchange(nullptr));
  for (uint32_t cpu = 0; cpu < kCpus; ++cpu) {
    arch::host::SetCpu(cpu);
    slabs.Trim();
    pages().FlushCache();
  }

  EXPECT_EQ(slabs.counts(), vm::HeapCounts{});
  EXPECT_EQ(pages().counts().free, before.free);
}

}  // namespace
