// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/vmar.h"

#include <arch/page_table.h>
#include <arch/user_copy.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "kernel/vm/address_space.h"
#include "kernel/vm/mapping.h"
#include "tests/kernel/model/model.h"
#include "tests/kernel/vm/machine.h"

namespace {

using arch::kPageSize;
using VmoObject = kernel::Vmo;
using VmarObject = kernel::Vmar;
using VmarRef = base::RefPtr<VmarObject>;

constexpr zx_vm_option_t kRead = ZX_VM_PERM_READ;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr zx_vm_option_t kCode = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;
constexpr zx_vm_option_t kCanAll =
    ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;

class Vmar : public Machine {
 protected:
  Vmar() : heap_before_(vm::LiveHeap()), space_(*vm::AddressSpace::Create()) { space_->Activate(); }
  ~Vmar() override {
    space_->Destroy();
    vm::AddressSpace::Deactivated();
    arch::PageTable::Deactivate();
    space_.reset();
    EXPECT_EQ(vm::LiveHeap(), heap_before_);
    EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 0u);
    EXPECT_EQ(pages().counts().used_by(vm::PageUse::kPageTable), 0u);
  }

  VmarObject& root() { return space_->root(); }
  static base::RefPtr<VmoObject> MakeVmo(uint64_t page_count) {
    return *VmoObject::Create(page_count * kPageSize);
  }
  static base::Result<VirtualAddress> MapAt(VmarObject& vmar, uint64_t offset,
                                            base::RefPtr<VmoObject> vmo,
                                            zx_vm_option_t options = kReadWrite) {
    const uint64_t size = vmo->size();
    return vmar.Map({.vmo = std::move(vmo),
                     .length = size,
                     .vmar_offset = offset,
                     .options = options | ZX_VM_SPECIFIC});
  }
  static zx_status_t Store(VirtualAddress at, uint8_t value) {
    return arch::CopyToUser(at.value, &value, 1);
  }
  static int Load(VirtualAddress at) {
    uint8_t value = 0;
    const zx_status_t status = arch::CopyFromUser(&value, at.value, 1);
    return status == ZX_OK ? value : status;
  }
  size_t PresentPages() { return arch::PageTable::Active()->size(); }
  zx_status_t Fault(VirtualAddress at, bool write = false, bool execute = false) {
    return space_->HandleFault({.address = at, .write = write, .execute = execute});
  }

  base::RefPtr<vm::AddressSpace>& space() { return space_; }

 private:
  vm::HeapCounts heap_before_;
  base::RefPtr<vm::AddressSpace> space_;
};

TEST_F(Vmar, RootIsTheUserRange) {
  EXPECT_EQ(root().range().base.value, arch::kUserBase);
  EXPECT_EQ(root().range().size, arch::kUserSize);
}

TEST_F(Vmar, MappedMemoryIsTheVmos) {
  const auto vmo = MakeVmo(2);
  const VirtualAddress at =
      *root().Map({.vmo = vmo, .length = 2 * kPageSize, .options = kReadWrite});
  EXPECT_EQ(Load(at), 0);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 0u);

  EXPECT_EQ(Store(at + kPageSize, 7), ZX_OK);

  std::byte byte{};
  ASSERT_TRUE(vmo->Read({&byte, 1}, kPageSize));
  EXPECT_EQ(byte, std::byte{7});
  EXPECT_EQ(Fault(at + 2 * kPageSize), ZX_ERR_NOT_FOUND);
}

