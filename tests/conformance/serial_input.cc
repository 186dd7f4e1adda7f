// SPDX-License-Identifier: BSD-2-Clause
// zx_debug_read: kernel.enable-serial-syscalls=true, and somebody who types what the test asks for
// (serial_input.dialogue).
#include <lib/zx/resource.h>
#include <lib/zx/time.h>
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

void Print(std::string_view text) { (void)zx_debug_write(text.data(), text.size()); }

// Waits until something has been typed; how much went to `to`, 0 after an error.
size_t ReadSome(zx_handle_t debug, char* to, size_t size) {
  for (;;) {
    size_t actual = 0;
    const zx_status_t status = zx_debug_read(debug, to, size, &actual);
    if (status == ZX_OK) return actual;
    if (status != ZX_ERR_SHOULD_WAIT) return 0;
    (void)zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
  }
}

// What is typed up to and including `end`.
size_t ReadUntil(zx_handle_t debug, char end, char* to, size_t size) {
  size_t used = 0;
  while (used < size) {
    const size_t got = ReadSome(debug, to + used, 1);
    used += got;
    if (got == 0 || to[used - 1] == end) break;
  }
  return used;
}

TEST(SERI_001, "when nothing has been typed a reader SHOULD_WAIT") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  char text[8];
  size_t actual = 99;
  EXPECT_STATUS(zx_debug_read(debug.get(), text, sizeof(text), &actual), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(actual, size_t{99});
}

TEST(SERI_002, "what is typed is read in order, byte for byte") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  Print("SERI-002 type now\n");
  char text[16];
  const size_t size = ReadUntil(debug.get(), '\n', text, sizeof(text));
  EXPECT_TRUE(std::string_view(text, size) == "ab\x03\x7f\r\xff\n");
}

TEST(SERI_003, "a long text arrives whole though the port's own queue is short") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  Print("SERI-003 type now\n");
  static char text[400];
  size_t size = 0;
  while (size < 390) {
    const size_t got = ReadSome(debug.get(), text + size, sizeof(text) - size);
    if (got == 0) break;
    EXPECT_TRUE(got <= 256);
    size += got;
  }
  EXPECT_EQ(size, size_t{390});
  for (size_t i = 0; i < size; ++i) {
    if (text[i] != static_cast<char>('a' + i % 26)) EXPECT_EQ(i, size);
  }
}

TEST(SERI_004, "a buffer for nothing reads nothing, from anywhere") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  size_t actual = 99;
  EXPECT_OK(zx_debug_read(debug.get(), nullptr, 0, &actual));
  EXPECT_EQ(actual, size_t{0});
}

TEST(SERI_005, "reading needs the DEBUG resource") {
  char text[1];
  size_t actual = 0;
  EXPECT_STATUS(zx_debug_read(ZX_HANDLE_INVALID, text, 1, &actual), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_debug_read(Part(ZX_RSRC_SYSTEM_INFO_BASE).get(), text, 1, &actual), ZX_ERR_OUT_OF_RANGE);
}

TEST(SERI_006, "a buffer or a count that cannot be written is INVALID_ARGS") {
  const zx::resource debug = Part(ZX_RSRC_SYSTEM_DEBUG_BASE);
  size_t actual = 0;
  char text[2];
  Print("SERI-006 type now\n");
  zx_status_t status = ZX_ERR_SHOULD_WAIT;
  while (status == ZX_ERR_SHOULD_WAIT) {
    (void)zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    status = zx_debug_read(debug.get(), reinterpret_cast<char*>(8), 1, &actual);
  }
  EXPECT_STATUS(status, ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_debug_read(debug.get(), text, 0, nullptr), ZX_ERR_INVALID_ARGS);
}

}  // namespace
