// SPDX-License-Identifier: BSD-2-Clause
// zx_vmar_*.
#include <string.h>

#include <lib/zx/vmar.h>
#include <zircon/syscalls/object.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

const size_t kPage = zx_system_get_page_size();
constexpr zx_vm_option_t kRead = ZX_VM_PERM_READ;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

zx::vmo MakeVmo(size_t size) {
  zx::vmo vmo;
  EXPECT_OK(zx::vmo::create(size, 0, &vmo));
  return vmo;
}

// A child region that may be mapped and written, with its address.
struct Region {
  zx::vmar vmar;
  zx_vaddr_t base = 0;
  size_t size;
  explicit Region(size_t bytes, zx_vm_option_t more = 0) : size(bytes) {
    EXPECT_OK(zx::vmar::root_self()->allocate(
        ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC | more, 0, bytes, &vmar, &base));
  }
  ~Region() {
    if (vmar) vmar.destroy();
  }
};

volatile uint8_t& At(zx_vaddr_t address) { return *reinterpret_cast<volatile uint8_t*>(address); }

TEST(VMAR_001, "a region has the rights it was allocated with") {
  const Region region(4 * kPage);
  EXPECT_EQ(target::RightsOf(region.vmar.get()), ZX_DEFAULT_VMAR_RIGHTS | ZX_RIGHT_READ | ZX_RIGHT_WRITE);
  zx_info_vmar_t info = {};
  ASSERT_OK(region.vmar.get_info(ZX_INFO_VMAR, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.base, region.base);
  EXPECT_EQ(info.len, 4 * kPage);
}

TEST(VMAR_002, "allocate checks its arguments") {
  const zx::unowned_vmar root = zx::vmar::root_self();
  zx::vmar child;
  zx_vaddr_t address = 0;
  EXPECT_STATUS(root->allocate(kRead, 0, kPage, &child, &address), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(root->allocate(0, 0, 0, &child, &address), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(root->allocate(0, kPage, kPage, &child, &address), ZX_ERR_INVALID_ARGS);
}

TEST(VMAR_003, "a region cannot allow more than its parent's handle") {
  const Region region(4 * kPage);
  zx::vmar child;
  zx_vaddr_t address = 0;
  EXPECT_STATUS(region.vmar.allocate(ZX_VM_CAN_MAP_EXECUTE, 0, kPage, &child, &address), ZX_ERR_ACCESS_DENIED);
  const zx::handle read_only = target::Without(region.vmar.get(), ZX_RIGHT_WRITE);
  zx_handle_t out = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_vmar_allocate(read_only.get(), ZX_VM_CAN_MAP_WRITE, 0, kPage, &out, &address),
                ZX_ERR_ACCESS_DENIED);
}

TEST(VMAR_004, "specific regions do not overlap") {
  const Region region(8 * kPage);
  zx::vmar a;
  zx::vmar b;
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.allocate(ZX_VM_SPECIFIC, 2 * kPage, 2 * kPage, &a, &address));
  EXPECT_EQ(address, region.base + 2 * kPage);
  EXPECT_STATUS(region.vmar.allocate(ZX_VM_SPECIFIC, 3 * kPage, 2 * kPage, &b, &address), ZX_ERR_ALREADY_EXISTS);
  EXPECT_OK(region.vmar.allocate(ZX_VM_SPECIFIC, 4 * kPage, 2 * kPage, &b, &address));
}

TEST(VMAR_005, "a region that does not fit is NO_RESOURCES") {
  const Region region(4 * kPage);
  zx::vmar child;
  zx_vaddr_t address = 0;
  EXPECT_STATUS(region.vmar.allocate(0, 0, 8 * kPage, &child, &address), ZX_ERR_NO_RESOURCES);
}

TEST(VMAR_006, "placement is random") {
  zx_vaddr_t first = 0;
  bool differs = false;
  for (int i = 0; i < 8 && !differs; ++i) {
    const Region region(kPage);
    differs = first != 0 && region.base != first;
    first = region.base;
  }
  EXPECT_TRUE(differs);
}

TEST(VMAR_007, "an alignment is kept") {
  const Region region(kPage, ZX_VM_ALIGN_1MB);
  EXPECT_EQ(region.base % (1 << 20), 0u);
}

TEST(VMAR_010, "a mapping shows the VMO's memory") {
  const zx::vmo vmo = MakeVmo(2 * kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kReadWrite, 0, vmo, 0, 2 * kPage, &address));
  EXPECT_EQ(At(address), 0);
  At(address + kPage) = 5;
  uint8_t byte = 0;
  ASSERT_OK(vmo.read(&byte, kPage, 1));
  EXPECT_EQ(byte, 5);
  byte = 6;
  ASSERT_OK(vmo.write(&byte, 3, 1));
  EXPECT_EQ(At(address + 3), 6);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, 2 * kPage));
}

