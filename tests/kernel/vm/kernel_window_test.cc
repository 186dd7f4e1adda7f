// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/kernel_window.h"

#include <arch/page_table.h>

#include <vector>

#include "tests/kernel/vm/machine.h"

namespace {

using arch::kPageSize;

class KernelWindow : public Machine {
 protected:
  static bool IsMapped(VirtualAddress address) {
    return arch::PageTable::Kernel().Query(address).has_value();
  }
};

TEST_F(KernelWindow, StackIsWritableBetweenTwoGuards) {
  const vm::KernelStack stack = *vm::KernelStack::Create();

  for (uint64_t offset = 0; offset < vm::KernelStack::kSize; offset += kPageSize) {
    const auto translation = arch::PageTable::Kernel().Query(stack.base() + offset);
    ASSERT_TRUE(translation);
    EXPECT_TRUE(translation->access.write);
    EXPECT_FALSE(translation->access.user || translation->access.execute);
  }
  EXPECT_FALSE(IsMapped(stack.base() - 1));
  EXPECT_FALSE(IsMapped(stack.top()));
  EXPECT_TRUE(vm::KernelWindow::IsGuard(stack.base() - 8));
  EXPECT_FALSE(vm::KernelWindow::IsGuard(stack.base()));
}

TEST_F(KernelWindow, FreedStacksAreReusedAndTrimReturnsThePages) {
  std::vector<vm::KernelStack> stacks;
  for (int i = 0; i < 40; ++i) stacks.push_back(*vm::KernelStack::Create());
  const VirtualAddress last = stacks.back().base();
  stacks.pop_back();
  stacks.push_back(*vm::KernelStack::Create());
  EXPECT_EQ(stacks.back().base(), last);
  TextSink sink;
  EXPECT_TRUE(vm::KernelWindow::Audit(sink)) << sink.text();

  stacks.clear();
  vm::KernelWindow::Trim();

  EXPECT_EQ(pages().counts().used_by(vm::PageUse::kStack), 0u);
  EXPECT_FALSE(IsMapped(last));
}

TEST_F(KernelWindow, FailedStackLeavesNothingBehind) {
  // Table pages of the kernel stay.
  {
    const auto warm = vm::KernelStack::Create();
  }
  vm::KernelWindow::Trim();
  const vm::PageCounts before = pages().counts();
  for (uint64_t n = 1;; ++n) {
    vm::FaultInjection::FailNth(n);
    const auto stack = vm::KernelStack::Create();
    if (!vm::FaultInjection::fired()) break;
    EXPECT_EQ(stack.error(), ZX_ERR_NO_MEMORY);
    EXPECT_EQ(pages().counts().free, before.free);
  }
}

TEST_F(KernelWindow, DeviceIsMappedUncachedAtItsOffset) {
  const VirtualAddress first = *vm::KernelWindow::MapDevice({PhysicalAddress{0x0900'0010}, 0x20});
  const VirtualAddress second = *vm::KernelWindow::MapDevice({PhysicalAddress{0x0800'0ff0}, 0x20});

  EXPECT_EQ(arch::PageTable::Kernel().Query(first)->address.value, 0x0900'0010u);
  EXPECT_EQ(arch::PageTable::Kernel().Query(first)->access.type, arch::MemoryType::kDevice);
  EXPECT_EQ(arch::PageTable::Kernel().Query(second + 0x10)->address.value, 0x0800'1000u);
  EXPECT_GE(second.value, first.value + 2 * kPageSize - 0x10);
}

}  // namespace
