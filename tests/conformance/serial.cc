// SPDX-License-Identifier: BSD-2-Clause
// zx_debug_write and zx_debug_send_command where the command line allows them:
// kernel.enable-serial-syscalls=true kernel.enable-debugging-syscalls=true.
#include <lib/zx/resource.h>
#include <string.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>

#include <string_view>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

// A part of the system; invalid if it cannot be had.
zx::resource Part(zx_rsrc_system_base_t base) {
  zx::resource part;
  (void)zx::resource::create(*target::SystemResource(), ZX_RSRC_KIND_SYSTEM, base, 1, "part", 4, &part);
  return part;
}

zx_status_t Send(const zx::resource& resource, std::string_view command) {
  return zx_debug_send_command(resource.get(), command.data(), command.size());
}

TEST(SERL_001, "text goes to the serial line as it is") {
  EXPECT_OK(zx_debug_write("SERL-001 was here\n", 18));
}

TEST(SERL_002, "of a long text 256 bytes are written") {
  static char text[300];
  memset(text, 's', 255);
  text[255] = '\n';
  memset(text + 256, '!', sizeof(text) - 256);
  EXPECT_OK(zx_debug_write(text, sizeof(text)));
}

TEST(SERL_003, "memory that cannot be read is INVALID_ARGS") {
  EXPECT_STATUS(zx_debug_write(reinterpret_cast<char*>(8), 1), ZX_ERR_INVALID_ARGS);
}

TEST(SERL_004, "nothing is written from anywhere") { EXPECT_OK(zx_debug_write(nullptr, 0)); }

TEST(SERL_005, "the kernel audits itself on demand, and is sound") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  EXPECT_OK(Send(debug, "audit"));
  EXPECT_OK(Send(debug, "audit\n"));
}

TEST(SERL_006, "an unknown command is INVALID_ARGS") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  EXPECT_STATUS(Send(debug, "audits"), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(Send(debug, ""), ZX_ERR_INVALID_ARGS);
}

TEST(SERL_007, "a command is at most 64 bytes, and readable") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  static const char text[65] = "audit";
  EXPECT_STATUS(Send(debug, {text, sizeof(text)}), ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(Send(debug, {reinterpret_cast<const char*>(8), 5}), ZX_ERR_INVALID_ARGS);
}

TEST(SERL_008, "commands need the DEBUG resource") {
  EXPECT_STATUS(Send(zx::resource(), "audit"), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(Send(Part(ZX_RSRC_SYSTEM_INFO_BASE), "audit"), ZX_ERR_OUT_OF_RANGE);
}

}  // namespace
