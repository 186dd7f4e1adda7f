// SPDX-License-Identifier: BSD-2-Clause
// The files of the boot image, as VMOs.
#pragma once

#include <lib/zx/resource.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <cstddef>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/result.h"
#include "lib/bootfs/bootfs.h"

namespace launch {

// A BOOTFS image, mapped for reading its directory. Stays mapped for the life of the process.
class BootFiles {
 public:
  // `bootfs` (READ, MAP, DUPLICATE) holds the image from offset 0 and is mapped into `vmar`; `vmex` makes
  // programs executable.
  // Errors: ZX_ERR_IO_DATA_INTEGRITY a broken directory, those of zx_vmar_map.
  static base::Result<BootFiles> Open(zx::vmo bootfs, zx::resource vmex, const zx::vmar& vmar);

  // A fresh VMO with the contents of `path`, named after its last element; its stream size is the
  // file's size. Writing to it changes nobody else's copy.
  // Errors: ZX_ERR_NOT_FOUND, those of zx_vmo_create_child.
  base::Result<zx::vmo> OpenFile(std::string_view path) const;
  // The same with the right to execute.
  base::Result<zx::vmo> OpenExecutable(std::string_view path) const;
  // The bytes of `path` in place.
  // Errors: ZX_ERR_NOT_FOUND, ZX_ERR_IO_DATA_INTEGRITY they are not all in the image.
  base::Result<base::Bytes> Contents(std::string_view path) const;

  // Calls visit(const bootfs::File&) for the files whose paths begin with `prefix`, in ascending order.
  template <class Visit>
  void ForEach(std::string_view prefix, Visit visit) const {
    directory_.ForEach(prefix, visit);
  }

  size_t file_count() const { return directory_.file_count(); }
  uint64_t size_bytes() const { return image_.size(); }
  const zx::vmo& vmo() const { return bootfs_; }

 private:
  BootFiles(zx::vmo bootfs, zx::resource vmex, base::Bytes image, bootfs::Directory directory)
      : bootfs_(std::move(bootfs)), vmex_(std::move(vmex)), image_(image), directory_(directory) {}

  zx::vmo bootfs_;
  zx::resource vmex_;
  base::Bytes image_;
  bootfs::Directory directory_;
};

}  // namespace launch
