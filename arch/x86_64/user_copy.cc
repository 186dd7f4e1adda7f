// SPDX-License-Identifier: BSD-2-Clause
#include <arch/user_copy.h>

#include "arch/x86_64/features.h"

extern "C" uint64_t hafnon_x64_user_copy(void* to, const void* from, size_t size);

namespace arch {
namespace {

// Opens user memory to the kernel (SMAP) for its lifetime.
class UserAccess {
 public:
  UserAccess() {
    if (features.smap) asm volatile("stac" ::: "memory");
  }
  ~UserAccess() {
    if (features.smap) asm volatile("clac" ::: "memory");
  }
  UserAccess(const UserAccess&) = delete;
  UserAccess& operator=(const UserAccess&) = delete;
};

zx_status_t ToStatus(uint64_t fault) { return fault == 0 ? ZX_OK : ZX_ERR_INVALID_ARGS; }

}  // namespace

zx_status_t CopyFromUser(void* to, uint64_t from, size_t size) {
  if (!IsUserRange(from, size)) return ZX_ERR_INVALID_ARGS;
  UserAccess access;
  return ToStatus(hafnon_x64_user_copy(to, reinterpret_cast<const void*>(from), size));
}

zx_status_t CopyToUser(uint64_t to, const void* from, size_t size) {
  if (!IsUserRange(to, size)) return ZX_ERR_INVALID_ARGS;
  UserAccess access;
  return ToStatus(hafnon_x64_user_copy(reinterpret_cast<void*>(to), from, size));
}

}  // namespace arch
