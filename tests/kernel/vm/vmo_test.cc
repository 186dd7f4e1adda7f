// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/vmo.h"

#include <arch/page_table.h>
#include <arch/user_copy.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "kernel/vm/address_space.h"
#include "tests/kernel/model/model.h"
#include "tests/kernel/vm/machine.h"

namespace {

using arch::kPageSize;
using VmarObject = kernel::Vmar;
using VmoObject = kernel::Vmo;
using VmoRef = base::RefPtr<VmoObject>;

std::span<const std::byte> Bytes(const std::vector<uint8_t>& from) {
  return std::as_bytes(std::span(from));
}

class Vmo : public Machine {
 protected:
  Vmo() : heap_before_(vm::LiveHeap()) {}
  ~Vmo() override {
    EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 0u);
    EXPECT_EQ(vm::LiveHeap(), heap_before_);
  }

  static VmoRef Make(uint64_t page_count,
                     VmoObject::Resizable resizable = VmoObject::Resizable::kNo) {
    return *VmoObject::Create(page_count * kPageSize, resizable);
  }
  static void Fill(VmoObject& vmo, uint64_t offset, uint8_t value, size_t size = 1) {
    EXPECT_TRUE(vmo.Write(Bytes(std::vector<uint8_t>(size, value)), offset));
  }
  static int At(VmoObject& vmo, uint64_t offset) {
    std::byte byte{};
    const auto status = vmo.Read({&byte, 1}, offset);
    return status ? static_cast<int>(byte) : status.error();
  }

 private:
  vm::HeapCounts heap_before_;
};

TEST_F(Vmo, NewMemoryReadsAsZeroAndTakesNoPages) {
  const VmoRef vmo = Make(1000);

  EXPECT_EQ(At(*vmo, 0), 0);
  EXPECT_EQ(At(*vmo, 1000 * kPageSize - 1), 0);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 0u);
  EXPECT_EQ(At(*vmo, 1000 * kPageSize), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmo, SizeIsRoundedUpAndTheStreamIsExact) {
  const VmoRef vmo = *VmoObject::Create(5000);
  EXPECT_EQ(vmo->size(), 2 * kPageSize);
  EXPECT_EQ(*vmo->GetStreamSize(), 5000u);
  EXPECT_EQ(VmoObject::Create(UINT64_MAX).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(VmoObject::Create(UINT64_MAX / 2 + 1).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ((*VmoObject::Create(0))->size(), 0u);
}

TEST_F(Vmo, FarApartPagesOfAHugeObjectTakeLittleMemory) {
  const VmoRef vmo = *VmoObject::CreateUnbounded(0);
  const vm::HeapCounts before = vm::LiveHeap();
  Fill(*vmo, 0, 1);
  Fill(*vmo, vmo->size() - 1, 2);

  EXPECT_EQ(At(*vmo, 0), 1);
  EXPECT_EQ(At(*vmo, vmo->size() - 1), 2);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 2u);
  EXPECT_LE(vm::LiveHeap().live_bytes - before.live_bytes, 32u * 256u);
  ASSERT_TRUE(vmo->Decommit(0, vmo->size()));
  EXPECT_EQ(vm::LiveHeap(), before);
}

TEST_F(Vmo, ReadAndWriteAreAllOrNothing) {
  const VmoRef vmo = Make(1);
  EXPECT_EQ(vmo->Write(Bytes(std::vector<uint8_t>(2, 9)), kPageSize - 1).error(),
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(At(*vmo, kPageSize - 1), 0);
  std::vector<std::byte> out(2);
  EXPECT_EQ(vmo->Read(out, UINT64_MAX).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmo, SnapshotAndParentDoNotSeeEachOthersWrites) {
  const VmoRef parent = Make(3);
  Fill(*parent, 0, 1, 3 * kPageSize);
  const VmoRef child = *parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT, kPageSize, 3 * kPageSize);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 3u);

  Fill(*parent, kPageSize, 2);
  Fill(*child, kPageSize, 3);

  EXPECT_EQ(At(*child, 0), 1);
  EXPECT_EQ(At(*parent, 2 * kPageSize), 1);
  EXPECT_EQ(At(*child, kPageSize), 3);
  EXPECT_EQ(At(*child, kPageSize + 1), 1);
  // Beyond the parent's end.
  EXPECT_EQ(At(*child, 2 * kPageSize), 0);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 5u);
}

