// SPDX-License-Identifier: BSD-2-Clause
// zx_debug_write where the command line allows it: kernel.enable-serial-syscalls=true.
#include <string.h>
#include <zircon/syscalls.h>

#include "tests/target/test.h"

namespace {

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

}  // namespace