TEST(VMAR_011, "a mapping outlives the VMO's handle") {
  zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kReadWrite, 0, vmo, 0, kPage, &address));
  vmo.reset();
  At(address) = 9;
  EXPECT_EQ(At(address), 9);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, kPage));
}

TEST(VMAR_012, "a mapping may start inside the VMO") {
  const zx::vmo vmo = MakeVmo(3 * kPage);
  uint8_t byte = 7;
  ASSERT_OK(vmo.write(&byte, 2 * kPage, 1));
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kRead, 0, vmo, 2 * kPage, kPage, &address));
  EXPECT_EQ(At(address), 7);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, kPage));
}

TEST(VMAR_013, "write without read is refused, and so are CAN_MAP bits") {
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_STATUS(zx::vmar::root_self()->map(ZX_VM_PERM_WRITE, 0, vmo, 0, kPage, &address), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::vmar::root_self()->map(kRead | ZX_VM_CAN_MAP_READ, 0, vmo, 0, kPage, &address),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::vmar::root_self()->map(kRead, 0, vmo, 0, 0, &address), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx::vmar::root_self()->map(kRead, 0, vmo, 1, kPage, &address), ZX_ERR_INVALID_ARGS);
}

TEST(VMAR_014, "a mapping needs rights on both sides") {
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  const zx::handle read_only = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  const zx::handle unmappable = target::Without(vmo.get(), ZX_RIGHT_MAP);
  const zx_handle_t root = zx_vmar_root_self();
  EXPECT_STATUS(zx_vmar_map(root, kReadWrite, 0, read_only.get(), 0, kPage, &address), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_vmar_map(root, kRead, 0, unmappable.get(), 0, kPage, &address), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_vmar_map(root, kRead | ZX_VM_PERM_EXECUTE, 0, vmo.get(), 0, kPage, &address),
                ZX_ERR_ACCESS_DENIED);
  const Region region(kPage);
  const zx::handle view = target::Without(region.vmar.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_vmar_map(view.get(), kReadWrite, 0, vmo.get(), 0, kPage, &address), ZX_ERR_ACCESS_DENIED);
}

TEST(VMAR_015, "SPECIFIC keeps its place, SPECIFIC_OVERWRITE takes it") {
  const Region region(4 * kPage);
  const zx::vmo a = MakeVmo(kPage);
  const zx::vmo b = MakeVmo(kPage);
  uint8_t byte = 2;
  ASSERT_OK(b.write(&byte, 0, 1));
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.map(kRead | ZX_VM_SPECIFIC, kPage, a, 0, kPage, &address));
  EXPECT_EQ(address, region.base + kPage);
  EXPECT_EQ(At(address), 0);
  EXPECT_STATUS(region.vmar.map(kRead | ZX_VM_SPECIFIC, kPage, b, 0, kPage, &address), ZX_ERR_ALREADY_EXISTS);
  EXPECT_OK(region.vmar.map(kRead | ZX_VM_SPECIFIC_OVERWRITE, kPage, b, 0, kPage, &address));
  EXPECT_EQ(At(region.base + kPage), 2);
}

TEST(VMAR_016, "MAP_RANGE maps at once") {
  const zx::vmo vmo = MakeVmo(2 * kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kReadWrite | ZX_VM_MAP_RANGE, 0, vmo, 0, 2 * kPage, &address));
  EXPECT_EQ(At(address + kPage), 0);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, 2 * kPage));
}

TEST(VMAR_020, "protect narrows and widens within the handle's rights") {
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kReadWrite, 0, vmo, 0, kPage, &address));
  At(address) = 1;
  EXPECT_OK(zx::vmar::root_self()->protect(kRead, address, kPage));
  EXPECT_EQ(At(address), 1);
  EXPECT_OK(zx::vmar::root_self()->protect(kReadWrite, address, kPage));
  At(address) = 2;
  EXPECT_EQ(At(address), 2);
  EXPECT_STATUS(zx::vmar::root_self()->protect(kRead | ZX_VM_PERM_EXECUTE, address, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, kPage));
}

TEST(VMAR_021, "protect never goes beyond what the VMO handle allowed") {
  const zx::vmo vmo = MakeVmo(kPage);
  const zx::handle read_only = target::Without(vmo.get(), ZX_RIGHT_WRITE);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx_vmar_map(zx_vmar_root_self(), kRead, 0, read_only.get(), 0, kPage, &address));
  EXPECT_STATUS(zx::vmar::root_self()->protect(kReadWrite, address, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, kPage));
}

