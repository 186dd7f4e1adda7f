// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/boot_files.h"

#include <zircon/syscalls.h>

#include "lib/base/align.h"

namespace launch {
namespace {

void SetName(const zx::vmo& vmo, std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  // A name is for people; a VMO without one works as well.
  (void)vmo.set_property(ZX_PROP_NAME, name.data(), name.size());
}

}  // namespace

base::Result<BootFiles> BootFiles::Open(zx::vmo bootfs, zx::resource vmex, const zx::vmar& vmar) {
  uint64_t size = 0;
  TRY(base::FromStatus(bootfs.get_size(&size)));
  zx_vaddr_t where = 0;
  TRY(base::FromStatus(vmar.map(ZX_VM_PERM_READ, 0, bootfs, 0, size, &where)));
  const base::Bytes image(reinterpret_cast<const std::byte*>(where), size);
  bootfs::Finding finding;
  const auto directory = bootfs::Directory::Open(image, finding);
  if (!directory) {
    vmar.unmap(where, size);
    return base::Error(ZX_ERR_IO_DATA_INTEGRITY);
  }
  return BootFiles(std::move(bootfs), std::move(vmex), image, *directory);
}

base::Result<zx::vmo> BootFiles::OpenFile(std::string_view path) const {
  const auto file = directory_.Find(path);
  if (!file) return base::Error(ZX_ERR_NOT_FOUND);
  zx::vmo vmo;
  const uint64_t pages = base::AlignUp(file->size, bootfs::kPageSize);
  TRY(base::FromStatus(
      bootfs_.create_child(ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE, file->offset, pages, &vmo)));
  TRY(base::FromStatus(vmo.set_stream_size(file->size)));
  SetName(vmo, path);
  return vmo;
}

base::Result<zx::vmo> BootFiles::OpenExecutable(std::string_view path) const {
  zx::vmo file = TRY(OpenFile(path));
  zx::vmo executable;
  TRY(base::FromStatus(file.replace_as_executable(vmex_, &executable)));
  return executable;
}

base::Result<base::Bytes> BootFiles::Contents(std::string_view path) const {
  const auto file = directory_.Find(path);
  if (!file) return base::Error(ZX_ERR_NOT_FOUND);
  const auto contents = bootfs::Contents(image_, *file);
  if (!contents) return base::Error(ZX_ERR_IO_DATA_INTEGRITY);
  return *contents;
}

}  // namespace launch
