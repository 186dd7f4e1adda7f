// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/relocate.h"

#include "lib/elf/dynamic.h"

namespace elf {
namespace {

constexpr uint64_t kWord = sizeof(uint64_t);

constexpr uint32_t kTypeNone = 0;
constexpr uint32_t RelativeType(Machine machine) { return machine == Machine::kArm64 ? 1027 : 8; }

class Relocator {
 public:
  Relocator(const RelocationTarget& target, Machine machine, Diagnostics& diagnostics)
      : target_(target),
        image_(target.image, target.vaddr),
        relative_type_(RelativeType(machine)),
        diagnostics_(diagnostics) {}

  bool ApplyRelr(const DynamicTable::Table& table);
  bool ApplyRelOrRela(const DynamicTable::Table& table, bool has_addend);
  size_t count() const { return count_; }

 private:
  // The table's bytes, after its sizes were checked. `entry_size` is what it must be.
  std::optional<base::Bytes> Open(const DynamicTable::Table& table, uint64_t entry_size);
  bool ApplyBitmap(uint64_t first, uint64_t bitmap);
  // Adds the bias to the word at link-time address `where`.
  bool AddBias(uint64_t where);
  bool Store(uint64_t where, uint64_t value);

  const RelocationTarget& target_;
  const ImageView image_;
  const uint32_t relative_type_;
  Diagnostics& diagnostics_;
  size_t count_ = 0;
};

std::optional<base::Bytes> Relocator::Open(const DynamicTable::Table& table, uint64_t entry_size) {
  if (table.size == 0) return base::Bytes{};
  if (table.entry_size != 0 && table.entry_size != entry_size) {
    diagnostics_.Fail(Code::kRelocationEntrySize, table.vaddr, table.entry_size, entry_size);
    return std::nullopt;
  }
  if (table.size % entry_size != 0) {
    diagnostics_.Fail(Code::kRelocationSize, table.vaddr, table.size, entry_size);
    return std::nullopt;
  }
  const auto bytes = image_.At(table.vaddr, table.size);
  if (!bytes) {
    diagnostics_.Fail(Code::kRelocationTableOutside, table.vaddr, table.vaddr, table.size);
  }
  return bytes;
}

bool Relocator::Store(uint64_t where, uint64_t value) {
  const uint64_t offset = where - target_.vaddr;
  if (!base::Contains(target_.image.size(), offset, kWord)) {
    return diagnostics_.Fail(Code::kRelocationOutside, where, where);
  }
  __builtin_memcpy(target_.image.data() + offset, &value, kWord);
  ++count_;
  return true;
}

bool Relocator::AddBias(uint64_t where) {
  const auto word = image_.Read<uint64_t>(where);
  if (!word) return diagnostics_.Fail(Code::kRelocationOutside, where, where);
  return Store(where, *word + target_.bias);
}

// RELR: an even entry is an address; an odd one is a map of the 63 words behind the last place.
bool Relocator::ApplyRelr(const DynamicTable::Table& table) {
  const auto entries = Open(table, kWord);
  if (!entries) return false;
  uint64_t next = 0;
  for (uint64_t at = 0; at < entries->size(); at += kWord) {
    const uint64_t entry = base::Read<uint64_t>(*entries, at).value_or(0);
    if ((entry & 1) == 0) {
      if (!AddBias(entry)) return false;
      next = entry + kWord;
    } else {
      if (!ApplyBitmap(next, entry >> 1)) return false;
      next += 63 * kWord;
    }
  }
  return true;
}

bool Relocator::ApplyBitmap(uint64_t first, uint64_t bitmap) {
  for (uint64_t where = first; bitmap != 0; bitmap >>= 1, where += kWord) {
    if ((bitmap & 1) != 0 && !AddBias(where)) return false;
  }
  return true;
}

bool Relocator::ApplyRelOrRela(const DynamicTable::Table& table, bool has_addend) {
  const uint64_t entry_size = has_addend ? sizeof(RelocationEntry) : 2 * kWord;
  const auto entries = Open(table, entry_size);
  if (!entries) return false;
  for (uint64_t at = 0; at < entries->size(); at += entry_size) {
    const uint64_t where = base::Read<uint64_t>(*entries, at).value_or(0);
    const uint64_t info = base::Read<uint64_t>(*entries, at + kWord).value_or(0);
    const auto type = static_cast<uint32_t>(info);
    if (type == kTypeNone) continue;
    // A relative relocation has no symbol.
    if (type != relative_type_ || info >> 32 != 0) {
      return diagnostics_.Fail(Code::kRelocationType, where, type, relative_type_);
    }
    const uint64_t addend = base::Read<uint64_t>(*entries, at + 2 * kWord).value_or(0);
    if (has_addend ? !Store(where, addend + target_.bias) : !AddBias(where)) return false;
  }
  return true;
}

}  // namespace

std::optional<size_t> Relocate(const RelocationTarget& target, Machine machine,
                               const Range& dynamic, Diagnostics& diagnostics) {
  if (dynamic.empty()) return 0;
  const auto table = ReadDynamic(ImageView(target.image, target.vaddr), dynamic);
  if (!table) {
    diagnostics.Fail(Code::kDynamicMissing, dynamic.vaddr, dynamic.vaddr, dynamic.memory_size);
    return std::nullopt;
  }
  Relocator relocator(target, machine, diagnostics);
  if (!relocator.ApplyRelr(table->relr) || !relocator.ApplyRelOrRela(table->rel, false) ||
      !relocator.ApplyRelOrRela(table->rela, true) ||
      !relocator.ApplyRelOrRela(table->jump_slots, table->jump_slots_are_rela)) {
    return std::nullopt;
  }
  return relocator.count();
}

}  // namespace elf
