// SPDX-License-Identifier: BSD-2-Clause
// Argument conversion, policies, resources, clocks, the log and random numbers through the dispatch table.
#include <gtest/gtest.h>

#include <arch/host_machine.h>

#include <cstring>
#include <string>

#include <zircon/syscalls/clock.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>

#include "kernel/object/resource.h"
#include "kernel/upcalls.h"
#include "kernel/vm/vmo.h"
#include "tests/kernel/syscalls/host_process.h"

namespace {

using kernel::Resource;
using test::Call;

class SystemCalls : public testing::Test {
 protected:
  zx_handle_t System() {
    return process_.Add(*Resource::CreateRoot(ZX_RSRC_KIND_SYSTEM, "system"), Resource::kDefaultRights);
  }
  test::HostProcess process_;
};

TEST(SyscallTable, NoCallIsLegalBeforeTheVdsoIsKnown) {
  for (uint64_t number = 0; number < SYSCALL_TABLE_SIZE; ++number) {
    EXPECT_EQ(hafnon_syscall_sites[number], kNoSyscallSite);
    EXPECT_EQ(hafnon_syscall_table[number] != nullptr, number < hafnon_syscall_count);
  }
}

TEST(SyscallPolicy, BadHandlesAskThePolicyUnlessTheCallAsksForValidity) {
  for (uint32_t action : {ZX_POL_ACTION_ALLOW, ZX_POL_ACTION_DENY, ZX_POL_ACTION_ALLOW_EXCEPTION,
                          ZX_POL_ACTION_DENY_EXCEPTION}) {
    const zx_policy_basic_v2_t policy[] = {{ZX_POL_BAD_HANDLE, action, ZX_POL_OVERRIDE_DENY}};
    const bool raises = action == ZX_POL_ACTION_ALLOW_EXCEPTION || action == ZX_POL_ACTION_DENY_EXCEPTION;
    test::HostProcess process(policy);
    zx_handle_t event = 0;
    ASSERT_EQ(Call("event_create", 0u, &event), ZX_OK);

    test::last_policy_crash = test::kNoCrash;
    EXPECT_EQ(Call("handle_check_valid", event + 4), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(Call("object_get_info", event + 4, ZX_INFO_HANDLE_VALID, nullptr, size_t{0}, nullptr, nullptr),
              ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(test::last_policy_crash, test::kNoCrash) << "asking whether a handle is valid is no offence";

    EXPECT_EQ(Call("object_signal", event + 4, 0u, 0u), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(test::last_policy_crash, raises ? uint32_t{ZX_POL_BAD_HANDLE} : test::kNoCrash);
  }
}

TEST(SyscallPolicy, WrongTypesAskThePolicy) {
  for (uint32_t action : {ZX_POL_ACTION_ALLOW, ZX_POL_ACTION_DENY, ZX_POL_ACTION_ALLOW_EXCEPTION,
                          ZX_POL_ACTION_DENY_EXCEPTION}) {
    const zx_policy_basic_v2_t policy[] = {{ZX_POL_WRONG_OBJECT, action, ZX_POL_OVERRIDE_DENY}};
    const bool raises = action == ZX_POL_ACTION_ALLOW_EXCEPTION || action == ZX_POL_ACTION_DENY_EXCEPTION;
    test::HostProcess process(policy);
    zx_handle_t event = 0;
    ASSERT_EQ(Call("event_create", 0u, &event), ZX_OK);
    test::last_policy_crash = test::kNoCrash;
    EXPECT_EQ(Call("port_wait", event, zx_time_t{0}, nullptr), ZX_ERR_WRONG_TYPE);
    EXPECT_EQ(test::last_policy_crash, raises ? uint32_t{ZX_POL_WRONG_OBJECT} : test::kNoCrash);
  }
}

TEST(SyscallPolicy, DeniedObjectsAreNotMade) {
  const zx_policy_basic_v2_t policy[] = {{ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_DENY}};
  test::HostProcess process(policy);
  zx_handle_t handles[2] = {};
  EXPECT_EQ(Call("event_create", 0u, handles), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("eventpair_create", 0u, handles, handles + 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("channel_create", 0u, handles, handles + 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("port_create", 0u, handles), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("timer_create", 0u, ZX_CLOCK_MONOTONIC, handles), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("vmo_create", uint64_t{4096}, 0u, handles), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(process.handles().count(), 0u);
}

TEST(SyscallPolicy, WritableCodeIsRefusedWhenMappedAndWhenProtected) {
  constexpr zx_rights_t kAll = ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHT_EXECUTE | ZX_RIGHT_MAP;
  constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
  for (const uint32_t action : {ZX_POL_ACTION_ALLOW, ZX_POL_ACTION_DENY}) {
    const zx_policy_basic_v2_t policy[] = {{ZX_POL_VMAR_WX, action, ZX_POL_OVERRIDE_DENY}};
    test::HostProcess process(policy);
    const zx_handle_t root = process.Add(process.process().address_space().root_ref(), kAll);
    const zx_handle_t vmo = process.Add(*kernel::Vmo::Create(4096), kAll);
    const zx_status_t expected = action == ZX_POL_ACTION_ALLOW ? ZX_OK : ZX_ERR_ACCESS_DENIED;
    zx_vaddr_t address = 0;
    EXPECT_EQ(Call("vmar_map", root, kReadWrite | ZX_VM_PERM_EXECUTE, size_t{0}, vmo, uint64_t{0}, size_t{4096},
                   &address),
              expected);
    ASSERT_EQ(Call("vmar_map", root, kReadWrite, size_t{0}, vmo, uint64_t{0}, size_t{4096}, &address), ZX_OK);
    EXPECT_EQ(Call("vmar_protect", root, ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, address, size_t{4096}), ZX_OK);
    EXPECT_EQ(Call("vmar_protect", root, kReadWrite | ZX_VM_PERM_EXECUTE, address, size_t{4096}), expected);
  }
}

TEST_F(SystemCalls, NarrowArgumentsIgnoreTheUpperHalf) {
  EXPECT_EQ(Call("syscall_test_0"), 0);
  EXPECT_EQ(Call("syscall_test_1", 1), 1);
  EXPECT_EQ(Call("syscall_test_2", 1, 2), 3);
  EXPECT_EQ(Call("syscall_test_3", 1, 2, -7), -4);
  EXPECT_EQ(Call("syscall_test_8", 1, 2, 3, 4, 5, 6, 7, 8), 36);
  EXPECT_EQ(Call("syscall_next_1", -5), -5);
}

TEST_F(SystemCalls, ResourcesAreCutIntoSlices) {
  const zx_handle_t system = System();
  zx_handle_t power = 0;
  ASSERT_EQ(Call("resource_create", system, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, size_t{1}, "power",
                 size_t{5}, &power),
            ZX_OK);
  zx_info_resource_t info = {};
  ASSERT_EQ(Call("object_get_info", power, ZX_INFO_RESOURCE, &info, sizeof(info), nullptr, nullptr), ZX_OK);
  EXPECT_EQ(info.kind, ZX_RSRC_KIND_SYSTEM);
  EXPECT_EQ(info.base, ZX_RSRC_SYSTEM_POWER_BASE);
  EXPECT_EQ(std::string(info.name), "power");
  EXPECT_EQ(Call("resource_create", power, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, size_t{1}, "",
                 size_t{0}, &power),
            ZX_ERR_ACCESS_DENIED);
}

TEST_F(SystemCalls, PowerNeedsThePowerResource) {
  const zx_handle_t system = System();
  zx_handle_t vmex = 0;
  ASSERT_EQ(Call("resource_create", system, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, size_t{1}, "",
                 size_t{0}, &vmex),
            ZX_OK);
  const zx_handle_t mmio =
      process_.Add(*Resource::CreateRoot(ZX_RSRC_KIND_MMIO, "mmio"), Resource::kDefaultRights);
  EXPECT_EQ(Call("system_powerctl", ZX_HANDLE_INVALID, 8u, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(Call("system_powerctl", vmex, 8u, nullptr), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Call("system_powerctl", mmio, 8u, nullptr), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(Call("system_powerctl", system, 77u, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("system_powerctl", system, 3u, nullptr), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(SystemCalls, LogIsWrittenUnderTheProcessName) {
  zx_handle_t log = 0;
  ASSERT_EQ(Call("debuglog_create", ZX_HANDLE_INVALID, 0u, &log), ZX_OK);
  arch::host::SetCounter(7'190'000);
  arch::host::TakeConsole();
  EXPECT_EQ(Call("debuglog_write", log, 0u, "hello, world", size_t{12}), ZX_OK);
  EXPECT_EQ(arch::host::TakeConsole(), "[00000.007190][test] INFO: hello, world\n");
  EXPECT_EQ(Call("debuglog_write", log, 0x40u, "careful", size_t{7}), ZX_OK);
  EXPECT_EQ(arch::host::TakeConsole(), "[00000.007190][test] WARN: careful\n");
  EXPECT_EQ(Call("debuglog_write", log, 0x100u, "x", size_t{1}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("debuglog_write", log, 0u, nullptr, size_t{1}), ZX_ERR_INVALID_ARGS);
}

TEST_F(SystemCalls, ReadingTheLogNeedsTheResource) {
  zx_handle_t log = 0;
  const zx_handle_t mmio =
      process_.Add(*Resource::CreateRoot(ZX_RSRC_KIND_MMIO, "mmio"), Resource::kDefaultRights);
  EXPECT_EQ(Call("debuglog_create", ZX_HANDLE_INVALID, ZX_LOG_FLAG_READABLE, &log), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(Call("debuglog_create", mmio, ZX_LOG_FLAG_READABLE, &log), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("debuglog_create", mmio, 0u, &log), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call("debuglog_create", System(), 1u, &log), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("debuglog_create", System(), ZX_LOG_FLAG_READABLE, &log), ZX_OK);
}

TEST_F(SystemCalls, SerialOutputIsOffUnlessAskedFor) {
  EXPECT_EQ(Call("debug_write", "x", size_t{1}), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(SystemCalls, RandomNumbersComeInPortions) {
  uint8_t first[256] = {};
  uint8_t second[256] = {};
  EXPECT_EQ(Call("cprng_draw_once", first, size_t{256}), ZX_OK);
  EXPECT_EQ(Call("cprng_draw_once", second, size_t{256}), ZX_OK);
  EXPECT_NE(memcmp(first, second, sizeof(first)), 0);
  EXPECT_EQ(Call("cprng_draw_once", first, size_t{257}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("cprng_draw_once", nullptr, size_t{1}), ZX_ERR_INVALID_ARGS);
}

TEST_F(SystemCalls, ClockArgumentsMatchTheirVersion) {
  zx_handle_t clock = 0;
  const zx_clock_create_args_v1_t args = {.backstop_time = 5};
  EXPECT_EQ(Call("clock_create", uint64_t{0}, &args, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("clock_create", ZX_CLOCK_ARGS_VERSION(1), nullptr, &clock), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("clock_create", ZX_CLOCK_ARGS_VERSION(2), &args, &clock), ZX_ERR_INVALID_ARGS);
  ASSERT_EQ(Call("clock_create", ZX_CLOCK_ARGS_VERSION(1), &args, &clock), ZX_OK);

  zx_time_t now = 0;
  ASSERT_EQ(Call("clock_read", clock, &now), ZX_OK);
  EXPECT_EQ(now, 5);
  zx_clock_update_args_v1_t update = {};
  update.value = 1000;
  EXPECT_EQ(Call("clock_update", clock, ZX_CLOCK_ARGS_VERSION(1), &update), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("clock_update", clock, ZX_CLOCK_ARGS_VERSION(1) | 16, &update), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call("clock_update", clock, ZX_CLOCK_ARGS_VERSION(3) | 1, &update), ZX_ERR_INVALID_ARGS);
  ASSERT_EQ(Call("clock_update", clock, ZX_CLOCK_ARGS_VERSION(1) | 1, &update), ZX_OK);
  ASSERT_EQ(Call("clock_read", clock, &now), ZX_OK);
  EXPECT_EQ(now, 1000);
  zx_clock_details_v1_t details = {};
  EXPECT_EQ(Call("clock_get_details", clock, uint64_t{0}, &details), ZX_ERR_INVALID_ARGS);
  ASSERT_EQ(Call("clock_get_details", clock, ZX_CLOCK_ARGS_VERSION(1), &details), ZX_OK);
  EXPECT_EQ(details.backstop_time, 5);
}

}  // namespace
