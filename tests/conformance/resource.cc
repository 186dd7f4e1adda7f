// SPDX-License-Identifier: BSD-2-Clause
// zx_resource_create.
#include <lib/zx/resource.h>
#include <zircon/process.h>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

zx_status_t Create(uint32_t options, uint64_t base, size_t size, zx::resource* out) {
  return zx::resource::create(*target::SystemResource(), options, base, size, "part", 4, out);
}

TEST(RSRC_001, "a part of a resource is described by it") {
  zx::resource part;
  ASSERT_OK(Create(ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1, &part));
  EXPECT_EQ(target::RightsOf(part.get()), ZX_DEFAULT_RESOURCE_RIGHTS);
  zx_info_resource_t info = {};
  ASSERT_OK(part.get_info(ZX_INFO_RESOURCE, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.kind, ZX_RSRC_KIND_SYSTEM);
  EXPECT_EQ(info.base, ZX_RSRC_SYSTEM_VMEX_BASE);
  EXPECT_EQ(info.size, 1u);
  EXPECT_STREQ(info.name, "part");
}

TEST(RSRC_002, "another kind than the parent's is refused") {
  zx::resource part;
  EXPECT_STATUS(Create(ZX_RSRC_KIND_MMIO, 0, 1, &part), ZX_ERR_ACCESS_DENIED);
}

TEST(RSRC_003, "a part lies inside its parent") {
  zx::resource power;
  ASSERT_OK(Create(ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 1, &power));
  zx::resource part;
  EXPECT_STATUS(zx::resource::create(power, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1, "x", 1, &part),
                ZX_ERR_ACCESS_DENIED);
}

TEST(RSRC_004, "kind, flags and range are checked") {
  zx::resource part;
  EXPECT_STATUS(Create(99, 0, 1, &part), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(Create(ZX_RSRC_KIND_SYSTEM | 0x80000000u, 0, 1, &part), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(Create(ZX_RSRC_KIND_SYSTEM, UINT64_MAX, 2, &part), ZX_ERR_INVALID_ARGS);
}

TEST(RSRC_005, "the parent is a resource with WRITE") {
  zx_handle_t part = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_resource_create(zx_process_self(), ZX_RSRC_KIND_SYSTEM, 1, 1, "x", 1, &part), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_resource_create(ZX_HANDLE_INVALID, ZX_RSRC_KIND_SYSTEM, 1, 1, "x", 1, &part), ZX_ERR_BAD_HANDLE);
  const zx::handle weak = target::Without(target::SystemResource()->get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_resource_create(weak.get(), ZX_RSRC_KIND_SYSTEM, 1, 1, "x", 1, &part), ZX_ERR_ACCESS_DENIED);
}

TEST(RSRC_006, "what one part has exclusively no other part can have") {
  zx::resource first;
  zx::resource second;
  constexpr uint64_t kStall = ZX_RSRC_SYSTEM_STALL_BASE;
  ASSERT_OK(Create(ZX_RSRC_KIND_SYSTEM | ZX_RSRC_FLAG_EXCLUSIVE, kStall, 1, &first));
  EXPECT_STATUS(Create(ZX_RSRC_KIND_SYSTEM, kStall, 1, &second), ZX_ERR_NOT_FOUND);
  first.reset();
  EXPECT_OK(Create(ZX_RSRC_KIND_SYSTEM, kStall, 1, &second));
}

TEST(RSRC_007, "a name that cannot be read and a part that cannot be told are INVALID_ARGS") {
  zx_handle_t part = ZX_HANDLE_INVALID;
  const zx_handle_t parent = target::SystemResource()->get();
  EXPECT_STATUS(zx_resource_create(parent, ZX_RSRC_KIND_SYSTEM, 1, 1, reinterpret_cast<char*>(8), 4, &part),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_resource_create(parent, ZX_RSRC_KIND_SYSTEM, 1, 1, "x", 1, nullptr), ZX_ERR_INVALID_ARGS);
}

}  // namespace
