// SPDX-License-Identifier: BSD-2-Clause
#include "lib/acpi/tables.h"

namespace acpi {
namespace {

// Literals that know their length: freestanding code calls strlen() for the others.
using std::string_view_literals::operator""sv;

// No table of interest is larger; a bound for summing up garbage.
constexpr uint32_t kMostTableBytes = 1 << 20;
constexpr size_t kRootVersion1Size = 20;
constexpr size_t kRootVersion2Size = 36;

// Eight bytes at a time: tables are summed up at every boot.
bool SumIsZero(base::Bytes bytes) {
  constexpr uint64_t kEvenBytes = 0x00ff'00ff'00ff'00ff;
  uint64_t sum = 0;
  // Four lanes of 16 bits, cut to 8 after each step so that none runs over into the next.
  while (bytes.size() >= sizeof(uint64_t)) {
    uint64_t word;
    __builtin_memcpy(&word, bytes.data(), sizeof(word));
    sum = (sum + (word & kEvenBytes) + (word >> 8 & kEvenBytes)) & kEvenBytes;
    bytes = bytes.subspan(sizeof(word));
  }
  uint64_t total = sum + (sum >> 16) + (sum >> 32) + (sum >> 48);
  for (const std::byte byte : bytes) total += static_cast<uint64_t>(byte);
  return (total & 0xff) == 0;
}

}  // namespace

std::string_view Describe(Problem problem) {
  switch (problem) {
    case Problem::kNone:
      break;
    case Problem::kNoRoot:
      return "the ACPI root pointer is not one"sv;
    case Problem::kRootTable:
      return "the ACPI root table is out of reach or does not add up"sv;
    case Problem::kTable:
      return "an ACPI table is out of reach or does not add up"sv;
    case Problem::kEntry:
      return "an entry of the ACPI processor table has a bad length"sv;
  }
  return {};
}

bool Table::Is(std::string_view signature) const {
  if (bytes_.size() < signature.size()) return false;
  for (size_t i = 0; i < signature.size(); ++i) {
    if (std::to_integer<char>(bytes_[i]) != signature[i]) return false;
  }
  return true;
}

Table Table::EntryAt(size_t offset, size_t size) const {
  if (offset >= bytes_.size()) return Table({});
  const size_t room = bytes_.size() - offset;
  return Table(bytes_.subspan(offset, size < room ? size : room));
}

std::optional<Table> TableAt(const Memory& memory, uint64_t address) {
  const Table header(memory.At(address, Table::kHeaderSize));
  const auto size = header.Field<uint32_t>(4);
  if (size < Table::kHeaderSize || size > kMostTableBytes) return std::nullopt;
  const base::Bytes bytes = memory.At(address, size);
  if (bytes.size() != size || !SumIsZero(bytes)) return std::nullopt;
  return Table(bytes);
}

// RSDP (5.2.5.3), then XSDT or RSDT.
std::optional<Tables> Tables::Open(const Memory& memory, uint64_t rsdp, Problem& problem) {
  problem = Problem::kNone;
  const Table root(memory.At(rsdp, kRootVersion1Size));
  if (!root.Is("RSD PTR "sv) || !SumIsZero(root.bytes())) {
    problem = Problem::kNoRoot;
    return std::nullopt;
  }
  // The second checksum, over all of version 2, is not looked at: some firmware gets it wrong, and
  // the table behind it has its own.
  const Table extended(memory.At(rsdp, kRootVersion2Size));
  const auto wide = extended.Field<uint64_t>(24);
  const bool has_xsdt = root.Field<uint8_t>(15) >= 2 && wide != 0;
  const auto table = TableAt(memory, has_xsdt ? wide : root.Field<uint32_t>(16));
  if (!table || !table->Is(has_xsdt ? "XSDT"sv : "RSDT"sv)) {
    problem = Problem::kRootTable;
    return std::nullopt;
  }
  return Tables(memory, *table, has_xsdt ? 8 : 4);
}

std::optional<Table> Tables::At(size_t index) const {
  if (index >= count()) return std::nullopt;
  const size_t offset = Table::kHeaderSize + index * entry_size_;
  const uint64_t address =
      entry_size_ == 8 ? root_.Field<uint64_t>(offset) : root_.Field<uint32_t>(offset);
  return TableAt(*memory_, address);
}

std::optional<Table> Tables::Find(std::string_view signature) const {
  for (size_t i = 0; i < count(); ++i) {
    if (const auto table = At(i); table && table->Is(signature)) return table;
  }
  return std::nullopt;
}

}  // namespace acpi
