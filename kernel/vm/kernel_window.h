// SPDX-License-Identifier: BSD-2-Clause
// The kernel's own mappings: stacks with guard pages, and device registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "lib/base/address.h"
#include "lib/base/format.h"
#include "lib/base/result.h"

namespace vm {

// A kernel stack, with an unmapped page below and above it, and a shadow call stack for processors
// that use one. Move-only; the destructor keeps it for the next Create() or returns its pages.
class KernelStack {
 public:
  static constexpr size_t kSize = 16 * 1024;

  // Errors: ZX_ERR_NO_MEMORY, ZX_ERR_NO_RESOURCES (window full).
  static base::Result<KernelStack> Create();

  KernelStack() = default;
  KernelStack(KernelStack&& other) noexcept : slot_(std::exchange(other.slot_, kNone)) {}
  KernelStack& operator=(KernelStack&& other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  // Must not run on this stack.
  ~KernelStack();

  explicit operator bool() const { return slot_ != kNone; }
  VirtualAddress base() const;  // lowest address of the stack
  VirtualAddress top() const;   // one past its highest byte; 16-byte aligned
  VirtualAddress shadow_base()
      const;  // lowest address of the shadow call stack, one page; grows up

 private:
  static constexpr uint32_t kNone = ~0u;
  explicit KernelStack(uint32_t slot) : slot_(slot) {}
  uint32_t slot_ = kNone;
};

class KernelWindow {
 public:
  // Maps device registers, uncached, never unmapped. The range need not be page aligned; the result
  // addresses its first byte. Works from arch::LateInit() on (the page allocator must run).
  // Errors: ZX_ERR_NO_MEMORY, ZX_ERR_NO_RESOURCES.
  static base::Result<VirtualAddress> MapDevice(PhysicalRange range);

  // Forgets everything. For start-up and tests.
  static void Reset();

  // Unmaps stacks that are kept for reuse.
  static void Trim();

  // The stack guard an address lies in, for the panic message: true inside the window and unmapped.
  static bool IsGuard(VirtualAddress address);

  static bool Audit(base::FormatSink& sink);
};

}  // namespace vm
