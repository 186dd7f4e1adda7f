// SPDX-License-Identifier: BSD-2-Clause
// Where the linker ends when it finds itself wrong; the return code tells which way.
#include <__verbose_abort>
#include <zircon/syscalls.h>

#include "lib/base/assert.h"

extern "C" void hafnon_assert_fail(const char*, const char*, int) noexcept { zx_process_exit(4); }

// What calls of functions the vDSO lacks come to.
extern "C" [[noreturn, gnu::visibility("hidden")]] void hafnon_rt_missing_call() {
  zx_process_exit(5);
}

// libc++ calls this where it cannot go on.
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { zx_process_exit(6); }
_LIBCPP_END_NAMESPACE_STD
