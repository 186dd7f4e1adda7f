// SPDX-License-Identifier: BSD-2-Clause
// Physical memory in a vector, with ACPI tables in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "lib/acpi/tables.h"

namespace acpi {

class FakeMemory final : public Memory {
 public:
  static constexpr uint64_t kRsdp = 0x100;

  explicit FakeMemory(size_t size = 0x8000) : bytes_(size), next_(0x1000) {}

  base::Bytes At(uint64_t address, uint64_t size) const override {
    if (address == 0) return {};
    return base::Slice(bytes_, address, size).value_or(base::Bytes{});
  }

  // Puts a whole table, with its checksum made right; returns its address.
  uint64_t Put(std::vector<std::byte> table) {
    const auto size = static_cast<uint32_t>(table.size());
    std::memcpy(table.data() + 4, &size, sizeof(size));
    Seal(table, 9);
    const uint64_t address = next_;
    std::memcpy(bytes_.data() + address, table.data(), table.size());
    next_ += (table.size() + 63) / 64 * 64;
    return address;
  }
  // A table with this signature and nothing but zeros behind it.
  uint64_t PutEmpty(std::string_view signature, size_t size = Table::kHeaderSize) {
    std::vector<std::byte> table(size);
    std::memcpy(table.data(), signature.data(), signature.size());
    return Put(table);
  }
  // Root pointer and root table.
  void PutRoot(const std::vector<uint64_t>& tables, bool wide) {
    const size_t entry_size = wide ? 8 : 4;
    std::vector<std::byte> root(Table::kHeaderSize + tables.size() * entry_size);
    std::memcpy(root.data(), wide ? "XSDT" : "RSDT", 4);
    for (size_t i = 0; i < tables.size(); ++i) {
      std::memcpy(root.data() + Table::kHeaderSize + i * entry_size, &tables[i], entry_size);
    }
    const uint64_t address = Put(root);
    std::vector<std::byte> rsdp(wide ? 36 : 20);
    std::memcpy(rsdp.data(), "RSD PTR ", 8);
    rsdp[15] = std::byte{static_cast<uint8_t>(wide ? 2 : 0)};
    std::memcpy(rsdp.data() + (wide ? 24 : 16), &address, entry_size);
    Seal(rsdp, 8, 20);
    std::memcpy(bytes_.data() + kRsdp, rsdp.data(), rsdp.size());
  }

  std::vector<std::byte>& bytes() { return bytes_; }

  // Makes the first `size` bytes add up to zero by the byte at `at`.
  static void Seal(std::vector<std::byte>& table, size_t at, size_t size = SIZE_MAX) {
    table[at] = std::byte{0};
    uint8_t sum = 0;
    for (size_t i = 0; i < table.size() && i < size; ++i) {
      sum = static_cast<uint8_t>(sum + std::to_integer<uint8_t>(table[i]));
    }
    table[at] = std::byte{static_cast<uint8_t>(0 - sum)};
  }

 private:
  std::vector<std::byte> bytes_;
  uint64_t next_;
};

}  // namespace acpi
