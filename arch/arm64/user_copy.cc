// SPDX-License-Identifier: BSD-2-Clause
#include <arch/user_copy.h>

#include "arch/arm64/state.h"

extern "C" {
zx_status_t hafnon_user_copy(void* to, const void* from, size_t size);
}

namespace arch {

zx_status_t CopyFromUser(void* to, uint64_t from, size_t size) {
  if (!IsUserRange(from, size)) return ZX_ERR_INVALID_ARGS;
  return hafnon_user_copy(to, reinterpret_cast<const void*>(from), size);
}

zx_status_t CopyToUser(uint64_t to, const void* from, size_t size) {
  if (!IsUserRange(to, size)) return ZX_ERR_INVALID_ARGS;
  return hafnon_user_copy(reinterpret_cast<void*>(to), from, size);
}

}  // namespace arch
