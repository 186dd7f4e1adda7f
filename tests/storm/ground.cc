// SPDX-License-Identifier: BSD-2-Clause
#include "tests/storm/ground.h"

#include <lib/zx/vmo.h>

namespace storm {
namespace {

constexpr zx_vm_option_t kRegion =
    ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;

}  // namespace

zx_status_t Buffers::Create() {
  zx::vmar region;
  zx::vmo vmo;
  zx_vaddr_t base = 0;
  zx_status_t status = zx::vmar::root_self()->allocate(kRegion, 0, kCount * kStride, &region, &base);
  if (status == ZX_OK) status = zx::vmo::create(kCount * kBytes, 0, &vmo);
  for (size_t i = 0; i < kCount && status == ZX_OK; ++i) {
    zx_vaddr_t mapped = 0;
    status = region.map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, i * kStride, vmo, i * kBytes,
                        kBytes, &mapped);
  }
  base_ = reinterpret_cast<std::byte*>(base);
  return status;
}

zx_status_t Ground::Create() {
  zx_status_t status = zx::vmar::root_self()->allocate(kRegion, 0, kBytes, &region_, &base_);
  zx::vmo vmo;
  if (status == ZX_OK) status = zx::vmo::create(kPage, 0, &vmo);
  if (status == ZX_OK) status = region_.map(ZX_VM_PERM_READ, 0, vmo, 0, kPage, &read_only_);
  return status;
}

zx_status_t Ground::AddRegion(zx::vmar* region) {
  zx_vaddr_t base = 0;
  const zx_status_t status = region_.allocate(kRegion, 0, 256 * kPage, region, &base);
  return status;
}

void Ground::Note(Random& random, zx_vaddr_t address) {
  if (address - base_ < kBytes) places_[random.Below(places_.size())].store(address);
}

uint64_t Ground::BadAddress(Random& random) const {
  switch (random.Below(8)) {
    case 0: return 0;
    case 1: return read_only_ + random.Below(kPage);
    case 2: return base_ + kBytes - kPage;  // Nothing is mapped there for long.
    case 3: return 0xffff'ff80'0000'0000 + random.Edge();
    case 4: return (uint64_t{1} << 47) - random.Below(kPage);
    case 5: return reinterpret_cast<uint64_t>(&kRegion);
    case 6: return Place(random) + random.Below(3 * kPage);
    default: return 0 - random.Below(2 * kPage);
  }
}

}  // namespace storm
