// SPDX-License-Identifier: BSD-2-Clause
// A name argument of a system call.
#pragma once

#include <cstddef>
#include <string_view>

#include "kernel/syscalls/user_pointer.h"
#include "lib/base/result.h"

namespace kernel {

// At most 31 bytes of the caller's text, the rest cut.
class UserName {
 public:
  // Errors: ZX_ERR_INVALID_ARGS null or not readable.
  static base::Result<UserName> Read(UserIn<char> from, size_t size) {
    UserName name;
    if (from.is_null()) return base::Error(ZX_ERR_INVALID_ARGS);
    name.size_ = size < ZX_MAX_NAME_LEN - 1 ? size : ZX_MAX_NAME_LEN - 1;
    TRY(from.ReadBytes(name.text_, name.size_));
    return name;
  }
  std::string_view view() const { return {text_, size_}; }

 private:
  char text_[ZX_MAX_NAME_LEN - 1];
  size_t size_ = 0;
};

}  // namespace kernel
