// SPDX-License-Identifier: BSD-2-Clause
// Physical and virtual addresses as types of their own, and half-open ranges of them.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace base {

// An address of one kind; the tag keeps physical and virtual apart.
template <class Tag>
struct Address {
  uint64_t value = 0;

  constexpr auto operator<=>(const Address&) const = default;
  constexpr Address operator+(uint64_t offset) const { return {value + offset}; }
  constexpr Address operator-(uint64_t offset) const { return {value - offset}; }
  constexpr uint64_t operator-(Address other) const { return value - other.value; }
  constexpr Address& operator+=(uint64_t offset) {
    value += offset;
    return *this;
  }
};

// [base, base + size)
template <class Tag>
struct AddressRange {
  Address<Tag> base;
  uint64_t size = 0;

  constexpr bool operator==(const AddressRange&) const = default;
  constexpr Address<Tag> end() const { return base + size; }
  constexpr bool empty() const { return size == 0; }
  constexpr bool Contains(Address<Tag> address) const { return address - base < size; }
  constexpr bool Contains(AddressRange other) const {
    return other.base >= base && other.size <= size && other.base - base <= size - other.size;
  }
  constexpr bool Overlaps(AddressRange other) const {
    return !empty() && !other.empty() && base < other.end() && other.base < end();
  }
};

}  // namespace base

using PhysicalAddress = base::Address<struct PhysicalTag>;
using VirtualAddress = base::Address<struct VirtualTag>;
using PhysicalRange = base::AddressRange<struct PhysicalTag>;
using VirtualRange = base::AddressRange<struct VirtualTag>;
