// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/resource.h"

#include <gtest/gtest.h>

#include <string>

#include "kernel/vm/fault_injection.h"

namespace kernel {
namespace {

constexpr uint32_t kMmio = ZX_RSRC_KIND_MMIO;
constexpr uint32_t kExclusive = ZX_RSRC_KIND_MMIO | ZX_RSRC_FLAG_EXCLUSIVE;

class ResourceTest : public testing::Test {
 protected:
  static zx_status_t Status(const base::Result<base::RefPtr<Resource>>& result) {
    return result ? ZX_OK : result.error();
  }
  base::RefPtr<Resource> root_ = *Resource::CreateRoot(kMmio, "mmio");
};

TEST_F(ResourceTest, SliceCoversItsRangeAndNothingElse) {
  auto slice = *root_->CreateSlice(kMmio, 0x1000, 0x1000, "uart");
  EXPECT_TRUE(slice->Check(kMmio, 0x1000, 0x1000));
  EXPECT_TRUE(slice->Check(kMmio, 0x1fff, 1));
  EXPECT_EQ(slice->Check(kMmio, 0x1fff, 2).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(slice->Check(kMmio, 0xfff, 1).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(slice->Check(kMmio, UINT64_MAX, 1).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(slice->Check(kMmio, 0x1000, UINT64_MAX).error(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(slice->Check(ZX_RSRC_KIND_IRQ, 0x1000, 1).error(), ZX_ERR_WRONG_TYPE);
}

TEST_F(ResourceTest, SliceOfASliceStaysInside) {
  auto slice = *root_->CreateSlice(kMmio, 0x1000, 0x1000, "");
  EXPECT_EQ(Status(slice->CreateSlice(kMmio, 0x1800, 0x800, "")), ZX_OK);
  EXPECT_EQ(Status(slice->CreateSlice(kMmio, 0x1800, 0x801, "")), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Status(slice->CreateSlice(kMmio, 0, 0x2000, "")), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Status(slice->CreateSlice(ZX_RSRC_KIND_IRQ, 0x1800, 1, "")), ZX_ERR_ACCESS_DENIED);
}

TEST_F(ResourceTest, NonsenseIsInvalid) {
  EXPECT_EQ(Status(root_->CreateSlice(3, 0, 1, "")), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Status(root_->CreateSlice(0x2'0000, 0, 1, "")), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 0x1000, 0, "")), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 2, UINT64_MAX - 1, "")), ZX_ERR_INVALID_ARGS);
}

TEST_F(ResourceTest, NobodyMakesARootFromASlice) {
  auto system = *Resource::CreateRoot(ZX_RSRC_KIND_SYSTEM, "system");
  auto vmex = *system->CreateSlice(ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 0, "vmex");
  EXPECT_EQ(vmex->GetInfo().size, 1u);
  EXPECT_EQ(Status(vmex->CreateSlice(ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 0, "")),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(vmex->Check(ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 1).error(),
            ZX_ERR_OUT_OF_RANGE);
}

TEST_F(ResourceTest, ExclusiveRangeIsAloneUntilItDies) {
  auto exclusive = *root_->CreateSlice(kExclusive, 0x1000, 0x1000, "");
  EXPECT_EQ(Status(root_->CreateSlice(kExclusive, 0x1fff, 1, "")), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 0, 0x1001, "")), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 0, 0x1000, "")), ZX_OK);
  EXPECT_EQ(Status(exclusive->CreateSlice(kMmio, 0x1000, 1, "")), ZX_ERR_INVALID_ARGS);
  exclusive.reset();
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 0, 0x1001, "")), ZX_OK);
}

TEST_F(ResourceTest, SharedRangeCannotBecomeExclusiveForOthers) {
  auto shared = *root_->CreateSlice(kMmio, 0x1000, 0x1000, "");
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 0x1000, 0x1000, "")), ZX_OK);
  EXPECT_EQ(Status(root_->CreateSlice(kExclusive, 0x1000, 1, "")), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(Status(shared->CreateSlice(kExclusive, 0x1000, 1, "")), ZX_OK) << "its own part";
}

TEST_F(ResourceTest, NameIsCutAndTerminated) {
  const std::string long_name(40, 'n');
  const zx_info_resource_t info = (*root_->CreateSlice(kMmio, 0, 1, long_name))->GetInfo();
  EXPECT_EQ(std::string(info.name), long_name.substr(0, 31));
}

TEST_F(ResourceTest, FailedAllocationIsReported) {
  vm::FaultInjection::FailNth(1);
  EXPECT_EQ(Status(root_->CreateSlice(kMmio, 0, 1, "")), ZX_ERR_NO_MEMORY);
  vm::FaultInjection::FailNth(0);
}

}  // namespace
}  // namespace kernel
