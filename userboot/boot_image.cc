// SPDX-License-Identifier: BSD-2-Clause
#include "userboot/boot_image.h"

#include <zircon/syscalls.h>

#include "lib/base/align.h"
#include "lib/zbi/reader.h"

namespace userboot {
namespace {

constexpr uint64_t kPageBytes = 4096;

// The boot image in userboot's address space.
class Mapped {
 public:
  Mapped(const zx::vmo& zbi, const zx::vmar& vmar) : vmar_(vmar) {
    status_ = zbi.get_size(&size_);
    if (status_ == ZX_OK) status_ = vmar_.map(ZX_VM_PERM_READ, 0, zbi, 0, size_, &base_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    if (status_ == ZX_OK) vmar_.unmap(base_, size_);
  }
  zx_status_t status() const { return status_; }
  base::Bytes bytes() const { return {reinterpret_cast<const std::byte*>(base_), size_}; }

 private:
  const zx::vmar& vmar_;
  uint64_t size_ = 0;
  zx_vaddr_t base_ = 0;
  zx_status_t status_ = ZX_OK;
};

base::Result<zx::vmo> CopyOf(base::Bytes payload) {
  zx::vmo vmo;
  TRY(base::FromStatus(zx::vmo::create(payload.size(), 0, &vmo)));
  TRY(base::FromStatus(vmo.write(payload.data(), 0, payload.size())));
  return vmo;
}

// The payload as a VMO of its own.
base::Result<zx::vmo> Extract(const zx::vmo& zbi, const zbi::Item& item) {
  if (item.payload_offset % kPageBytes != 0) return CopyOf(item.payload);
  zx::vmo vmo;
  const uint64_t size = base::AlignUp(uint64_t{item.payload.size()}, kPageBytes);
  TRY(base::FromStatus(zbi.create_child(ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE, item.payload_offset,
                                        size, &vmo)));
  return vmo;
}

}  // namespace

base::Result<zx::vmo> FindBootfs(const zx::vmo& zbi, const zx::vmar& vmar, zbi::Checksum checksum,
                                 BootImageReport& report) {
  const Mapped mapped(zbi, vmar);
  if (mapped.status() != ZX_OK) {
    report.Put("it cannot be mapped");
    return base::Error(mapped.status());
  }
  zbi::Finding finding;
  const auto item = zbi::FindItem(mapped.bytes(), zbi::kBootfs, checksum, finding);
  if (!item) {
    if (finding.code == zbi::Code::kNone) {
      report.Put("there is no BOOTFS in it");
      return base::Error(ZX_ERR_NOT_FOUND);
    }
    finding.Describe(report);
    return base::Error(ZX_ERR_IO_DATA_INTEGRITY);
  }
  if ((item->flags & zbi::kFlagCompressed) != 0) {
    report.Put("its BOOTFS is compressed, which is not supported");
    return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
  auto bootfs = Extract(zbi, *item);
  if (!bootfs) report.Put("its BOOTFS cannot be taken out");
  return bootfs;
}

}  // namespace userboot