TEST_F(Vmo, LastHolderOfASharedPageWritesInPlace) {
  const VmoRef parent = Make(1);
  Fill(*parent, 0, 1);
  VmoRef child = *parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  child.reset();
  Fill(*parent, 0, 2);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 1u);
}

TEST_F(Vmo, SnapshotOutlivesItsParent) {
  VmoRef parent = Make(1);
  Fill(*parent, 5, 7);
  const VmoRef child = *parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE, 0, kPageSize);
  parent.reset();
  EXPECT_EQ(At(*child, 5), 7);
}

TEST_F(Vmo, DeepChainOfSnapshotsStaysFlat) {
  VmoRef vmo = Make(1);
  Fill(*vmo, 0, 7);
  for (int depth = 0; depth < 10'000; ++depth)
    vmo = *vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  EXPECT_EQ(At(*vmo, 0), 7);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 1u);
  EXPECT_EQ(vm::LiveHeap().live_objects, 2u);
}

TEST_F(Vmo, SliceIsAWindowOnItsParent) {
  const VmoRef parent = Make(4);
  const VmoRef slice = *parent->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, 2 * kPageSize);
  const VmoRef inner = *slice->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, kPageSize);

  Fill(*inner, 3, 9);

  EXPECT_EQ(At(*parent, 2 * kPageSize + 3), 9);
  EXPECT_EQ(At(*slice, kPageSize + 3), 9);
  EXPECT_EQ(At(*slice, 2 * kPageSize), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(slice->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, 2 * kPageSize).error(),
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(slice->Decommit(0, 3 * kPageSize).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmo, SnapshotOfASliceEndsWithTheSlice) {
  const VmoRef parent = Make(3);
  Fill(*parent, 0, 1, 3 * kPageSize);
  const VmoRef slice = *parent->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, kPageSize);
  const VmoRef child = *slice->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, 2 * kPageSize);
  EXPECT_EQ(At(*child, 0), 1);
  EXPECT_EQ(At(*child, kPageSize), 0);
  EXPECT_EQ(child->size(), 2 * kPageSize);
}

TEST_F(Vmo, ReferenceSharesPagesSizeAndStream) {
  const VmoRef parent = Make(1, VmoObject::Resizable::kYes);
  const VmoRef reference =
      *parent->CreateChild(ZX_VMO_CHILD_REFERENCE | ZX_VMO_CHILD_RESIZABLE, 0, 0);
  const VmoRef fixed = *parent->CreateChild(ZX_VMO_CHILD_REFERENCE, 0, 0);

  ASSERT_TRUE(reference->SetSize(3 * kPageSize - 5));
  Fill(*reference, 2 * kPageSize, 4);

  EXPECT_EQ(At(*parent, 2 * kPageSize), 4);
  EXPECT_EQ(*parent->GetStreamSize(), 3 * kPageSize - 5);
  EXPECT_EQ(fixed->SetSize(kPageSize).error(), ZX_ERR_UNAVAILABLE);
  EXPECT_EQ(parent->CreateChild(ZX_VMO_CHILD_REFERENCE, 0, kPageSize).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Make(1)->CreateChild(ZX_VMO_CHILD_REFERENCE | ZX_VMO_CHILD_RESIZABLE, 0, 0).error(),
            ZX_ERR_NOT_SUPPORTED);
}

