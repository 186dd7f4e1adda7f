// SPDX-License-Identifier: BSD-2-Clause
// The boot image (ZBI) and the file system inside it.
#pragma once

#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <cstdint>
#include <string_view>

#include "lib/base/format.h"
#include "lib/base/result.h"
#include "lib/zbi/reader.h"

namespace userboot {

// What was found wrong with the image, as one sentence.
class BootImageReport final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { sink_.Put(text); }
  std::string_view text() const { return sink_.text(); }

 private:
  char buffer_[128];
  base::BufferSink sink_{buffer_};
};

// A VMO with the first BOOTFS item of the boot image in `zbi` (READ, MAP, DUPLICATE), from offset 0.
// The item's pages are shared when it starts on a page boundary, else copied. `vmar` is where the
// image is mapped meanwhile.
// Errors: ZX_ERR_IO_DATA_INTEGRITY with the reason in `report`; ZX_ERR_NOT_FOUND no such item;
// ZX_ERR_NOT_SUPPORTED a compressed one; those of zx_vmar_map and zx_vmo_create_child.
base::Result<zx::vmo> FindBootfs(const zx::vmo& zbi, const zx::vmar& vmar, zbi::Checksum checksum,
                                 BootImageReport& report);

}  // namespace userboot
