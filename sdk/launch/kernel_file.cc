// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/kernel_file.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

namespace launch {

bool KernelFileText::TakeIfNamed(const zx::vmo& file, std::string_view name) {
  char found[ZX_MAX_NAME_LEN] = {};
  if (file.get_property(ZX_PROP_NAME, found, sizeof(found)) != ZX_OK) return false;
  if (name != found) return false;
  uint64_t size = 0;
  if (file.get_stream_size(&size) != ZX_OK) return false;
  if (size > kMaxBytes) size = kMaxBytes;
  if (file.read(text_, 0, size) != ZX_OK) return false;
  size_ = size;
  // The text may end with a NUL or a new line; neither belongs to the last word.
  while (size_ > 0 && text_[size_ - 1] <= ' ') --size_;
  return true;
}

}  // namespace launch
