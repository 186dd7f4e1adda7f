// SPDX-License-Identifier: BSD-2-Clause
// Memory objects: what zx_vmo_* calls work on.
#pragma once

#include <arch/page_table.h>
#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/object/object.h"
#include "kernel/vm/backing.h"
#include "lib/base/list.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace kernel {

// The ABI's VMO: a window on pages, with a name and children.
//
// The pages live in a vm::Backing. A slice or reference looks at its parent's backing; every other
// VMO has one of its own, and snapshots share single pages until somebody writes.
//
// Lifetime: handles, mappings and streams hold references. A child keeps its parent's pages, not
// the parent; when a VMO goes, its children become its parent's. Locking: family_lock() guards the
// family tree, the backing's lock pages, sizes and names.
class Vmo final : public Object, public base::ListNode<> {
 public:
  static constexpr ObjectType kType = ObjectType::kVmo;
  static constexpr zx_rights_t kDefaultRights =
      ZX_RIGHTS_BASIC | ZX_RIGHTS_IO | ZX_RIGHTS_PROPERTY | ZX_RIGHT_MAP | ZX_RIGHT_SIGNAL;

  enum class Resizable : bool { kNo, kYes };

  // Anonymous memory that reads as zero. `size` in bytes is rounded up to pages and is the stream
  // size. Errors: ZX_ERR_OUT_OF_RANGE, ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Vmo>> Create(uint64_t size,
                                                Resizable resizable = Resizable::kNo);
  // Device memory or RAM outside the allocator. `range` is page aligned.
  // Errors: ZX_ERR_INVALID_ARGS, ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<Vmo>> CreatePhysical(PhysicalRange range, arch::MemoryType type);
  // Anonymous memory whose pages are the RAM of the boot image (MemoryKind::kZbi), taken over for
  // good. `size` is the stream size, at most range.size. Errors: ZX_ERR_NO_MEMORY; the range is
  // then untouched.
  static base::Result<base::RefPtr<Vmo>> CreateFromBootImage(PhysicalRange range, uint64_t size);

  // As large as memory objects can be, with a stream of `stream_size` bytes.
  static base::Result<base::RefPtr<Vmo>> CreateUnbounded(uint64_t stream_size);

  // ZX_VMO_CHILD_* options; offset and size as in zx_vmo_create_child().
  // Errors: as the call, without rights and policy.
  base::Result<base::RefPtr<Vmo>> CreateChild(uint32_t options, uint64_t offset, uint64_t size);

  ~Vmo() override;

  // Copies between kernel memory and the VMO; all or nothing with respect to the size.
  // Errors: ZX_ERR_OUT_OF_RANGE, ZX_ERR_NO_MEMORY, ZX_ERR_BAD_STATE not cached.
  base::Result<> Read(std::span<std::byte> to, uint64_t offset);
  // Read() of one uint32_t or uint64_t, through registers.
  template <class T>
  base::Result<T> ReadWord(uint64_t offset) {
    TRY(CheckRange(offset, sizeof(T)));
    return backing_->ReadWord<T>(window_offset_ + offset);
  }
  base::Result<> Write(std::span<const std::byte> from, uint64_t offset);
  // The same with user memory at `user_address`. Must not be called under a lock.
  // Errors: also ZX_ERR_INVALID_ARGS.
  base::Result<> ReadToUser(uint64_t user_address, uint64_t offset, uint64_t size);
  base::Result<> WriteFromUser(uint64_t user_address, uint64_t offset, uint64_t size);

  // Errors: ZX_ERR_UNAVAILABLE not resizable, ZX_ERR_OUT_OF_RANGE, ZX_ERR_NO_MEMORY.
  base::Result<> SetSize(uint64_t size);
  // Errors: ZX_ERR_NOT_SUPPORTED physical.
  base::Result<uint64_t> GetStreamSize() const;
  // Errors: ZX_ERR_OUT_OF_RANGE above the size, ZX_ERR_NOT_SUPPORTED physical, ZX_ERR_NO_MEMORY.
  base::Result<> SetStreamSize(uint64_t size);

  // Page ranges must be aligned for Commit and Decommit (ZX_ERR_INVALID_ARGS otherwise is the
  // caller's check); Zero takes any byte range. Errors: ZX_ERR_OUT_OF_RANGE, ZX_ERR_NO_MEMORY,
  // ZX_ERR_NOT_SUPPORTED physical.
  base::Result<> Commit(uint64_t offset, uint64_t size);
  base::Result<> Decommit(uint64_t offset, uint64_t size);
  base::Result<> Zero(uint64_t offset, uint64_t size);
  // Makes the bytes that are there fetchable as instructions. Errors: ZX_ERR_OUT_OF_RANGE.
  base::Result<> SyncCaches(uint64_t offset, uint64_t size);
  // Moves pages of `source` here; its range reads as zero afterwards. Page aligned.
  // Errors: ZX_ERR_OUT_OF_RANGE, ZX_ERR_NOT_SUPPORTED, ZX_ERR_NO_MEMORY.
  base::Result<> TransferFrom(Vmo& source, uint64_t source_offset, uint64_t offset, uint64_t size);

  // Errors: ZX_ERR_OUT_OF_RANGE not inside.
  base::Result<> CheckRange(uint64_t offset, uint64_t size) const;

  // Memory that may be taken back while it is unlocked. It never is; the calls behave as
  // documented. Set before the VMO has handles.
  void SetDiscardable() { discardable_ = true; }
  bool is_discardable() const { return discardable_; }
  base::Result<> Lock();
  // Errors: ZX_ERR_BAD_STATE not locked.
  base::Result<> Unlock();

  // Marks an image of the vDSO: `code` are the byte offsets of its executable part. Once, before
  // the VMO has handles.
  void SetVdsoCode(uint64_t code_offset, uint64_t code_size);
  bool is_vdso() const { return vdso_code_size_ != 0; }
  uint64_t vdso_code_offset() const { return vdso_code_offset_; }
  uint64_t vdso_code_size() const { return vdso_code_size_; }

  uint64_t size() const;  // in bytes, whole pages
  bool is_resizable() const { return resizable_; }
  bool is_physical() const { return backing_->is_physical(); }

  // ZX_PROP_NAME: cut to 31 bytes, always terminated.
  void set_name(std::string_view name);
  void GetName(std::span<char, ZX_MAX_NAME_LEN> out) const;

  struct Info {
    zx_koid_t koid = 0;
    char name[ZX_MAX_NAME_LEN] = {};
    uint64_t size_bytes = 0;
    zx_koid_t parent_koid = 0;
    uint64_t child_count = 0;
    uint64_t mapping_count = 0;
    uint64_t share_count = 0;  // address spaces that map it
    uint32_t flags = 0;        // ZX_INFO_VMO_* without VIA_*
    uint64_t committed_bytes = 0;
    uint32_t cache_policy = 0;  // ZX_CACHE_POLICY_*
  };
  Info GetInfo() const;

  vm::Backing& backing() const { return *backing_; }
  uint64_t backing_offset() const { return window_offset_; }
  // Where this VMO, and its stream rounded up to pages, end in the backing. With the backing's
  // lock.
  uint64_t EndInBackingLocked() const;
  uint64_t StreamEndInBackingLocked() const;

 private:
  enum class Kind : uint8_t { kOriginal, kSnapshot, kSlice, kReference };

  Vmo(Kind kind, base::RefPtr<vm::Backing> backing, bool resizable);
  static Spinlock& family_lock();
  static base::Result<base::RefPtr<Vmo>> Wrap(Kind kind, base::RefPtr<vm::Backing> backing,
                                              bool resizable);
  base::Result<base::RefPtr<Vmo>> CreateSnapshot(uint32_t options, uint64_t offset, uint64_t size);
  base::Result<base::RefPtr<Vmo>> CreateSlice(uint64_t offset, uint64_t size);
  base::Result<base::RefPtr<Vmo>> CreateReference(uint32_t options, uint64_t offset, uint64_t size);
  void AddChild(Vmo& child) EXCLUDES(family_lock());
  void LeaveFamily() EXCLUDES(family_lock());
  void UpdateChildrenSignal();

  const Kind kind_;
  const bool resizable_;
  const base::RefPtr<vm::Backing> backing_;
  uint64_t window_offset_ = 0;  // where this VMO starts in the backing; not 0 only for slices
  uint64_t window_size_ = 0;    // slices only
  uint64_t vdso_code_offset_ = 0;
  uint64_t vdso_code_size_ = 0;
  bool discardable_ = false;

  // Guarded by the backing's lock.
  uint64_t slice_stream_size_ = 0;
  char name_[ZX_MAX_NAME_LEN] = {};
  uint64_t locks_ = 0;

  zx_koid_t parent_koid_ = 0;  // at creation

  // Written under family_lock().
  std::atomic<Vmo*> parent_ = nullptr;
  base::List<Vmo> children_;
  // Written under family_lock(); zero means that nobody else can reach this VMO through the family.
  std::atomic<uint32_t> child_count_ = 0;
};

}  // namespace kernel
