// SPDX-License-Identifier: BSD-2-Clause
// zx_system_*, random numbers, cache_flush.
#include <string.h>

#include <zircon/features.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/system.h>

#include "tests/target/child.h"
#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

TEST(SYST_001, "the constants make sense") {
  const uint32_t page = zx_system_get_page_size();
  EXPECT_GE(page, 4096u);
  EXPECT_EQ(page & (page - 1), 0u);
  EXPECT_GE(zx_system_get_num_cpus(), 1u);
  EXPECT_GE(zx_system_get_dcache_line_size(), 16u);
  EXPECT_GT(zx_system_get_physmem(), uint64_t{1} << 20);
}

TEST(SYST_002, "the version string ends where it says") {
  const zx_string_view_t version = zx_system_get_version_string();
  EXPECT_GT(version.length, 0u);
  EXPECT_EQ(strlen(version.c_str), version.length);
}

TEST(SYST_003, "features have known kinds only") {
  uint32_t features = 0;
  for (uint32_t kind = 0; kind <= ZX_FEATURE_KIND_VM; ++kind) EXPECT_OK(zx_system_get_features(kind, &features));
  EXPECT_STATUS(zx_system_get_features(99, &features), ZX_ERR_INVALID_ARGS);
}

TEST(SYST_010, "random bytes differ and fill any size") {
  static unsigned char a[1000];
  static unsigned char b[1000];
  zx_cprng_draw(a, sizeof(a));
  zx_cprng_draw(b, sizeof(b));
  EXPECT_NE(memcmp(a, b, sizeof(a)), 0);
  // Every stretch of 16 bytes was written: the chance of sixteen zeros is nil.
  const unsigned char zeros[16] = {};
  for (size_t at = 0; at + 16 <= sizeof(a); at += 16) EXPECT_NE(memcmp(a + at, zeros, 16), 0);
  zx_cprng_draw(nullptr, 0);
}

TEST(SYST_020, "powerctl needs the POWER resource") {
  EXPECT_STATUS(zx_system_powerctl(ZX_HANDLE_INVALID, ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_system_powerctl(zx_process_self(), ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr), ZX_ERR_WRONG_TYPE);
  EXPECT_NE(zx_system_powerctl(target::Vmex()->get(), ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr), ZX_OK);
}

TEST(SYST_021, "an unknown command is refused") {
  zx::resource power;
  ASSERT_OK(zx::resource::create(*target::SystemResource(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 1,
                                 "power", 5, &power));
  EXPECT_STATUS(zx_system_powerctl(power.get(), 999, nullptr), ZX_ERR_INVALID_ARGS);
}

TEST(SYST_030, "cache_flush checks its options") {
  char byte = 0;
  EXPECT_OK(zx_cache_flush(&byte, 1, ZX_CACHE_FLUSH_DATA));
  EXPECT_OK(zx_cache_flush(&byte, 1, ZX_CACHE_FLUSH_INSN));
  EXPECT_OK(zx_cache_flush(&byte, 1, ZX_CACHE_FLUSH_DATA | ZX_CACHE_FLUSH_INVALIDATE));
  EXPECT_STATUS(zx_cache_flush(&byte, 1, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_cache_flush(&byte, 1, ZX_CACHE_FLUSH_INVALIDATE), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_cache_flush(&byte, 1, 0x80 | ZX_CACHE_FLUSH_DATA), ZX_ERR_INVALID_ARGS);
}

TEST(SYST_040, "calls that are absent say so") {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_pci_init(ZX_HANDLE_INVALID, nullptr, 0), ZX_ERR_NOT_SUPPORTED);
  EXPECT_STATUS(zx_guest_create(ZX_HANDLE_INVALID, 0, &handle, &handle), ZX_ERR_NOT_SUPPORTED);
}

TEST(SYST_022, "commands for other machines are NOT_SUPPORTED") {
  zx::resource power;
  ASSERT_OK(zx::resource::create(*target::SystemResource(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_POWER_BASE, 1,
                                 "power", 5, &power));
  for (uint32_t command : {ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS, ZX_SYSTEM_POWERCTL_REBOOT_BOOTLOADER,
                           ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY, ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1}) {
    EXPECT_STATUS(zx_system_powerctl(power.get(), command, nullptr), ZX_ERR_NOT_SUPPORTED);
  }
}

TEST(SYST_023, "another part of the system is OUT_OF_RANGE") {
  EXPECT_STATUS(zx_system_powerctl(target::Vmex()->get(), ZX_SYSTEM_POWERCTL_SHUTDOWN, nullptr), ZX_ERR_OUT_OF_RANGE);
}

TEST(SYST_024, "kernel commands are NOT_SUPPORTED unless the command line allows them") {
  EXPECT_STATUS(zx_debug_send_command(target::SystemResource()->get(), "audit", 5), ZX_ERR_NOT_SUPPORTED);
}

TEST(SYST_025, "the serial line is NOT_SUPPORTED to read unless the command line allows it") {
  char text[1];
  size_t actual = 0;
  EXPECT_STATUS(zx_debug_read(target::SystemResource()->get(), text, 1, &actual), ZX_ERR_NOT_SUPPORTED);
}

}  // namespace
