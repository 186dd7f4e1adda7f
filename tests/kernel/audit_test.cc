// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/audit.h"

#include <arch/page_table.h>

#include "kernel/vm/address_space.h"
#include "kernel/vm/vmo.h"
#include "tests/kernel/vm/machine.h"

namespace {

using arch::kPageSize;
using VmoObject = kernel::Vmo;

class Audit : public Machine {
 protected:
  static std::string Findings() {
    TextSink sink;
    const bool sound = kernel::Audit(sink);
    EXPECT_EQ(sound, sink.text().empty());
    return sink.text();
  }
  static void Put(VmoObject& vmo, uint64_t offset) {
    const std::byte one{1};
    EXPECT_TRUE(vmo.Write({&one, 1}, offset));
  }
};

TEST_F(Audit, CountsAreEqualAroundFinishedWork) {
  const kernel::AuditCounts before = kernel::TakeAuditCounts();
  {
    const auto vmo = *VmoObject::Create(4 * kPageSize);
    Put(*vmo, 0);
    EXPECT_FALSE(before.SameResources(kernel::TakeAuditCounts()));
    EXPECT_EQ(kernel::TakeAuditCounts().objects.objects, before.objects.objects + 1);
    EXPECT_EQ(Findings(), "");
  }
  EXPECT_TRUE(before.SameResources(kernel::TakeAuditCounts()));
}

TEST_F(Audit, DescriptionNamesEveryCount) {
  TextSink sink;
  kernel::Describe(kernel::TakeAuditCounts(), sink);
  for (const char* word :
       {"free of 4096", "vmo 0", "heap", "tables 0", "stacks 0", "objects", "handles"}) {
    EXPECT_NE(sink.text().find(word), std::string::npos) << sink.text();
  }
}

TEST_F(Audit, SeesAPageNobodyHolds) {
  const PhysicalAddress page = *pages().AllocatePage(vm::Fill::kKeep, vm::PageUse::kVmo);
  EXPECT_NE(Findings().find("has 1 shares and 0 holders"), std::string::npos);
  pages().FreePage(page, vm::PageUse::kVmo);
  EXPECT_EQ(Findings(), "");
}

TEST_F(Audit, SeesAShareTooMany) {
  const auto vmo = *VmoObject::Create(kPageSize);
  Put(*vmo, 0);
  const auto child = *vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
  EXPECT_EQ(Findings(), "");
  vm::Backing::Page page;
  {
    kernel::SpinlockGuard guard(vmo->backing().lock());
    ASSERT_TRUE(vmo->backing().FindPageLocked(0, page));
  }
  pages().AddShare(page.address);
  EXPECT_NE(Findings().find("has 3 shares and 2 holders"), std::string::npos);
  pages().DropShare(page.address);
}

TEST_F(Audit, SeesASharedPageThatIsWritable) {
  const auto space = *vm::AddressSpace::Create();
  space->Activate();
  {
    const auto vmo = *VmoObject::Create(kPageSize);
    Put(*vmo, 0);
    const auto at =
        *space->root().Map({.vmo = vmo,
                            .length = kPageSize,
                            .options = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_MAP_RANGE});
    EXPECT_EQ(Findings(), "");
    const auto child = *vmo->CreateChild(ZX_VMO_CHILD_SNAPSHOT, 0, kPageSize);
    EXPECT_EQ(Findings(), "");
    arch::PageTable::Active()->Protect({at, kPageSize}, {.write = true, .user = true});
    EXPECT_NE(Findings().find("write true"), std::string::npos);
  }
  space->Destroy();
  vm::AddressSpace::Deactivated();
  arch::PageTable::Deactivate();
}

}  // namespace
