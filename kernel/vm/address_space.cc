// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/address_space.h"

#include <arch/cpu.h>
#include <arch/layout.h>

#include <new>

#include "kernel/vm/mapping.h"
#include "lib/base/assert.h"

namespace vm {
namespace {

using kernel::Vmar;

// What each CPU runs on. Read and written by that CPU only.
constinit AddressSpace* active[kernel::Handoff::kMaxCpus] = {};

}  // namespace

AddressSpace::AddressSpace(arch::PageTable table) : table_(std::move(table)) {}

base::Result<base::RefPtr<AddressSpace>> AddressSpace::Create() {
  auto table = TRY(arch::PageTable::Create());
  auto space = base::RefPtr<AddressSpace>::Adopt(new (std::nothrow) AddressSpace(std::move(table)));
  if (!space) return base::Error(ZX_ERR_NO_MEMORY);
  constexpr zx_vm_option_t kEverything =
      ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
  space->root_ = base::RefPtr<Vmar>::Adopt(new (std::nothrow) Vmar(
      space, {VirtualAddress{arch::kUserBase}, arch::kUserSize}, kEverything));
  if (!space->root_) return base::Error(ZX_ERR_NO_MEMORY);
  return space;
}

AddressSpace::~AddressSpace() { ASSERT(mapped_bytes() == 0); }

// Nobody changes the table's root while the space lives, and being active is the table's own,
// atomic, business.
void AddressSpace::Activate() NO_THREAD_SAFETY_ANALYSIS {
  active[arch::CpuIndex()] = this;
  table_.Activate();
}

AddressSpace* AddressSpace::Active() { return active[arch::CpuIndex()]; }

void AddressSpace::Deactivated() { active[arch::CpuIndex()] = nullptr; }

Mapping* AddressSpace::FindMappingLocked(VirtualAddress address) {
  Region* region = root_.get();
  while (region && !region->is_mapping()) {
    region = static_cast<Vmar*>(region)->children_.FindAtOrBelow(address.value);
    if (region && region->end() <= address) region = nullptr;
  }
  return static_cast<Mapping*>(region);
}

zx_status_t AddressSpace::HandleFault(const kernel::PageFault& fault) {
  SpinlockGuard guard(lock_);
  Mapping* mapping = FindMappingLocked(fault.address);
  if (!mapping) return ZX_ERR_NOT_FOUND;
  return mapping->HandleFault(fault);
}

void AddressSpace::Destroy() {
  // Dropped last: it may hold the last reference to this space.
  base::RefPtr<Vmar> root;
  Doomed doomed;
  SpinlockGuard guard(lock_);
  if (!root_) return;
  vdso_code_ = {};
  vdso_code_base_.store(0, std::memory_order_release);
  root_->TearDownLocked(doomed);
  root = std::move(root_);
}

void AddressSpace::SetVdsoLocked(VirtualRange code, uint64_t code_offset) {
  vdso_code_ = code;
  vdso_base_.store(code.base.value - code_offset, std::memory_order_release);
  vdso_code_base_.store(code.base.value, std::memory_order_release);
}

base::Result<AddressSpace::Mapped> AddressSpace::Lookup(VirtualAddress address) {
  SpinlockGuard guard(lock_);
  Mapping* mapping = FindMappingLocked(address);
  if (!mapping) return base::Error(ZX_ERR_NOT_FOUND);
  return Mapped{.vmo = mapping->vmo_ref(),
                .vmo_offset = mapping->offset() - mapping->vmo().backing_offset() +
                              (address - mapping->base()),
                .size = mapping->end() - address,
                .writable = !mapping->vmo().is_vdso()};
}

uint64_t AddressSpace::mapped_bytes() const {
  SpinlockGuard guard(lock_);
  return mapped_bytes_;
}

}  // namespace vm

namespace kernel {

zx_status_t HandlePageFault(const PageFault& fault) {
  vm::AddressSpace* space = vm::AddressSpace::Active();
  return space ? space->HandleFault(fault) : ZX_ERR_NOT_FOUND;
}

}  // namespace kernel
