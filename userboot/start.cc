// SPDX-License-Identifier: BSD-2-Clause
// The first instructions of the first process: x0/rdi = bootstrap channel, x1/rsi = vDSO base.
#include <__verbose_abort>
#include <zircon/syscalls.h>

#include "lib/base/assert.h"
#include "sdk/rt/src/early.h"

namespace userboot {
[[noreturn]] void Main(zx_handle_t channel);
}

extern "C" [[noreturn, gnu::visibility("hidden")]] void _start(zx_handle_t bootstrap, uintptr_t vdso_base) {
  rt::RelocateSelf(vdso_base);
  userboot::Main(bootstrap);
}

extern "C" void hafnon_assert_fail(const char*, const char*, int) noexcept {
  // There may be no log yet; the return code says that userboot stopped itself.
  zx_process_exit(4);
}

// What calls of functions the vDSO lacks come to.
extern "C" [[noreturn, gnu::visibility("hidden")]] void hafnon_rt_missing_call() { zx_process_exit(5); }

// libc++ calls this where it cannot go on.
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { zx_process_exit(6); }
_LIBCPP_END_NAMESPACE_STD
