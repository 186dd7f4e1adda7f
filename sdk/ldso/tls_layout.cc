// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/tls_layout.h"

#include "lib/base/align.h"

namespace ldso {

bool TlsLayout::Place(const elf::Range& tls, int64_t& offset) {
  const uint64_t align = tls.align > 1 ? tls.align : 1;
  if (tls.memory_size > kMaxBytes || align > kMaxBytes) return false;
  uint64_t start = base::AlignUp(size_, align);
  if (machine_.tls_below) {
    // The distance down to the start is what has to be aligned.
    start = base::AlignUp(size_ + tls.memory_size, align);
    offset = -static_cast<int64_t>(start);
    size_ = start;
  } else {
    offset = static_cast<int64_t>(start);
    size_ = start + tls.memory_size;
  }
  if (align > alignment_) alignment_ = align;
  return size_ <= kMaxBytes;
}

}  // namespace ldso