TEST(VMAR_022, "protect checks its arguments") {
  const Region region(4 * kPage);
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.map(kReadWrite | ZX_VM_SPECIFIC, 0, vmo, 0, kPage, &address));
  EXPECT_STATUS(region.vmar.protect(kRead, address + 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.vmar.protect(ZX_VM_PERM_WRITE, address, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(region.vmar.protect(kRead, address, 2 * kPage), ZX_ERR_NOT_FOUND);
}

TEST(VMAR_023, "part of a mapping can be protected") {
  const zx::vmo vmo = MakeVmo(3 * kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kReadWrite, 0, vmo, 0, 3 * kPage, &address));
  EXPECT_OK(zx::vmar::root_self()->protect(kRead, address + kPage, kPage));
  At(address) = 1;
  At(address + 2 * kPage) = 1;
  EXPECT_EQ(At(address + kPage), 0);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, 3 * kPage));
}

TEST(VMAR_030, "part of a mapping can be unmapped") {
  const Region region(4 * kPage);
  const zx::vmo vmo = MakeVmo(3 * kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.map(kReadWrite | ZX_VM_SPECIFIC, 0, vmo, 0, 3 * kPage, &address));
  ASSERT_OK(region.vmar.unmap(address + kPage, kPage));
  At(address) = 1;
  At(address + 2 * kPage) = 2;
  // The hole is free again.
  EXPECT_OK(region.vmar.map(kRead | ZX_VM_SPECIFIC, kPage, vmo, 0, kPage, &address));
  EXPECT_EQ(At(address), 1);
}

TEST(VMAR_031, "unmap checks its arguments") {
  const Region region(4 * kPage);
  EXPECT_STATUS(region.vmar.unmap(region.base + 1, kPage), ZX_ERR_INVALID_ARGS);
  zx::vmar child;
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.allocate(ZX_VM_SPECIFIC, 0, 2 * kPage, &child, &address));
  EXPECT_STATUS(region.vmar.unmap(region.base, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(region.vmar.unmap(region.base, 2 * kPage));
  EXPECT_STATUS(child.allocate(0, 0, kPage, &child, &address), ZX_ERR_BAD_STATE);
}

TEST(VMAR_040, "a destroyed region is unusable") {
  Region region(4 * kPage);
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.map(kRead | ZX_VM_SPECIFIC, 0, vmo, 0, kPage, &address));
  EXPECT_OK(region.vmar.destroy());
  EXPECT_STATUS(region.vmar.map(kRead, 0, vmo, 0, kPage, &address), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(region.vmar.destroy(), ZX_ERR_BAD_STATE);
}

TEST(VMAR_041, "an unmapped page is gone: touching it ends a process") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  target::Child child;
  ASSERT_OK(child.Create(job));
  // A vDSO call that stores through a bad pointer itself.
  child.Call(zx_cprng_draw, 0x1000, 8);
  child.Call(zx_process_exit, 1);
  ASSERT_OK(child.Start(zx::handle()));
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(VMAR_042, "another object is not a region") {
  zx_vaddr_t address = 0;
  const zx::vmo vmo = MakeVmo(kPage);
  EXPECT_STATUS(zx_vmar_map(zx_process_self(), kRead, 0, vmo.get(), 0, kPage, &address), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_vmar_map(zx_vmar_root_self(), kRead, 0, zx_process_self(), 0, kPage, &address),
                ZX_ERR_WRONG_TYPE);
}

TEST(VMAR_043, "system calls refuse what the caller could not touch") {
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(kRead, 0, vmo, 0, kPage, &address));
  // Reading into a read-only mapping must not write through it.
  EXPECT_STATUS(vmo.read(reinterpret_cast<void*>(address), 0, 16), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, kPage));
}

TEST(VMAR_008, "a destroyed region has no room, a bad handle no region") {
  Region region(4 * kPage);
  zx::vmar child;
  zx_vaddr_t address = 0;
  zx_handle_t out = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_vmar_allocate(target::ClosedHandle(), 0, 0, kPage, &out, &address), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmar_allocate(zx_process_self(), 0, 0, kPage, &out, &address), ZX_ERR_WRONG_TYPE);
  ASSERT_OK(region.vmar.destroy());
  EXPECT_STATUS(region.vmar.allocate(0, 0, kPage, &child, &address), ZX_ERR_BAD_STATE);
}

