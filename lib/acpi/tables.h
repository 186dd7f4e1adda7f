// SPDX-License-Identifier: BSD-2-Clause
// The static ACPI tables: from the root pointer to checked tables. No allocation, nothing is read but
// what the caller's memory gives. Section numbers are those of the ACPI specification 6.5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/bytes.h"

namespace acpi {

// Physical memory as the caller can reach it.
class Memory {
 public:
  // The bytes [address, address + size); empty when they are not all readable.
  virtual base::Bytes At(uint64_t address, uint64_t size) const = 0;

 protected:
  ~Memory() = default;
};

enum class Problem : uint8_t {
  kNone,
  kNoRoot,     // no root pointer at the address, or its checksum is wrong
  kRootTable,  // RSDT or XSDT
  kTable,      // another table
  kEntry,      // an entry inside a table
};

// The problem as one sentence without a final stop; empty for kNone.
std::string_view Describe(Problem problem);

// A generic address structure (5.2.3.2).
struct Register {
  static constexpr uint8_t kMemory = 0;
  static constexpr uint8_t kPort = 1;

  uint8_t space = 0;
  uint64_t address = 0;

  bool is_port() const { return space == kPort && address != 0 && address <= 0xffff; }
  bool is_memory() const { return space == kMemory && address != 0; }
};

// A table, or an entry of one. A view: the bytes stay where they are.
class Table {
 public:
  static constexpr size_t kHeaderSize = 36;

  explicit Table(base::Bytes bytes) : bytes_(bytes) {}

  // The first four bytes of a table.
  bool Is(std::string_view signature) const;
  // The field at `offset`; zero if the table is too short to have it, as older versions are.
  template <class T>
  T Field(size_t offset) const {
    return base::Read<T>(bytes_, offset).value_or(T{});
  }
  Register RegisterAt(size_t offset) const {
    return {Field<uint8_t>(offset), Field<uint64_t>(offset + 4)};
  }
  // The entry at `offset`; cut at the end of the table.
  Table EntryAt(size_t offset, size_t size) const;

  base::Bytes bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }

 private:
  base::Bytes bytes_;
};

// The table at a physical address, if it is readable and adds up.
std::optional<Table> TableAt(const Memory& memory, uint64_t address);

// What the root pointer leads to. `memory` must stay.
class Tables {
 public:
  // Follows the root pointer at physical address `rsdp` to the XSDT, or to the RSDT if there is none.
  static std::optional<Tables> Open(const Memory& memory, uint64_t rsdp, Problem& problem);

  size_t count() const { return (root_.size() - Table::kHeaderSize) / entry_size_; }
  // Table `index`, if it is readable and adds up.
  std::optional<Table> At(size_t index) const;
  // The first readable table with this signature.
  std::optional<Table> Find(std::string_view signature) const;
  // The root table itself.
  const Table& root() const { return root_; }

 private:
  Tables(const Memory& memory, Table root, size_t entry_size)
      : memory_(&memory), root_(root), entry_size_(entry_size) {}

  const Memory* memory_;
  Table root_;
  size_t entry_size_;
};

}  // namespace acpi
