// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include "kernel/object/object.h"
#include "lib/base/result.h"

namespace kernel {

// The authority over a range of something: physical memory, interrupts, ports, system functions.
//
// Roots cover a whole kind and show base 0 and size 0; slices are made from roots and from slices.
// Everything is constant; the list of all resources has a lock of its own.
class Resource final : public Object, public base::ListNode<Resource> {
 public:
  static constexpr ObjectType kType = ObjectType::kResource;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHT_TRANSFER | ZX_RIGHT_DUPLICATE | ZX_RIGHT_WRITE | ZX_RIGHT_INSPECT;

  // All of a kind. Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Resource>> CreateRoot(zx_rsrc_kind_t kind, std::string_view name);
  // A part of this one: `options` is a kind and ZX_RSRC_FLAG_EXCLUSIVE or not.
  // Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_ACCESS_DENIED not inside or of another kind, ZX_ERR_NOT_FOUND
  // somebody has it exclusively or it is wanted exclusively and somebody has it, ZX_ERR_NO_MEMORY.
  base::Result<base::RefPtr<Resource>> CreateSlice(uint32_t options, uint64_t base, uint64_t size,
                                                   std::string_view name);
  ~Resource() override;

  // Whether this is authority over [base, base + size) of `kind`.
  // Errors: ZX_ERR_WRONG_TYPE another kind, ZX_ERR_OUT_OF_RANGE.
  base::Result<> Check(zx_rsrc_kind_t kind, uint64_t base, uint64_t size) const;

  // ZX_INFO_RESOURCE
  zx_info_resource_t GetInfo() const;

 private:
  Resource(zx_rsrc_kind_t kind, zx_rsrc_flags_t flags, uint64_t base, uint64_t size,
           std::string_view name);
  bool is_root() const { return size_ == 0; }
  bool is_exclusive() const { return (flags_ & ZX_RSRC_FLAG_EXCLUSIVE) != 0; }
  bool Contains(uint64_t base, uint64_t size) const;
  // Whether a new slice of `parent` may exist beside this one.
  bool Tolerates(const Resource& parent, const Resource& slice) const;

  const zx_rsrc_kind_t kind_;
  const zx_rsrc_flags_t flags_;
  const uint64_t base_;
  const uint64_t size_;  // 0: a root
  char name_[ZX_MAX_NAME_LEN] = {};
};

}  // namespace kernel