TEST_F(Vmo, ChildOptionsAreChecked) {
  const VmoRef vmo = Make(2);
  const uint32_t wrong[] = {
      0,
      ZX_VMO_CHILD_RESIZABLE,
      ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_SLICE,
      ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_SNAPSHOT_MODIFIED,
      ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_RESIZABLE,
      ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_RESIZABLE | ZX_VMO_CHILD_NO_WRITE,
      ZX_VMO_CHILD_SNAPSHOT | 1u << 20,
  };
  for (uint32_t options : wrong) {
    EXPECT_EQ(vmo->CreateChild(options, 0, kPageSize).error(), ZX_ERR_INVALID_ARGS) << options;
  }
  EXPECT_EQ(vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 1, kPageSize).error(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, UINT64_MAX).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(vmo->CreateChild(ZX_VMO_CHILD_SLICE, kPageSize, 2 * kPageSize).error(),
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(
      Make(1, VmoObject::Resizable::kYes)->CreateChild(ZX_VMO_CHILD_SLICE, 0, kPageSize).error(),
      ZX_ERR_NOT_SUPPORTED);
}

TEST_F(Vmo, ZeroChildrenFollowsTheFamily) {
  const VmoRef parent = Make(1);
  const auto signalled = [&] { return (parent->signals() & ZX_VMO_ZERO_CHILDREN) != 0; };
  EXPECT_TRUE(signalled());

  VmoRef child = *parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  EXPECT_FALSE(signalled());
  VmoRef grandchild = *child->CreateChild(ZX_VMO_CHILD_SLICE, 0, kPageSize);
  VmoRef second = *child->CreateChild(ZX_VMO_CHILD_REFERENCE, 0, 0);
  EXPECT_EQ(parent->GetInfo().child_count, 1u);
  // Grandchildren take the place of their parent.
  child.reset();
  EXPECT_FALSE(signalled());
  EXPECT_EQ(parent->GetInfo().child_count, 2u);
  grandchild.reset();
  EXPECT_FALSE(signalled());
  second.reset();

  EXPECT_TRUE(signalled());
  EXPECT_EQ(parent->GetInfo().child_count, 0u);
}

TEST_F(Vmo, OrphansLeaveInAnyOrder) {
  VmoRef parent = Make(1);
  VmoRef child = *parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  VmoRef grandchild = *child->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  EXPECT_EQ(child->GetInfo().parent_koid, parent->koid());
  parent.reset();
  grandchild.reset();
  EXPECT_TRUE(child->signals() & ZX_VMO_ZERO_CHILDREN);
}

TEST_F(Vmo, ShrinkingDiscardsAndGrowingReadsAsZero) {
  const VmoRef vmo = Make(3, VmoObject::Resizable::kYes);
  Fill(*vmo, 0, 5, 3 * kPageSize);

  ASSERT_TRUE(vmo->SetSize(kPageSize + 100));
  EXPECT_EQ(vmo->size(), 2 * kPageSize);
  EXPECT_EQ(*vmo->GetStreamSize(), kPageSize + 100);
  ASSERT_TRUE(vmo->SetSize(3 * kPageSize));

  EXPECT_EQ(At(*vmo, kPageSize + 99), 5);
  EXPECT_EQ(At(*vmo, kPageSize + 100), 0);
  EXPECT_EQ(At(*vmo, 2 * kPageSize), 0);
  EXPECT_EQ(Make(1)->SetSize(0).error(), ZX_ERR_UNAVAILABLE);
  EXPECT_EQ(vmo->SetSize(UINT64_MAX).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmo, ShrinkingTheStreamClearsItsTail) {
  const VmoRef vmo = Make(2);
  Fill(*vmo, 0, 5, 2 * kPageSize);
  ASSERT_TRUE(vmo->SetStreamSize(10));
  EXPECT_EQ(At(*vmo, 9), 5);
  EXPECT_EQ(At(*vmo, 10), 0);
  EXPECT_EQ(At(*vmo, kPageSize), 0);
  ASSERT_TRUE(vmo->SetStreamSize(2 * kPageSize));
  EXPECT_EQ(vmo->SetStreamSize(2 * kPageSize + 1).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmo, TransferMovesPagesAndLeavesZeros) {
  const VmoRef from = Make(3);
  const VmoRef to = Make(3);
  Fill(*from, 0, 1, 3 * kPageSize);
  Fill(*to, 0, 2, 3 * kPageSize);

  ASSERT_TRUE(to->TransferFrom(*from, kPageSize, 0, 2 * kPageSize));

  EXPECT_EQ(At(*to, 0), 1);
  EXPECT_EQ(At(*to, kPageSize), 1);
  EXPECT_EQ(At(*to, 2 * kPageSize), 2);
  EXPECT_EQ(At(*from, 0), 1);
  EXPECT_EQ(At(*from, kPageSize), 0);
  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), 4u);
  EXPECT_EQ(to->TransferFrom(*from, 2 * kPageSize, 0, 2 * kPageSize).error(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(Vmo, PhysicalMemoryRefusesWhatNeedsPages) {
  const VmoRef device = *VmoObject::CreatePhysical({PhysicalAddress{0x0900'0000}, kPageSize},
                                                   arch::MemoryType::kDevice);
  EXPECT_EQ(At(*device, 0), ZX_ERR_BAD_STATE);
  EXPECT_EQ(device->Decommit(0, kPageSize).error(), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(device->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize).error(), ZX_ERR_NOT_SUPPORTED);
  EXPECT_TRUE(device->CreateChild(ZX_VMO_CHILD_SLICE, 0, kPageSize));
  EXPECT_EQ(device->GetStreamSize().error(), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(
      VmoObject::CreatePhysical({PhysicalAddress{1}, kPageSize}, arch::MemoryType::kDevice).error(),
      ZX_ERR_INVALID_ARGS);
}

TEST_F(Vmo, BootImageIsReadInPlaceAndFreedLikeOtherMemory) {
  arch::host::ResetRam(kPages);
  const PhysicalRange ram = arch::host::Ram();
  const PhysicalRange zbi{ram.base + 100 * kPageSize, 3 * kPageSize};
  const kernel::MemoryRange memory[] = {{{ram.base, 100 * kPageSize}, kernel::MemoryKind::kFree},
                                        {zbi, kernel::MemoryKind::kZbi},
                                        {{zbi.end(), 500 * kPageSize}, kernel::MemoryKind::kFree}};
  vm::Init(memory);
  memset(arch::PhysmapAddress(zbi.base), 0x42, zbi.size);
  const vm::PageCounts before = pages().counts();
  {
    const VmoRef vmo = *VmoObject::CreateFromBootImage(zbi, 2 * kPageSize + 7);
    EXPECT_EQ(At(*vmo, 2 * kPageSize), 0x42);
    EXPECT_EQ(*vmo->GetStreamSize(), 2 * kPageSize + 7);
    const VmoRef child = *vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, kPageSize, kPageSize);
    Fill(*child, 0, 1);
    EXPECT_EQ(At(*vmo, kPageSize), 0x42);
  }
  EXPECT_EQ(pages().counts().free, before.free + 3);
}

TEST_F(Vmo, NameIsCutAndTerminated) {
  const VmoRef vmo = Make(0);
  char name[ZX_MAX_NAME_LEN];
  vmo->set_name("0123456789012345678901234567890123456789");
  vmo->GetName(name);
  EXPECT_STREQ(name, "0123456789012345678901234567890");
  vmo->set_name(std::string_view("a\0b", 3));
  vmo->GetName(name);
  EXPECT_STREQ(name, "a");
}

TEST_F(Vmo, LocksAreCounted) {
  const VmoRef vmo = Make(1);
  EXPECT_EQ(vmo->Unlock().error(), ZX_ERR_BAD_STATE);
  EXPECT_TRUE(vmo->Lock());
  EXPECT_TRUE(vmo->Unlock());
  EXPECT_EQ(vmo->Unlock().error(), ZX_ERR_BAD_STATE);
}

// Random operations on a family of memory objects, some of them mapped, against byte arrays.
class Model {
 public:
  explicit Model(uint64_t seed) : random_(seed) {
    space_ = *vm::AddressSpace::Create();
    space_->Activate();
  }
  ~Model() {
    views_.clear();
    space_->Destroy();
    vm::AddressSpace::Deactivated();
    arch::PageTable::Deactivate();
  }

  void Step() {
    if (views_.empty() || (views_.size() < 24 && random_() % 8 == 0)) return Create();
    View& view = views_[random_() % views_.size()];
    switch (random_() % 12) {
      case 0:
        return CreateChild(view);
      case 1:
        return Close(view);
      case 2:
        return Resize(view);
      case 3:
        return Zero(view);
      case 4:
        return Decommit(view);
      case 5:
        return Map(view);
      case 6:
        return Transfer(view, views_[random_() % views_.size()]);
      case 7:
        return UserWrite(view);
      case 8:
        return UserRead(view);
      case 9:
        return Commit(view);
      default:
        return Write(view);
    }
  }

  void CheckAll() {
    for (View& view : views_) {
      std::vector<std::byte> all(view.size());
      ASSERT_TRUE(view.vmo->Read(all, 0));
      if (!all.empty()) ASSERT_EQ(memcmp(all.data(), view.data(), all.size()), 0);
      TextSink sink;
      ASSERT_TRUE(view.vmo->backing().Audit(sink)) << sink.text();
    }
  }

 private:
  static constexpr uint64_t kMaxPages = 40;
  using Store = std::vector<uint8_t>;
  struct View {
    VmoRef vmo;
    std::shared_ptr<Store> store;
    bool slice = false;
    uint64_t offset = 0;
    uint64_t window = 0;
    uint64_t mapped_at = 0;
    uint64_t mapped_size = 0;

    uint64_t size() const { return slice ? window : store->size(); }
    uint8_t* data() const { return store->data() + offset; }
  };
  struct Range {
    uint64_t offset;
    uint64_t size;
  };

  Range PickBytes(const View& view) {
    const uint64_t size = view.size();
    const uint64_t offset = size ? random_() % size : 0;
    const uint64_t most = random_() % 4 ? 100 : 3 * kPageSize;
    return {offset, std::min(size - offset, random_() % most)};
  }
  Range PickPages(const View& view) {
    const uint64_t pages = view.size() / kPageSize;
    const uint64_t first = pages ? random_() % pages : 0;
    return {first * kPageSize, std::min(pages - first, random_() % 5) * kPageSize};
  }
  std::vector<uint8_t> RandomBytes(uint64_t size) {
    return std::vector<uint8_t>(size, static_cast<uint8_t>(random_()));
  }

  void Create() {
    const uint64_t size = random_() % kMaxPages * kPageSize;
    const auto resizable = random_() % 2 ? VmoObject::Resizable::kYes : VmoObject::Resizable::kNo;
    auto vmo = VmoObject::Create(size, resizable);
    ASSERT_TRUE(vmo);
    views_.push_back({.vmo = *vmo, .store = std::make_shared<Store>(size)});
  }

  void CreateChild(View& view) {
    if (views_.size() >= 24) return;
    const Range range = PickPages(view);
    View child;
    if (random_() % 2) {
      const uint64_t size = range.size + random_() % 2 * kPageSize;
      child.vmo = *view.vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT | ZX_VMO_CHILD_RESIZABLE,
                                         range.offset, size);
      child.store = std::make_shared<Store>(size);
      const uint64_t copied = std::min(size, view.size() - range.offset);
      std::copy_n(view.data() + range.offset, copied, child.store->data());
    } else if (view.slice || !view.vmo->is_resizable()) {
      child.vmo = *view.vmo->CreateChild(ZX_VMO_CHILD_SLICE, range.offset, range.size);
      child.store = view.store;
      child.slice = true;
      child.offset = view.offset + range.offset;
      child.window = range.size;
    } else {
      child.vmo = *view.vmo->CreateChild(ZX_VMO_CHILD_REFERENCE | ZX_VMO_CHILD_RESIZABLE, 0, 0);
      child.store = view.store;
    }
    views_.push_back(child);
  }

  void Close(View& view) {
    Unmap(view);
    std::swap(view, views_.back());
    views_.pop_back();
  }

  void Resize(View& view) {
    if (!view.vmo->is_resizable()) return;
    const uint64_t size = random_() % (kMaxPages * kPageSize);
    ASSERT_TRUE(view.vmo->SetSize(size));
    // Clears the rest of the last page, also when that page was there before.
    const uint64_t rounded = (size + kPageSize - 1) / kPageSize * kPageSize;
    if (size < view.store->size()) view.store->resize(size);
    view.store->resize(rounded);
  }

  void Zero(View& view) {
    const Range range = PickBytes(view);
    ASSERT_TRUE(view.vmo->Zero(range.offset, range.size));
    std::fill_n(view.data() + range.offset, range.size, uint8_t{0});
  }

  void Decommit(View& view) {
    const Range range = PickPages(view);
    ASSERT_TRUE(view.vmo->Decommit(range.offset, range.size));
    std::fill_n(view.data() + range.offset, range.size, uint8_t{0});
  }

  void Commit(View& view) {
    const Range range = PickPages(view);
    ASSERT_TRUE(view.vmo->Commit(range.offset, range.size));
  }

  void Transfer(View& to, View& from) {
    if (to.store == from.store) return;
    const Range source = PickPages(from);
    const uint64_t pages = to.size() / kPageSize;
    const uint64_t offset = pages ? random_() % pages * kPageSize : 0;
    const uint64_t size = std::min(source.size, to.size() - offset);
    ASSERT_TRUE(to.vmo->TransferFrom(*from.vmo, source.offset, offset, size));
    std::copy_n(from.data() + source.offset, size, to.data() + offset);
    std::fill_n(from.data() + source.offset, size, uint8_t{0});
  }

  void Write(View& view) {
    const Range range = PickBytes(view);
    const auto bytes = RandomBytes(range.size);
    ASSERT_TRUE(view.vmo->Write(Bytes(bytes), range.offset));
    if (range.size) memcpy(view.data() + range.offset, bytes.data(), range.size);
  }

  void Unmap(View& view) {
    if (view.mapped_size) {
      ASSERT_TRUE(space_->root().Unmap({VirtualAddress{view.mapped_at}, view.mapped_size}));
    }
    view.mapped_size = 0;
  }

  void Map(View& view) {
    Unmap(view);
    view.mapped_size = (1 + random_() % kMaxPages) * kPageSize;
    const zx_vm_option_t eager = random_() % 2 ? ZX_VM_MAP_RANGE : 0;
    const auto mapped = space_->root().Map(
        {.vmo = view.vmo,
         .length = view.mapped_size,
         .options = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_ALLOW_FAULTS | eager});
    ASSERT_TRUE(mapped);
    view.mapped_at = mapped->value;
  }

  // Whether an access through the mapping must work.
  bool IsAccessible(const View& view, Range range) const {
    const uint64_t end = range.offset + range.size;
    return range.size == 0 || (end <= view.size() && end <= view.mapped_size);
  }
  Range PickMapped(const View& view) {
    const uint64_t offset = random_() % view.mapped_size;
    return {offset, 1 + random_() % 200};
  }

  void UserWrite(View& view) {
    if (!view.mapped_size) return;
    const Range range = PickMapped(view);
    const auto bytes = RandomBytes(range.size);
    const zx_status_t status =
        arch::CopyToUser(view.mapped_at + range.offset, bytes.data(), range.size);
    if (IsAccessible(view, range)) {
      ASSERT_EQ(status, ZX_OK);
      memcpy(view.data() + range.offset, bytes.data(), range.size);
    } else {
      ASSERT_EQ(status, ZX_ERR_INVALID_ARGS);
      // What lay before the end was written.
      const uint64_t end = std::min({range.offset + range.size, view.size(), view.mapped_size});
      if (range.offset < end) memcpy(view.data() + range.offset, bytes.data(), end - range.offset);
    }
  }

  void UserRead(View& view) {
    if (!view.mapped_size) return;
    const Range range = PickMapped(view);
    std::vector<uint8_t> bytes(range.size);
    const zx_status_t status =
        arch::CopyFromUser(bytes.data(), view.mapped_at + range.offset, range.size);
    if (!IsAccessible(view, range)) {
      ASSERT_EQ(status, ZX_ERR_INVALID_ARGS);
    } else {
      ASSERT_EQ(status, ZX_OK);
      ASSERT_EQ(memcmp(bytes.data(), view.data() + range.offset, range.size), 0);
    }
  }

  std::mt19937_64 random_;
  base::RefPtr<vm::AddressSpace> space_;
  std::vector<View> views_;
};

TEST_F(Vmo, EqualsByteArraysUnderRandomOperations) {
  constexpr uint64_t kSteps = 2500;
  const uint64_t last_seed = model::Operations(12 * kSteps) / kSteps;
  for (uint64_t seed = 1; seed <= last_seed; ++seed) {
    Model model(seed);
    for (uint64_t step = 0; step < kSteps && !HasFatalFailure(); ++step) {
      model.Step();
      if (step % 250 == 0) model.CheckAll();
    }
    model.CheckAll();
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
  }
}

// Every allocation of a scenario fails once; nothing may be lost and no content may change.
TEST_F(Vmo, FailedAllocationsLeaveNothingBehind) {
  for (uint64_t n = 1;; ++n) {
    const VmoRef parent = Make(80, VmoObject::Resizable::kYes);
    Fill(*parent, 0, 1, 2 * kPageSize);
    Fill(*parent, 70 * kPageSize, 3);
    const VmoRef other = Make(80);
    const vm::HeapCounts heap = vm::LiveHeap();
    const uint64_t used = pages().counts().used_by(vm::PageUse::kVmo);

    vm::FaultInjection::FailNth(n);
    {
      const auto child = parent->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, 80 * kPageSize);
      if (!child) {
        EXPECT_EQ(child.error(), ZX_ERR_NO_MEMORY);
        EXPECT_EQ(vm::LiveHeap(), heap);
        EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), used);
        EXPECT_TRUE(parent->signals() & ZX_VMO_ZERO_CHILDREN);
      } else {
        const auto written = (*child)->Write(Bytes(std::vector<uint8_t>(3 * kPageSize, 9)), 100);
        if (!written) EXPECT_EQ(written.error(), ZX_ERR_NO_MEMORY);
        const auto cleared = (*child)->Zero(1, kPageSize);
        if (!cleared) EXPECT_EQ(cleared.error(), ZX_ERR_NO_MEMORY);
      }
      const auto moved = other->TransferFrom(*parent, 0, kPageSize, 75 * kPageSize);
      VmoObject& now = moved ? *other : *parent;
      const uint64_t at = moved ? kPageSize : 0;
      if (!moved) EXPECT_EQ(moved.error(), ZX_ERR_NO_MEMORY);
      EXPECT_EQ(At(now, at), 1);
      EXPECT_EQ(At(now, at + 70 * kPageSize), 3);
    }
    EXPECT_EQ(pages().counts().used_by(vm::PageUse::kVmo), used);
    const bool fired = vm::FaultInjection::fired();
    vm::FaultInjection::FailNth(0);
    if (!fired) break;
    ASSERT_LT(n, 1000u);
  }
}

}  // namespace
