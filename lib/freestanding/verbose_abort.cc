// SPDX-License-Identifier: BSD-2-Clause
// Where libc++ ends what would be an exception elsewhere, such as string_view::substr() beyond the end.
#include <__verbose_abort>

#include "lib/base/assert.h"

_LIBCPP_BEGIN_NAMESPACE_STD

void __libcpp_verbose_abort(const char* format, ...) _NOEXCEPT {
  hafnon_assert_fail(format, "libc++", 0);
}

_LIBCPP_END_NAMESPACE_STD