TEST_F(Vmar, MemoryIsPrivateUntilAnotherSpaceMapsItToo) {
  const auto alone = MakeVmo(4);
  const auto common = MakeVmo(3);
  ASSERT_TRUE(alone->Commit(0, 2 * kPageSize));
  ASSERT_TRUE(common->Commit(0, 3 * kPageSize));
  const auto region = *root().Allocate(kCanAll, 0, 64 * kPageSize);
  const auto inner = *region->Allocate(kCanAll, 0, 16 * kPageSize);
  ASSERT_TRUE(MapAt(root(), 0x10'0000, alone));
  ASSERT_TRUE(MapAt(*inner, 0, common));
  ASSERT_TRUE(MapAt(*region, 32 * kPageSize, MakeVmo(1)));

  vm::AddressSpace::MemoryUse use = space()->CountMemory();
  EXPECT_EQ(use.mapped_bytes, 8 * kPageSize);
  EXPECT_EQ(use.private_bytes, 5 * kPageSize);
  EXPECT_EQ(use.shared_bytes, 0u);

  const auto other = *vm::AddressSpace::Create();
  ASSERT_TRUE(MapAt(other->root(), 0x10'0000, common));
  use = space()->CountMemory();
  EXPECT_EQ(use.private_bytes, 2 * kPageSize);
  EXPECT_EQ(use.shared_bytes, 3 * kPageSize);
  EXPECT_EQ(use.scaled_shared_bytes, 3 * kPageSize / 2);
  other->Destroy();
  EXPECT_EQ(other->CountMemory().mapped_bytes, 0u);
  EXPECT_EQ(space()->CountMemory().private_bytes, 5 * kPageSize);
}

TEST_F(Vmar, WriteThroughOneViewIsSeenThroughTheOther) {
  const auto vmo = MakeVmo(1);
  const VirtualAddress first =
      *root().Map({.vmo = vmo, .length = kPageSize, .options = kReadWrite});
  const VirtualAddress second = *root().Map({.vmo = vmo, .length = kPageSize, .options = kRead});
  // Both show the page of zeros now.
  EXPECT_EQ(Load(first), 0);
  EXPECT_EQ(Load(second), 0);

  EXPECT_EQ(Store(first, 5), ZX_OK);
  EXPECT_EQ(Load(second), 5);
  const std::byte six{6};
  ASSERT_TRUE(vmo->Write({&six, 1}, 0));
  EXPECT_EQ(Load(first), 6);
}

TEST_F(Vmar, SnapshotOfMappedMemoryIsStable) {
  const auto vmo = MakeVmo(1);
  const VirtualAddress at = *root().Map({.vmo = vmo, .length = kPageSize, .options = kReadWrite});
  EXPECT_EQ(Store(at, 1), ZX_OK);
  const auto child = *vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  const VirtualAddress child_at =
      *root().Map({.vmo = child, .length = kPageSize, .options = kReadWrite});

  EXPECT_EQ(Store(at, 2), ZX_OK);
  EXPECT_EQ(Load(child_at), 1);
  EXPECT_EQ(Store(child_at, 3), ZX_OK);
  EXPECT_EQ(Load(at), 2);
}

TEST_F(Vmar, AccessBeyondPermissionsIsDenied) {
  const auto vmo = MakeVmo(1);
  const VirtualAddress at = *root().Map({.vmo = vmo, .length = kPageSize, .options = kRead});
  EXPECT_EQ(Fault(at, true), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Fault(at, false, true), ZX_ERR_ACCESS_DENIED);
  const VirtualAddress none = *root().Map({.vmo = vmo, .length = kPageSize, .options = 0});
  EXPECT_EQ(Fault(none), ZX_ERR_ACCESS_DENIED);
}

TEST_F(Vmar, AccessBeyondAShrunkVmoIsOutOfRange) {
  const auto vmo = *VmoObject::Create(2 * kPageSize, VmoObject::Resizable::kYes);
  const VirtualAddress at = *root().Map(
      {.vmo = vmo, .length = 2 * kPageSize, .options = kReadWrite | ZX_VM_ALLOW_FAULTS});
  EXPECT_EQ(Store(at + kPageSize, 1), ZX_OK);
  ASSERT_TRUE(vmo->SetSize(kPageSize));
  EXPECT_EQ(Fault(at + kPageSize), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Fault(at), ZX_OK);
}

TEST_F(Vmar, FaultBeyondTheStreamIsOutOfRangeIfAskedFor) {
  const auto vmo = MakeVmo(3);
  ASSERT_TRUE(vmo->SetStreamSize(kPageSize + 1));
  const VirtualAddress at =
      *root().Map({.vmo = vmo,
                   .length = 3 * kPageSize,
                   .options = kReadWrite | ZX_VM_ALLOW_FAULTS | ZX_VM_FAULT_BEYOND_STREAM_SIZE});
  EXPECT_EQ(Store(at + kPageSize, 1), ZX_OK);
  EXPECT_EQ(Fault(at + 2 * kPageSize), ZX_ERR_OUT_OF_RANGE);
  ASSERT_TRUE(vmo->SetStreamSize(kPageSize));
  EXPECT_EQ(Fault(at + kPageSize), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmar, SliceMappingEndsWithTheSlice) {
  const auto parent = MakeVmo(4);
  const auto slice = *parent->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, kPageSize);
  const VirtualAddress at = *root().Map(
      {.vmo = slice, .length = 2 * kPageSize, .options = kReadWrite | ZX_VM_ALLOW_FAULTS});
  EXPECT_EQ(Store(at, 4), ZX_OK);
  EXPECT_EQ(Fault(at + kPageSize), ZX_ERR_OUT_OF_RANGE);
  std::byte byte{};
  ASSERT_TRUE(parent->Read({&byte, 1}, kPageSize));
  EXPECT_EQ(byte, std::byte{4});
}

TEST_F(Vmar, EagerMappingShowsWhatIsThere) {
  const auto vmo = MakeVmo(8);
  const std::byte one{1};
  for (uint64_t page : {1u, 2u, 3u, 6u}) ASSERT_TRUE(vmo->Write({&one, 1}, page * kPageSize));
  ASSERT_TRUE(
      root().Map({.vmo = vmo, .length = 8 * kPageSize, .options = kReadWrite | ZX_VM_MAP_RANGE}));
  EXPECT_EQ(PresentPages(), 4u);
}

TEST_F(Vmar, EagerMappingOfAHugeObjectLooksOnlyAtItsPages) {
  // Looking at every page number would take minutes.
  const auto vmo = *VmoObject::Create(uint64_t{1} << 45);
  const std::byte one{1};
  ASSERT_TRUE(vmo->Write({&one, 1}, uint64_t{1} << 44));
  ASSERT_TRUE(root().Map(
      {.vmo = vmo, .length = uint64_t{1} << 45, .options = kReadWrite | ZX_VM_MAP_RANGE}));
  EXPECT_EQ(PresentPages(), 1u);
  EXPECT_TRUE(vmo->SyncCaches(0, uint64_t{1} << 45));
  EXPECT_TRUE(vmo->Zero(1, (uint64_t{1} << 45) - 1));
  EXPECT_EQ(PresentPages(), 0u);
}

TEST_F(Vmar, PhysicalMemoryIsMappedWithItsType) {
  const auto device = *VmoObject::CreatePhysical({PhysicalAddress{0x0900'0000}, 4 * kPageSize},
                                           arch::MemoryType::kDevice);
  const VirtualAddress at = *root().Map({.vmo = device,
                                         .vmo_offset = kPageSize,
                                         .length = 3 * kPageSize,
                                         .options = kReadWrite | ZX_VM_MAP_RANGE});
  EXPECT_EQ(PresentPages(), 3u);
  const auto shown = arch::PageTable::Active()->Query(at + kPageSize);
  EXPECT_EQ(shown->address.value, 0x0900'0000u + 2 * kPageSize);
  EXPECT_EQ(shown->access.type, arch::MemoryType::kDevice);
  EXPECT_TRUE(shown->access.write);
}

TEST_F(Vmar, MapChecksItsArguments) {
  const auto vmo = MakeVmo(2);
  const auto map = [&](VmarObject::MapRequest request) {
    request.vmo = vmo;
    const auto mapped = root().Map(request);
    return mapped ? ZX_OK : mapped.error();
  };
  EXPECT_EQ(map({.length = 0, .options = kRead}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.vmo_offset = 1, .length = 1, .options = kRead}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 1, .options = ZX_VM_PERM_WRITE}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 1, .options = ZX_VM_PERM_EXECUTE}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 1, .options = ZX_VM_PERM_EXECUTE | ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED}),
            ZX_OK);
  EXPECT_EQ(map({.length = 1, .options = kRead | ZX_VM_CAN_MAP_READ}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 1, .options = kRead | ZX_VM_MAP_RANGE | ZX_VM_SPECIFIC_OVERWRITE}),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 1, .vmar_offset = kPageSize, .options = kRead}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 1, .vmar_offset = 1, .options = kRead | ZX_VM_SPECIFIC}),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(
      map({.length = kPageSize, .vmar_offset = arch::kUserSize, .options = kRead | ZX_VM_SPECIFIC}),
      ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = UINT64_MAX, .options = kRead | ZX_VM_ALLOW_FAULTS}),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(map({.length = 3 * kPageSize, .options = kRead}), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(map({.length = 3 * kPageSize, .options = kRead | ZX_VM_ALLOW_FAULTS}), ZX_OK);
  EXPECT_EQ(map({.length = kPageSize, .options = kReadWrite, .allowed = kRead}),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(map({.length = 1, .options = kRead | 5u << ZX_VM_ALIGN_BASE}), ZX_ERR_INVALID_ARGS);
  const auto resizable = *VmoObject::Create(kPageSize, VmoObject::Resizable::kYes);
  EXPECT_EQ(
      root()
          .Map({.vmo = resizable, .length = 1, .options = kRead | ZX_VM_REQUIRE_NON_RESIZABLE})
          .error(),
      ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(root().Map({.vmo = resizable, .length = 2 * kPageSize, .options = kRead}).error(),
            ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmar, SpecificPlacesDoNotOverlap) {
  EXPECT_EQ(MapAt(root(), 8 * kPageSize, MakeVmo(2))->value, arch::kUserBase + 8 * kPageSize);
  EXPECT_EQ(MapAt(root(), 9 * kPageSize, MakeVmo(1)).error(), ZX_ERR_ALREADY_EXISTS);
  EXPECT_EQ(MapAt(root(), 7 * kPageSize, MakeVmo(2)).error(), ZX_ERR_ALREADY_EXISTS);
  EXPECT_TRUE(MapAt(root(), 7 * kPageSize, MakeVmo(1)));
  EXPECT_TRUE(MapAt(root(), 10 * kPageSize, MakeVmo(1)));
}

TEST_F(Vmar, OverwriteReplacesPartsOfMappings) {
  const VirtualAddress at = *MapAt(root(), 0, MakeVmo(3));
  for (uint64_t page = 0; page < 3; ++page) EXPECT_EQ(Store(at + page * kPageSize, 1), ZX_OK);

  ASSERT_TRUE(root().Map({.vmo = MakeVmo(1),
                          .length = kPageSize,
                          .vmar_offset = kPageSize,
                          .options = kReadWrite | ZX_VM_SPECIFIC_OVERWRITE}));

  EXPECT_EQ(Load(at), 1);
  EXPECT_EQ(Load(at + kPageSize), 0);
  EXPECT_EQ(Load(at + 2 * kPageSize), 1);
  ASSERT_TRUE(root().Allocate(kCanAll | ZX_VM_SPECIFIC, 8 * kPageSize, kPageSize));
  EXPECT_EQ(root()
                .Map({.vmo = MakeVmo(1),
                      .length = kPageSize,
                      .vmar_offset = 8 * kPageSize,
                      .options = kReadWrite | ZX_VM_SPECIFIC_OVERWRITE})
                .error(),
            ZX_ERR_ALREADY_EXISTS);
}

TEST_F(Vmar, ChildRegionLimitsWhatIsInside) {
  const VmarRef child = *root().Allocate(ZX_VM_CAN_MAP_READ, 0, 4 * kPageSize);
  EXPECT_EQ(child->Map({.vmo = MakeVmo(1), .length = 1, .options = kReadWrite}).error(),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(MapAt(*child, 0, MakeVmo(1), kRead).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(child->Allocate(ZX_VM_CAN_MAP_WRITE, 0, kPageSize).error(), ZX_ERR_ACCESS_DENIED);
  const VirtualAddress at = *child->Map({.vmo = MakeVmo(1), .length = 1, .options = kRead});
  EXPECT_TRUE(child->range().Contains(at));
  EXPECT_EQ(child->Protect(kReadWrite, {at, kPageSize}).error(), ZX_ERR_ACCESS_DENIED);
}

TEST_F(Vmar, AllocateChecksItsArguments) {
  const auto allocate = [&](zx_vm_option_t options, uint64_t offset, uint64_t size) {
    const auto child = root().Allocate(options, offset, size);
    return child ? ZX_OK : child.error();
  };
  EXPECT_EQ(allocate(kRead, 0, kPageSize), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(allocate(kCanAll, 0, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(allocate(kCanAll, 0, 5), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(allocate(kCanAll, kPageSize, kPageSize), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(allocate(kCanAll | ZX_VM_SPECIFIC | ZX_VM_OFFSET_IS_UPPER_LIMIT, kPageSize, kPageSize),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(allocate(kCanAll | ZX_VM_SPECIFIC_OVERWRITE, kPageSize, kPageSize),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(allocate(kCanAll, 0, arch::kUserSize), ZX_OK);
  EXPECT_EQ(allocate(kCanAll, 0, kPageSize), ZX_ERR_NO_RESOURCES);
}

TEST_F(Vmar, UpperLimitAndAlignmentAreKept) {
  for (int i = 0; i < 50; ++i) {
    const VmarRef low = *root().Allocate(kCanAll | ZX_VM_OFFSET_IS_UPPER_LIMIT, 1 << 20, kPageSize);
    EXPECT_LE(low->range().end().value, arch::kUserBase + (1 << 20));
    const VmarRef aligned = *root().Allocate(kCanAll | ZX_VM_ALIGN_4MB, 0, kPageSize);
    EXPECT_EQ(aligned->range().base.value % (4 << 20), 0u);
  }
  EXPECT_EQ(
      root().Allocate(kCanAll | ZX_VM_OFFSET_IS_UPPER_LIMIT, kPageSize, 2 * kPageSize).error(),
      ZX_ERR_INVALID_ARGS);
}

TEST_F(Vmar, PlacesAreRandomAndGuarded) {
  std::set<uint64_t> places;
  std::vector<VirtualRange> ranges;
  for (int i = 0; i < 500; ++i) {
    const VmarRef child = *root().Allocate(kCanAll, 0, 3 * kPageSize);
    places.insert(child->range().base.value);
    ranges.push_back(child->range());
  }
  EXPECT_EQ(places.size(), 500u);
  std::sort(ranges.begin(), ranges.end(), [](auto a, auto b) { return a.base < b.base; });
  std::set<uint64_t> gaps;
  for (size_t i = 1; i < ranges.size(); ++i) {
    const uint64_t gap = ranges[i].base - ranges[i - 1].end();
    EXPECT_GE(gap, kPageSize);
    gaps.insert(gap);
  }
  EXPECT_GT(gaps.size(), 300u);
}

TEST_F(Vmar, FullRegionIsFilledToTheLastPage) {
  const VmarRef child = *root().Allocate(kCanAll, 0, 64 * kPageSize);
  for (int i = 0; i < 64; ++i)
    ASSERT_TRUE(child->Map({.vmo = MakeVmo(1), .length = 1, .options = kRead})) << i;
  EXPECT_EQ(child->Map({.vmo = MakeVmo(1), .length = 1, .options = kRead}).error(),
            ZX_ERR_NO_RESOURCES);
}

TEST_F(Vmar, UnmapTakesPartsOfMappings) {
  const auto vmo = MakeVmo(6);
  const VirtualAddress at = *MapAt(root(), 0, vmo);
  for (uint64_t page = 0; page < 6; ++page)
    EXPECT_EQ(Store(at + page * kPageSize, uint8_t(page + 1)), ZX_OK);

  ASSERT_TRUE(root().Unmap({at, kPageSize}));
  ASSERT_TRUE(root().Unmap({at + 3 * kPageSize, 1}));
  ASSERT_TRUE(root().Unmap({at + 5 * kPageSize, kPageSize}));

  const int expected[] = {ZX_ERR_INVALID_ARGS, 2, 3, ZX_ERR_INVALID_ARGS, 5, ZX_ERR_INVALID_ARGS};
  for (uint64_t page = 0; page < 6; ++page) EXPECT_EQ(Load(at + page * kPageSize), expected[page]);
  EXPECT_EQ(PresentPages(), 3u);
  EXPECT_EQ(space()->mapped_bytes(), 3 * kPageSize);
  // Shrinking and decommitting still find every piece.
  ASSERT_TRUE(vmo->Decommit(0, 6 * kPageSize));
  EXPECT_EQ(PresentPages(), 0u);
}

TEST_F(Vmar, UnmapChecksItsArguments) {
  const VirtualAddress base = root().range().base;
  EXPECT_EQ(root().Unmap({base, 0}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Unmap({base + 1, kPageSize}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Unmap({base - kPageSize, kPageSize}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Unmap({base, UINT64_MAX}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Unmap({base, kPageSize}).error(), ZX_ERR_NOT_FOUND);
  const VmarRef child = *root().Allocate(kCanAll | ZX_VM_SPECIFIC, 0, 4 * kPageSize);
  EXPECT_EQ(root().Unmap({base, kPageSize}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Unmap({base, 4 * kPageSize}, VmarObject::Children::kKeep).error(),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_TRUE(root().Unmap({base, 4 * kPageSize}));
  EXPECT_EQ(child->Unmap({base, kPageSize}).error(), ZX_ERR_BAD_STATE);
}

TEST_F(Vmar, ProtectChangesExactlyTheRange) {
  const VirtualAddress at = *MapAt(root(), 0, MakeVmo(4));
  for (uint64_t page = 0; page < 4; ++page) EXPECT_EQ(Store(at + page * kPageSize, 1), ZX_OK);

  ASSERT_TRUE(root().Protect(kRead, {at + kPageSize, 2 * kPageSize}));

  const zx_status_t expected[] = {ZX_OK, ZX_ERR_INVALID_ARGS, ZX_ERR_INVALID_ARGS, ZX_OK};
  for (uint64_t page = 0; page < 4; ++page) {
    EXPECT_EQ(Store(at + page * kPageSize, 2), expected[page]) << page;
    EXPECT_EQ(Load(at + page * kPageSize), expected[page] == ZX_OK ? 2 : 1);
  }
  ASSERT_TRUE(root().Protect(kReadWrite, {at, 4 * kPageSize}));
  for (uint64_t page = 0; page < 4; ++page) EXPECT_EQ(Store(at + page * kPageSize, 3), ZX_OK);
  ASSERT_TRUE(root().Protect(0, {at, 4 * kPageSize}));
  EXPECT_EQ(Load(at), ZX_ERR_INVALID_ARGS);
  ASSERT_TRUE(root().Protect(kCode, {at, 4 * kPageSize}));
  EXPECT_EQ(Fault(at, false, true), ZX_OK);
  EXPECT_TRUE(arch::PageTable::Active()->Query(at)->access.execute);
  EXPECT_FALSE(arch::PageTable::Active()->Query(at)->access.write);
}

TEST_F(Vmar, ProtectNeverWritesASharedPage) {
  const auto vmo = MakeVmo(1);
  const VirtualAddress at = *MapAt(root(), 0, vmo);
  EXPECT_EQ(Store(at, 1), ZX_OK);
  const auto child = *vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  ASSERT_TRUE(root().Protect(kRead, {at, kPageSize}));
  ASSERT_TRUE(root().Protect(kReadWrite, {at, kPageSize}));
  EXPECT_EQ(Store(at, 2), ZX_OK);
  std::byte byte{};
  ASSERT_TRUE(child->Read({&byte, 1}, 0));
  EXPECT_EQ(byte, std::byte{1});
}

TEST_F(Vmar, ProtectChecksItsArguments) {
  const VirtualAddress at = *MapAt(root(), 0, MakeVmo(2));
  ASSERT_TRUE(MapAt(root(), 3 * kPageSize, MakeVmo(1)));
  const VmarRef child = *root().Allocate(kCanAll | ZX_VM_SPECIFIC, 4 * kPageSize, kPageSize);
  EXPECT_EQ(root().Protect(kRead, {at + 1, kPageSize}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Protect(kRead, {at, 0}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Protect(ZX_VM_PERM_WRITE, {at, kPageSize}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Protect(kRead | ZX_VM_SPECIFIC, {at, kPageSize}).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(root().Protect(kRead, {at, 4 * kPageSize}).error(), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(root().Protect(kRead, {at + 5 * kPageSize, kPageSize}).error(), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(root().Protect(kRead, {at + 3 * kPageSize, 2 * kPageSize}).error(),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Store(at, 1), ZX_OK);
}

TEST_F(Vmar, ProtectOfSeveralMappingsChangesNoneWhenOneForbidsIt) {
  const VirtualAddress at = *MapAt(root(), 0, MakeVmo(1), kRead);
  ASSERT_TRUE(root().Map({.vmo = MakeVmo(1),
                          .length = kPageSize,
                          .vmar_offset = kPageSize,
                          .options = kRead | ZX_VM_SPECIFIC,
                          .allowed = kRead}));

  EXPECT_EQ(root().Protect(kReadWrite, {at, 2 * kPageSize}).error(), ZX_ERR_ACCESS_DENIED);

  EXPECT_EQ(Store(at, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(root().Protect(kRead, {at, 2 * kPageSize}));
}

TEST_F(Vmar, DestroyEndsTheWholeSubtree) {
  const VmarRef outer = *root().Allocate(kCanAll, 0, 64 * kPageSize);
  const VmarRef inner = *outer->Allocate(kCanAll, 0, 16 * kPageSize);
  const VirtualAddress at = *inner->Map({.vmo = MakeVmo(1), .length = 1, .options = kReadWrite});
  EXPECT_EQ(Store(at, 1), ZX_OK);

  ASSERT_TRUE(outer->Destroy());

  EXPECT_EQ(Load(at), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(PresentPages(), 0u);
  EXPECT_EQ(inner->Map({.vmo = MakeVmo(1), .length = 1, .options = kRead}).error(),
            ZX_ERR_BAD_STATE);
  EXPECT_EQ(inner->Allocate(kCanAll, 0, kPageSize).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(inner->Protect(kRead, {at, kPageSize}).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(inner->Destroy().error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(outer->Destroy().error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(root().Destroy().error(), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(Vmar, DeepNestingIsTakenDownWithoutRecursion) {
  VmarRef current = space()->root_ref();
  for (int depth = 0; depth < 30'000; ++depth) {
    current = *current->Allocate(kCanAll | ZX_VM_SPECIFIC, 0, arch::kUserSize);
  }
  const VirtualAddress at = *current->Map({.vmo = MakeVmo(1), .length = 1, .options = kReadWrite});
  EXPECT_EQ(Store(at, 1), ZX_OK);
  space()->Destroy();
  EXPECT_EQ(current->Destroy().error(), ZX_ERR_BAD_STATE);
}

TEST_F(Vmar, DestroyedSpaceAnswersBadState) {
  const VmarRef root = space()->root_ref();
  space()->Destroy();
  space()->Destroy();
  EXPECT_EQ(root->Map({.vmo = MakeVmo(1), .length = 1, .options = kRead}).error(),
            ZX_ERR_BAD_STATE);
  EXPECT_EQ(Fault(root->range().base), ZX_ERR_NOT_FOUND);
}

TEST_F(Vmar, LookupFindsTheVmoBehindAnAddress) {
  const auto vmo = MakeVmo(4);
  const auto slice = *vmo->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, 3 * kPageSize);
  const VirtualAddress at = *root().Map(
      {.vmo = slice, .vmo_offset = kPageSize, .length = 2 * kPageSize, .options = kRead});
  const auto found = space()->Lookup(at + 10);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->vmo, slice);
  EXPECT_EQ(found->vmo_offset, kPageSize + 10);
  EXPECT_EQ(found->size, 2 * kPageSize - 10);
  EXPECT_EQ(space()->Lookup(at + 2 * kPageSize).error(), ZX_ERR_NOT_FOUND);
}

class VdsoMapping : public Vmar {
 protected:
  VdsoMapping() : vdso_(MakeVmo(4)) { vdso_->SetVdsoCode(2 * kPageSize, 2 * kPageSize); }

  base::Result<VirtualAddress> MapCode() {
    return root().Map({.vmo = vdso_,
                       .vmo_offset = 2 * kPageSize,
                       .length = 2 * kPageSize,
                       .options = kCode,
                       .allowed = kCode});
  }

  base::RefPtr<VmoObject> vdso_;
};

TEST_F(VdsoMapping, CodeIsMappedWholeAndOnce) {
  const auto map = [&](uint64_t offset, uint64_t size) {
    return root().Map({.vmo = vdso_, .vmo_offset = offset, .length = size, .options = kCode});
  };
  EXPECT_EQ(map(2 * kPageSize, kPageSize).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(map(0, 4 * kPageSize).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(space()->vdso_code_base(), 0u);

  const VirtualAddress code = *MapCode();

  EXPECT_EQ(space()->vdso_code_base(), code.value);
  EXPECT_EQ(space()->vdso_base(), code.value - 2 * kPageSize);
  EXPECT_EQ(MapCode().error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(space()->Lookup(code)->writable);
}

TEST_F(VdsoMapping, CodeCannotBeChangedOrRemoved) {
  const VmarRef region = *root().Allocate(kCanAll, 0, 16 * kPageSize);
  const VirtualAddress code = *region->Map({.vmo = vdso_,
                                            .vmo_offset = 2 * kPageSize,
                                            .length = 2 * kPageSize,
                                            .vmar_offset = 4 * kPageSize,
                                            .options = kCode | ZX_VM_SPECIFIC});
  const uint64_t offset = 4 * kPageSize;

  EXPECT_EQ(region->Unmap({code, kPageSize}).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(region->Unmap(region->range()).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(root().Unmap(region->range()).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(region->Protect(kRead, {code, kPageSize}).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(region->Destroy().error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(region
                ->Map({.vmo = MakeVmo(1),
                       .length = kPageSize,
                       .vmar_offset = offset,
                       .options = kRead | ZX_VM_SPECIFIC_OVERWRITE})
                .error(),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Fault(code, false, true), ZX_OK);
  space()->Destroy();
  EXPECT_EQ(space()->vdso_code_base(), 0u);
}

TEST_F(VdsoMapping, DataViewsAreFreeButNeverExecutable) {
  const VirtualAddress view =
      *root().Map({.vmo = vdso_, .length = 4 * kPageSize, .options = kRead});
  EXPECT_EQ(root().Protect(kCode, {view, 4 * kPageSize}).error(), ZX_ERR_ACCESS_DENIED);
  EXPECT_TRUE(MapCode());
  EXPECT_TRUE(root().Unmap({view, 4 * kPageSize}));
}

// Random operations on one region against a map from pages to permissions.
TEST_F(Vmar, EqualsAPageMapUnderRandomOperations) {
  constexpr uint64_t kSpan = 64;
  struct Page {
    zx_vm_option_t permissions;
    bool operator==(const Page&) const = default;
  };
  std::mt19937_64 random(11);
  const VmarRef region = *root().Allocate(kCanAll, 0, kSpan * kPageSize);
  const VirtualAddress base = region->range().base;
  std::map<uint64_t, Page> pages;
  const auto any = [&](uint64_t first, uint64_t count) {
    const auto found = pages.lower_bound(first);
    return found != pages.end() && found->first < first + count;
  };
  const auto all = [&](uint64_t first, uint64_t count) {
    return static_cast<uint64_t>(
               std::distance(pages.lower_bound(first), pages.lower_bound(first + count))) == count;
  };

  const uint64_t operations = model::Operations(30'000);
  for (uint64_t step = 0; step < operations; ++step) {
    const uint64_t first = random() % kSpan;
    const uint64_t count = 1 + random() % std::min<uint64_t>(kSpan - first, 8);
    const VirtualRange range{base + first * kPageSize, count * kPageSize};
    const zx_vm_option_t permissions = random() % 2 ? kReadWrite : kRead;
    switch (random() % 4) {
      case 0: {
        const bool overwrite = random() % 2;
        const auto mapped = region->Map(
            {.vmo = MakeVmo(count),
             .length = range.size,
             .vmar_offset = first * kPageSize,
             .options = permissions | (overwrite ? ZX_VM_SPECIFIC_OVERWRITE : ZX_VM_SPECIFIC)});
        ASSERT_EQ(mapped.has_value(), overwrite || !any(first, count));
        if (mapped) {
          for (uint64_t page = first; page < first + count; ++page) pages[page] = {permissions};
        }
        break;
      }
      case 1: {
        const auto unmapped = region->Unmap(range);
        ASSERT_EQ(unmapped.has_value(), any(first, count));
        pages.erase(pages.lower_bound(first), pages.lower_bound(first + count));
        break;
      }
      case 2: {
        const auto changed = region->Protect(permissions, range);
        ASSERT_EQ(changed.has_value(), all(first, count));
        if (changed) {
          for (uint64_t page = first; page < first + count; ++page) pages[page] = {permissions};
        }
        break;
      }
      default: {
        const auto page = pages.find(first);
        const zx_status_t expected =
            page != pages.end() && (page->second.permissions & ZX_VM_PERM_WRITE)
                ? ZX_OK
                : ZX_ERR_INVALID_ARGS;
        ASSERT_EQ(Store(range.base, 1), expected);
        ASSERT_EQ(Load(range.base) >= 0, page != pages.end());
      }
    }
    ASSERT_EQ(space()->mapped_bytes(), pages.size() * kPageSize);
    // Nothing is in the page table that is not in the model.
    if (step % 64 == 0) {
      arch::PageTable::Active()->ForEach([&](VirtualAddress at, arch::Translation translation) {
        const auto page = pages.find((at - base) / kPageSize);
        ASSERT_NE(page, pages.end());
        ASSERT_TRUE(!translation.access.write || (page->second.permissions & ZX_VM_PERM_WRITE));
      });
    }
  }
}

TEST_F(Vmar, FailedAllocationsLeaveNothingBehind) {
  // Table pages stay until the end; make them exist.
  ASSERT_TRUE(MapAt(root(), 0, MakeVmo(1)));
  EXPECT_EQ(Store(root().range().base, 1), ZX_OK);
  ASSERT_TRUE(root().Unmap({root().range().base, kPageSize}));
  const vm::HeapCounts heap = vm::LiveHeap();
  const VirtualAddress base = root().range().base;
  for (uint64_t n = 1;; ++n) {
    vm::FaultInjection::FailNth(n);
    {
      const auto child = root().Allocate(kCanAll | ZX_VM_SPECIFIC, 16 * kPageSize, 16 * kPageSize);
      if (!child) EXPECT_EQ(child.error(), ZX_ERR_NO_MEMORY);
      const auto vmo = VmoObject::Create(8 * kPageSize);
      if (vmo) {
        const auto mapped = MapAt(root(), 0, *vmo);
        if (!mapped) EXPECT_EQ(mapped.error(), ZX_ERR_NO_MEMORY);
        const auto protection = root().Protect(kRead, {base + kPageSize, 2 * kPageSize});
        if (mapped && !protection) {
          EXPECT_EQ(protection.error(), ZX_ERR_NO_MEMORY);
          EXPECT_EQ(root().Protect(kReadWrite, {base, 8 * kPageSize}), base::Result<>());
        }
        for (uint64_t page = 0; mapped && page < 8; ++page) (void)Store(base + page * kPageSize, 1);
        const auto unmapped = root().Unmap({base + 5 * kPageSize, kPageSize});
        if (mapped && !unmapped) EXPECT_EQ(unmapped.error(), ZX_ERR_NO_MEMORY);
      }
    }
    const bool fired = vm::FaultInjection::fired();
    vm::FaultInjection::FailNth(0);
    (void)root().Unmap({base, 32 * kPageSize});
    EXPECT_EQ(vm::LiveHeap(), heap);
    EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 0u);
    EXPECT_EQ(space()->mapped_bytes(), 0u);
    EXPECT_EQ(PresentPages(), 0u);
    if (!fired) break;
    ASSERT_LT(n, 1000u);
  }
}

}  // namespace
