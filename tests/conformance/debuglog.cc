// SPDX-License-Identifier: BSD-2-Clause
// zx_debuglog_* and zx_debug_write.
#include <string.h>

#include <lib/zx/debuglog.h>
#include <zircon/process.h>
#include <zircon/syscalls/log.h>

#include "tests/target/handles.h"
#include "tests/target/test.h"

namespace {

TEST(DLOG_001, "a write-only log needs no resource") {
  zx::debuglog log;
  ASSERT_OK(zx::debuglog::create(zx::resource(), 0, &log));
  EXPECT_EQ(target::RightsOf(log.get()), ZX_DEFAULT_DEBUGLOG_RIGHTS);
  EXPECT_OK(log.write(0, "DLOG-001 says hello", 19));
}

TEST(DLOG_002, "a readable log needs the resource") {
  zx_handle_t log = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_debuglog_create(ZX_HANDLE_INVALID, ZX_LOG_FLAG_READABLE, &log), ZX_ERR_BAD_HANDLE);
}

TEST(DLOG_003, "unknown options are INVALID_ARGS") {
  zx::debuglog log;
  EXPECT_STATUS(zx::debuglog::create(zx::resource(), 1, &log), ZX_ERR_INVALID_ARGS);
}

TEST(DLOG_004, "writing needs the WRITE right") {
  zx::debuglog log;
  ASSERT_OK(zx::debuglog::create(zx::resource(), 0, &log));
  const zx::handle dumb = target::Without(log.get(), ZX_RIGHT_WRITE);
  EXPECT_STATUS(zx_debuglog_write(dumb.get(), 0, "x", 1), ZX_ERR_ACCESS_DENIED);
}

TEST(DLOG_005, "memory that cannot be read is INVALID_ARGS") {
  zx::debuglog log;
  ASSERT_OK(zx::debuglog::create(zx::resource(), 0, &log));
  EXPECT_STATUS(log.write(0, reinterpret_cast<void*>(8), 16), ZX_ERR_INVALID_ARGS);
}

TEST(DLOG_006, "a long record is cut, not refused") {
  zx::debuglog log;
  ASSERT_OK(zx::debuglog::create(zx::resource(), 0, &log));
  static char text[1000];
  memset(text, 'z', sizeof(text));
  EXPECT_OK(log.write(0, text, sizeof(text)));
  EXPECT_OK(log.write(0, text, 0));
}

TEST(DLOG_007, "another object is not a log") {
  EXPECT_STATUS(zx_debuglog_write(zx_process_self(), 0, "x", 1), ZX_ERR_WRONG_TYPE);
}

TEST(DLOG_010, "debug_write is off where the command line does not allow it") {
  EXPECT_STATUS(zx_debug_write("DLOG-010\n", 9), ZX_ERR_NOT_SUPPORTED);
}

TEST(DLOG_008, "the resource of a log must be the right one") {
  zx_handle_t log = ZX_HANDLE_INVALID;
  EXPECT_STATUS(zx_debuglog_create(target::ClosedHandle(), ZX_LOG_FLAG_READABLE, &log), ZX_ERR_BAD_HANDLE);
  EXPECT_STATUS(zx_debuglog_create(zx_process_self(), ZX_LOG_FLAG_READABLE, &log), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(zx_debuglog_create(target::Vmex()->get(), ZX_LOG_FLAG_READABLE, &log), ZX_ERR_ACCESS_DENIED);
  // Also where none is needed.
  EXPECT_STATUS(zx_debuglog_create(target::Vmex()->get(), 0, &log), ZX_ERR_ACCESS_DENIED);
}

TEST(DLOG_009, "a bad handle takes no records") {
  EXPECT_STATUS(zx_debuglog_write(target::ClosedHandle(), 0, "x", 1), ZX_ERR_BAD_HANDLE);
}

TEST(DLOG_011, "a record says how important it is, in one of six steps") {
  zx::debuglog log;
  ASSERT_OK(zx::debuglog::create(zx::resource(), 0, &log));
  for (const uint32_t severity : {DEBUGLOG_TRACE, DEBUGLOG_DEBUG, DEBUGLOG_INFO, DEBUGLOG_WARNING, DEBUGLOG_ERROR,
                                  DEBUGLOG_FATAL}) {
    EXPECT_OK(log.write(severity, "DLOG-011", 8));
  }
  EXPECT_STATUS(log.write(DEBUGLOG_FATAL + 0x10, "DLOG-011", 8), ZX_ERR_INVALID_ARGS);
}

}  // namespace