TEST(VMAR_017, "a mapping ends where its VMO ends, unless faults are allowed") {
  const zx::vmo fixed = MakeVmo(kPage);
  zx::vmo resizable;
  ASSERT_OK(zx::vmo::create(kPage, ZX_VMO_RESIZABLE, &resizable));
  const Region region(8 * kPage);
  zx_vaddr_t address = 0;
  EXPECT_STATUS(region.vmar.map(kRead, 0, fixed, 0, 2 * kPage, &address), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(region.vmar.map(kRead, 0, resizable, 0, 2 * kPage, &address), ZX_ERR_OUT_OF_RANGE);
  EXPECT_OK(region.vmar.map(kRead | ZX_VM_ALLOW_FAULTS, 0, fixed, 0, 2 * kPage, &address));
}

TEST(VMAR_018, "memory that may go away is NOT_SUPPORTED where it must stay") {
  zx::vmo resizable;
  zx::vmo discardable;
  ASSERT_OK(zx::vmo::create(kPage, ZX_VMO_RESIZABLE, &resizable));
  ASSERT_OK(zx::vmo::create(kPage, ZX_VMO_DISCARDABLE, &discardable));
  const Region region(8 * kPage);
  zx_vaddr_t address = 0;
  EXPECT_STATUS(region.vmar.map(kRead | ZX_VM_REQUIRE_NON_RESIZABLE, 0, resizable, 0, kPage, &address),
                ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(region.vmar.map(kRead, 0, discardable, 0, kPage, &address), ZX_ERR_NOT_SUPPORTED);
  EXPECT_OK(region.vmar.map(kRead | ZX_VM_ALLOW_FAULTS, 0, discardable, 0, kPage, &address));
}

TEST(VMAR_019, "a mapping that does not fit is NO_RESOURCES") {
  const zx::vmo vmo = MakeVmo(8 * kPage);
  const Region region(4 * kPage);
  zx_vaddr_t address = 0;
  EXPECT_STATUS(region.vmar.map(kRead, 0, vmo, 0, 8 * kPage, &address), ZX_ERR_NO_RESOURCES);
}

TEST(VMAR_024, "protect takes a region that is alive") {
  Region region(4 * kPage);
  EXPECT_STATUS(zx_vmar_protect(target::ClosedHandle(), kRead, region.base, kPage), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmar_protect(zx_process_self(), kRead, region.base, kPage), ZX_ERR_WRONG_TYPE);
  ASSERT_OK(region.vmar.destroy());
  EXPECT_STATUS(region.vmar.protect(kRead, region.base, kPage), ZX_ERR_BAD_STATE);
}

TEST(VMAR_032, "unmap of nothing is NOT_FOUND") {
  const Region region(4 * kPage);
  EXPECT_STATUS(region.vmar.unmap(region.base, kPage), ZX_ERR_NOT_FOUND);
}

TEST(VMAR_033, "unmapping regions inside needs OP_CHILDREN, and so does destroying") {
  const Region region(4 * kPage);
  zx::vmar child;
  zx_vaddr_t address = 0;
  ASSERT_OK(region.vmar.allocate(ZX_VM_SPECIFIC, 0, kPage, &child, &address));
  const zx::handle weak = target::Without(region.vmar.get(), ZX_RIGHT_OP_CHILDREN);
  EXPECT_STATUS(zx_vmar_unmap(weak.get(), region.base, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx_vmar_destroy(weak.get()), ZX_ERR_ACCESS_DENIED);
  zx_info_vmar_t info = {};
  ASSERT_OK(child.get_info(ZX_INFO_VMAR, &info, sizeof(info), nullptr, nullptr));
  EXPECT_EQ(info.len, kPage);
}

TEST(VMAR_034, "unmap takes a region that is alive") {
  Region region(4 * kPage);
  EXPECT_STATUS(zx_vmar_unmap(target::ClosedHandle(), region.base, kPage), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmar_unmap(zx_process_self(), region.base, kPage), ZX_ERR_WRONG_TYPE);
  ASSERT_OK(region.vmar.destroy());
  EXPECT_STATUS(region.vmar.unmap(region.base, kPage), ZX_ERR_BAD_STATE);
}

TEST(VMAR_044, "a whole address space is not destroyed through its region") {
  EXPECT_STATUS(zx::vmar::root_self()->destroy(), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx_vmar_destroy(target::ClosedHandle()), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmar_destroy(zx_process_self()), ZX_ERR_WRONG_TYPE);
}

TEST(VMAR_045, "a bad handle is neither a region nor memory to map") {
  const zx::vmo vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_STATUS(zx_vmar_map(target::ClosedHandle(), kRead, 0, vmo.get(), 0, kPage, &address), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_vmar_map(zx_vmar_root_self(), kRead, 0, target::ClosedHandle(), 0, kPage, &address),
                ZX_ERR_BAD_HANDLE);
}

}  // namespace
