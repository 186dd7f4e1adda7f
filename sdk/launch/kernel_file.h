// SPDX-License-Identifier: BSD-2-Clause
// The text of a file the kernel hands out, such as the command line in "boot-options.txt".
#pragma once

#include <lib/zx/vmo.h>

#include <cstddef>
#include <string_view>

namespace launch {

// Holds a copy of the text; longer text is cut at kMaxBytes.
class KernelFileText {
 public:
  static constexpr size_t kMaxBytes = 4096;

  // Whether `file` has the name `name`; if so, reads it.
  bool TakeIfNamed(const zx::vmo& file, std::string_view name);
  // Looks through the VMO_KERNEL_FILE start-up handles; takes the one found. Without it the text
  // stays empty.
  void TakeFromStartupHandles(std::string_view name);

  std::string_view text() const { return {text_, size_}; }

 private:
  char text_[kMaxBytes];
  size_t size_ = 0;
};

}  // namespace launch
