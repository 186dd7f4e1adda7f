// SPDX-License-Identifier: BSD-2-Clause
// What stands behind the files of a served tree.
#pragma once

#include <lib/zx/vmo.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/base/result.h"
#include "lib/io/file_list.h"

namespace runner {

class FileSource : public io::FileList {
 public:
  virtual ~FileSource() = default;

  // Copies contents of `file` from `offset` on; returns how many bytes, 0 behind the end.
  virtual base::Result<size_t> Read(const io::Node& file, uint64_t offset, std::span<std::byte> out) const = 0;

  // A memory object of its own with the contents, whose stream size is the file's size. `execute`: with
  // the right to.
  // Errors: ZX_ERR_NOT_SUPPORTED there is no such thing, ZX_ERR_NO_MEMORY.
  virtual base::Result<zx::vmo> OpenMemory(const io::Node& file, bool execute) const = 0;
};

}  // namespace runner
