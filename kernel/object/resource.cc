// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/resource.h"

#include <cstring>
#include <new>

namespace kernel {
namespace {

constinit Spinlock list_lock{LockRank::kResources};
// Slices only: roots stand in nobody's way.
[[clang::no_destroy]] constinit base::List<Resource, Resource> slices GUARDED_BY(list_lock);

bool IsKnownKind(zx_rsrc_kind_t kind) {
  switch (kind) {
    case ZX_RSRC_KIND_MMIO:
    case ZX_RSRC_KIND_IRQ:
    case ZX_RSRC_KIND_IOPORT:
    case ZX_RSRC_KIND_SMC:
    case ZX_RSRC_KIND_SYSTEM:
      return true;
    default:
      return false;
  }
}

}  // namespace

Resource::Resource(zx_rsrc_kind_t kind, zx_rsrc_flags_t flags, uint64_t base, uint64_t size,
                   std::string_view name)
    : Object(kType), kind_(kind), flags_(flags), base_(base), size_(size) {
  // Cut, and always terminated.
  const size_t length = name.size() < sizeof(name_) - 1 ? name.size() : sizeof(name_) - 1;
  if (length != 0) std::memcpy(name_, name.data(), length);
}

base::Result<base::RefPtr<Resource>> Resource::CreateRoot(zx_rsrc_kind_t kind, std::string_view name) {
  auto root = base::RefPtr<Resource>::Adopt(new (std::nothrow) Resource(kind, 0, 0, 0, name));
  if (!root) return base::Error(ZX_ERR_NO_MEMORY);
  return root;
}

Resource::~Resource() {
  if (!linked()) return;
  SpinlockGuard guard(list_lock);
  slices.Remove(*this);
}

bool Resource::Contains(uint64_t base, uint64_t size) const {
  if (is_root()) return true;
  return base >= base_ && size <= size_ && base - base_ <= size_ - size;
}

bool Resource::Tolerates(const Resource& parent, const Resource& slice) const {
  if (kind_ != slice.kind_) return true;
  const bool overlaps = base_ < slice.base_ + slice.size_ && slice.base_ < base_ + size_;
  if (!overlaps) return true;
  if (is_exclusive()) return false;
  // Shared ranges around the parent are where the parent comes from.
  return !slice.is_exclusive() || (!parent.is_root() && Contains(parent.base_, parent.size_));
}

base::Result<base::RefPtr<Resource>> Resource::CreateSlice(uint32_t options, uint64_t base,
                                                           uint64_t size, std::string_view name) {
  const zx_rsrc_kind_t kind = ZX_RSRC_EXTRACT_KIND(options);
  const zx_rsrc_flags_t flags = ZX_RSRC_EXTRACT_FLAGS(options);
  if (!IsKnownKind(kind) || (flags & ~ZX_RSRC_FLAGS_MASK) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  // A system function is one unit whether or not the caller says so.
  if (size == 0 && kind == ZX_RSRC_KIND_SYSTEM) size = 1;
  // The end must be a number too: ranges are compared by their ends.
  if (size == 0 || size > UINT64_MAX - base) return base::Error(ZX_ERR_INVALID_ARGS);
  if (is_exclusive()) return base::Error(ZX_ERR_INVALID_ARGS);
  if (kind != kind_ || !Contains(base, size)) return base::Error(ZX_ERR_ACCESS_DENIED);

  auto slice = base::RefPtr<Resource>::Adopt(new (std::nothrow)
                                                 Resource(kind, flags, base, size, name));
  if (!slice) return base::Error(ZX_ERR_NO_MEMORY);
  SpinlockGuard guard(list_lock);
  for (const Resource& other : slices) {
    if (!other.Tolerates(*this, *slice)) return base::Error(ZX_ERR_NOT_FOUND);
  }
  slices.PushBack(*slice);
  return slice;
}

base::Result<> Resource::Check(zx_rsrc_kind_t kind, uint64_t base, uint64_t size) const {
  if (kind != kind_) return base::Error(ZX_ERR_WRONG_TYPE);
  if (!Contains(base, size)) return base::Error(ZX_ERR_OUT_OF_RANGE);
  return {};
}

zx_info_resource_t Resource::GetInfo() const {
  zx_info_resource_t info = {};
  info.kind = kind_;
  info.flags = flags_;
  info.base = base_;
  info.size = size_;
  std::memcpy(info.name, name_, sizeof(info.name));
  return info;
}

}  // namespace kernel
