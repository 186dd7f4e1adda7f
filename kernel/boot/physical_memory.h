// SPDX-License-Identifier: BSD-2-Clause
// Physical memory as front ends read it: with bounds, and replaceable in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/acpi/tables.h"

namespace boot {

// The part of physical memory that can be read, from address 0 on. `begin` may be 0: in the boot stage
// physical addresses are pointers.
class PhysicalMemory final : public acpi::Memory {
 public:
  constexpr PhysicalMemory(uintptr_t begin, uint64_t size) : begin_(begin), size_(size) {}

  // The bytes at `address`; empty if they are not all readable. Nothing lies at address 0.
  std::span<const std::byte> At(uint64_t address, uint64_t size) const override {
    if (address == 0 || address >= size_ || size > size_ - address) return {};
    return {reinterpret_cast<const std::byte*>(begin_ + address), static_cast<size_t>(size)};
  }

  // How many bytes can be read from `address` on.
  uint64_t SizeFrom(uint64_t address) const {
    return address == 0 || address >= size_ ? 0 : size_ - address;
  }

 private:
  const uintptr_t begin_;
  const uint64_t size_;
};

}  // namespace boot
