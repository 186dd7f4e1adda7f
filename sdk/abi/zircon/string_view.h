// SPDX-License-Identifier: BSD-2-Clause
// Text with a length, returned by value.
#pragma once

#include <stddef.h>

typedef struct zx_string_view {
  const char* c_str;
  size_t length;

#ifdef __cplusplus
  // Converts to std::string_view and types like it, without pulling in their header.
  template <class View, class = decltype(View(static_cast<const char*>(nullptr), size_t{}))>
  constexpr operator View() const {
    return View(c_str, length);
  }
#endif
} zx_string_view_t;
