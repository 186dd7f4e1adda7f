// SPDX-License-Identifier: BSD-2-Clause
// The vDSO: the only way in, mapped once and for good.
#include <lib/zx/process.h>
#include <lib/zx/vmar.h>
#include <zircon/syscalls/object.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

const size_t kPage = zx_system_get_page_size();

uintptr_t VdsoBase() {
  uintptr_t base = 0;
  EXPECT_OK(zx::process::self()->get_property(ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base, sizeof(base)));
  return base;
}

// Where a page of the vDSO's code is in this process.
uintptr_t CodePage() { return reinterpret_cast<uintptr_t>(&zx_handle_close) & ~(kPage - 1); }

TEST(VDSO_001, "the base address is known and holds an ELF image") {
  const uintptr_t base = VdsoBase();
  ASSERT_NE(base, 0u);
  EXPECT_EQ(*reinterpret_cast<const uint32_t*>(base), 0x464c457fu);
}

TEST(VDSO_002, "a process without a vDSO has no base address") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  zx::process process;
  zx::vmar root;
  ASSERT_OK(zx::process::create(job, "bare", 4, 0, &process, &root));
  uintptr_t base = 1;
  ASSERT_OK(process.get_property(ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base, sizeof(base)));
  EXPECT_EQ(base, 0u);
}

TEST(VDSO_003, "the code cannot be unmapped, protected or overwritten") {
  EXPECT_STATUS(zx::vmar::root_self()->unmap(CodePage(), kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(zx::vmar::root_self()->protect(ZX_VM_PERM_READ, CodePage(), kPage), ZX_ERR_ACCESS_DENIED);
  zx_info_vmar_t root = {};
  ASSERT_OK(zx::vmar::root_self()->get_info(ZX_INFO_VMAR, &root, sizeof(root), nullptr, nullptr));
  zx::vmo vmo;
  ASSERT_OK(zx::vmo::create(kPage, 0, &vmo));
  zx_vaddr_t address = 0;
  EXPECT_NE(zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_SPECIFIC_OVERWRITE, CodePage() - root.base, vmo, 0,
                                       kPage, &address),
            ZX_OK);
  // Still there.
  EXPECT_OK(zx_syscall_test_0());
}

TEST(VDSO_004, "the code is mapped once per process") {
  const zx::unowned_vmo vdso = target::VdsoVmo();
  const size_t offset = CodePage() - VdsoBase();
  zx_vaddr_t address = 0;
  EXPECT_STATUS(zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, *vdso, offset, kPage, &address),
                ZX_ERR_ACCESS_DENIED);
}

TEST(VDSO_005, "the whole image may be mapped as data") {
  const zx::unowned_vmo vdso = target::VdsoVmo();
  uint64_t size = 0;
  ASSERT_OK(vdso->get_size(&size));
  zx_vaddr_t address = 0;
  ASSERT_OK(zx::vmar::root_self()->map(ZX_VM_PERM_READ, 0, *vdso, 0, size, &address));
  EXPECT_EQ(*reinterpret_cast<const uint32_t*>(address), 0x464c457fu);
  EXPECT_OK(zx::vmar::root_self()->unmap(address, size));
}

TEST(VDSO_006, "the image cannot be written") {
  char byte = 0;
  EXPECT_STATUS(target::VdsoVmo()->write(&byte, 0, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(target::RightsOf(target::VdsoVmo()->get()) & ZX_RIGHT_WRITE);
  EXPECT_TRUE(target::RightsOf(target::VdsoVmo()->get()) & ZX_RIGHT_EXECUTE);
}

TEST(VDSO_010, "arguments arrive in every register") {
  EXPECT_EQ(zx_syscall_test_0(), 0);
  EXPECT_EQ(zx_syscall_test_1(1), 1);
  EXPECT_EQ(zx_syscall_test_2(1, 2), 3);
  EXPECT_EQ(zx_syscall_test_3(1, 2, 4), 7);
  EXPECT_EQ(zx_syscall_test_8(1, 2, 4, 8, 16, 32, 64, 128), 255);
}

// The entry instruction of a vDSO function, copied elsewhere, must not work. The child's stub is
// called through a copy: its page of code in a VMO of its own.
TEST(VDSO_011, "entering the kernel from elsewhere is an exception") {
  zx::job job;
  ASSERT_OK(zx::job::create(*zx::job::default_job(), 0, &job));
  target::Child child;
  ASSERT_OK(child.Create(job));

  const size_t offset = CodePage() - VdsoBase();
  static char code[65536];
  ASSERT_TRUE(kPage <= sizeof(code));
  ASSERT_OK(target::VdsoVmo()->read(code, offset, kPage));
  zx::vmo copy;
  ASSERT_OK(zx::vmo::create(kPage, 0, &copy));
  ASSERT_OK(copy.write(code, 0, kPage));
  ASSERT_OK(copy.replace_as_executable(*target::Vmex(), &copy));
  zx_vaddr_t address = 0;
  ASSERT_OK(child.root().map(ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, copy, 0, kPage, &address));

  const uintptr_t entry = address + (reinterpret_cast<uintptr_t>(&zx_handle_close) & (kPage - 1));
  ASSERT_OK(child.process().start(child.thread(), entry, 0, zx::handle(), 0));
  EXPECT_EQ(child.WaitForExit(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

}  // namespace
