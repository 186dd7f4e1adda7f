// SPDX-License-Identifier: BSD-2-Clause
// One process's view of memory: its regions and its page table.
#pragma once

#include <arch/page_table.h>

#include <cstdint>
#include <optional>
#include <span>

#include "kernel/sync/spinlock.h"
#include "kernel/upcalls.h"
#include "kernel/vm/vmar.h"
#include "lib/base/address.h"
#include "lib/base/ref_ptr.h"
#include "lib/base/result.h"
#include "lib/base/thread_annotations.h"

namespace vm {

// Lifetime: the process, its threads and every Vmar hold references. Destroy() breaks the cycle
// with the root region. The page table is freed with the last reference, so whoever makes the space
// active on a CPU keeps one until another space is active there. Locking: lock() guards regions and
// mappings. The page table has its own, inner lock, because VMOs unmap pages without knowing the
// regions.
class AddressSpace final : public base::RefCounted {
 public:
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<AddressSpace>> Create();
  ~AddressSpace();

  // Makes this the address space of the current CPU. Not called when it is already.
  void Activate();
  // The current CPU's; nullptr before the first Activate(). The caller's thread keeps it alive.
  static AddressSpace* Active();
  // The current CPU leaves user space for good, or the test begins anew.
  static void Deactivated();

  // Makes the page at the fault's address accessible. Must not be called under a lock.
  // Errors: see kernel::HandlePageFault().
  zx_status_t HandleFault(const kernel::PageFault& fault);

  // Unmaps everything, the vDSO too. Every region answers ZX_ERR_BAD_STATE afterwards. Idempotent.
  void Destroy();

  // The root region, for somebody who knows that Destroy() has not been called.
  kernel::Vmar& root() { return *root_; }
  // The same; nullptr after Destroy().
  base::RefPtr<kernel::Vmar> root_ref() EXCLUDES(lock_) {
    SpinlockGuard guard(lock_);
    return root_;
  }

  // Address of the vDSO's code, 0 while it is not mapped. Goes into arch::Context::vdso_code_base.
  uint64_t vdso_code_base() const { return vdso_code_base_.load(std::memory_order_acquire); }
  // What ZX_PROP_PROCESS_VDSO_BASE_ADDRESS answers.
  uint64_t vdso_base() const { return vdso_base_.load(std::memory_order_acquire); }

  // What is mapped at an address: for zx_process_read_memory() and zx_process_write_memory().
  struct Mapped {
    base::RefPtr<kernel::Vmo> vmo;
    uint64_t vmo_offset = 0;  // of the address
    uint64_t size = 0;        // bytes from the address to the end of the mapping
    bool writable = false;    // may be written by a debugger: not vDSO code
  };
  // Errors: ZX_ERR_NOT_FOUND.
  base::Result<Mapped> Lookup(VirtualAddress address);

  // What the page table shows at an address.
  std::optional<arch::Translation> QueryTable(VirtualAddress at) EXCLUDES(table_lock_) {
    SpinlockGuard guard(table_lock_);
    return table_.Query(at);
  }

  // Bytes of all mappings.
  uint64_t mapped_bytes() const;
  // The same, and the pages that are there behind them: those no other address space maps, the others,
  // and the others divided among those that map them.
  struct MemoryUse {
    uint64_t mapped_bytes = 0;
    uint64_t private_bytes = 0;
    uint64_t shared_bytes = 0;
    uint64_t scaled_shared_bytes = 0;
  };
  MemoryUse CountMemory() EXCLUDES(lock_);

  kernel::Spinlock& lock() RETURN_CAPABILITY(lock_) { return lock_; }

 private:
  friend class kernel::Vmar;
  friend class Mapping;

  explicit AddressSpace(arch::PageTable table);

  Mapping* FindMappingLocked(VirtualAddress address) REQUIRES(lock_);
  void SetVdsoLocked(VirtualRange code, uint64_t code_offset) REQUIRES(lock_);
  bool TouchesVdsoLocked(VirtualRange range) const REQUIRES(lock_) {
    return vdso_code_.Overlaps(range);
  }

  base::RefPtr<kernel::Vmar> root_;
  std::atomic<uint64_t> vdso_code_base_ = 0;
  std::atomic<uint64_t> vdso_base_ = 0;

  mutable kernel::Spinlock lock_{kernel::LockRank::kAddressSpace};
  VirtualRange vdso_code_ GUARDED_BY(lock_);
  uint64_t mapped_bytes_ GUARDED_BY(lock_) = 0;

  kernel::Spinlock table_lock_{kernel::LockRank::kPageTable};
  arch::PageTable table_ GUARDED_BY(table_lock_);
};

}  // namespace vm
