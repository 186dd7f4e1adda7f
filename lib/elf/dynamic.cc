// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/dynamic.h"

namespace elf {
namespace {

struct GnuHashHeader {
  uint32_t bucket_count;
  uint32_t first_symbol;
  uint32_t bloom_words;
  uint32_t bloom_shift;
};

// The chain of the highest bucket ends with the last symbol of the table.
uint64_t CountByGnuHash(const ImageView& image, uint64_t at) {
  const auto header = image.Read<GnuHashHeader>(at);
  if (!header) return 0;
  const uint64_t buckets = at + sizeof(GnuHashHeader) + uint64_t{header->bloom_words} * 8;
  const uint64_t chains = buckets + uint64_t{header->bucket_count} * 4;
  // Known to be inside before walking, so that a huge count ends at once.
  if (!image.At(buckets, uint64_t{header->bucket_count} * 4)) return 0;
  uint64_t last = 0;
  for (uint64_t i = 0; i < header->bucket_count; ++i) {
    const uint64_t start = image.Read<uint32_t>(buckets + i * 4).value_or(0);
    if (start > last) last = start;
  }
  if (last < header->first_symbol) return header->first_symbol;
  while (true) {
    const auto hash = image.Read<uint32_t>(chains + (last - header->first_symbol) * 4);
    if (!hash) return 0;
    ++last;
    if ((*hash & 1) != 0) return last;
  }
}

void Take(DynamicTable& table, const DynamicEntry& entry) {
  // An if chain: the compiler would turn a switch into a table of addresses, which code that runs
  // before its own relocation cannot use.
  const uint64_t tag = entry.tag;
  if (tag == kDtRela) table.rela.vaddr = entry.value;
  if (tag == kDtRelaSize) table.rela.size = entry.value;
  if (tag == kDtRelaEntry) table.rela.entry_size = entry.value;
  if (tag == kDtRel) table.rel.vaddr = entry.value;
  if (tag == kDtRelSize) table.rel.size = entry.value;
  if (tag == kDtRelEntry) table.rel.entry_size = entry.value;
  if (tag == kDtRelr) table.relr.vaddr = entry.value;
  if (tag == kDtRelrSize) table.relr.size = entry.value;
  if (tag == kDtRelrEntry) table.relr.entry_size = entry.value;
  if (tag == kDtJumpRel) table.jump_slots.vaddr = entry.value;
  if (tag == kDtPltRelSize) table.jump_slots.size = entry.value;
  if (tag == kDtPltRel) table.jump_slots_are_rela = entry.value == kDtRela;
  if (tag == kDtStringTable) table.strings.vaddr = entry.value;
  if (tag == kDtStringSize) table.strings.size = entry.value;
  if (tag == kDtSymbolTable) table.symbols = entry.value;
  if (tag == kDtHash) table.hash = entry.value;
  if (tag == kDtGnuHash) table.gnu_hash = entry.value;
}

}  // namespace

std::optional<std::string_view> ImageView::TextAt(uint64_t vaddr, uint64_t limit) const {
  const uint64_t start = vaddr - vaddr_;
  if (start > bytes_.size()) return std::nullopt;
  const base::Bytes rest = bytes_.subspan(static_cast<size_t>(start));
  const size_t room = limit < rest.size() ? static_cast<size_t>(limit) : rest.size();
  for (size_t i = 0; i < room; ++i) {
    // Bytes may be looked at as characters; the bound is the loop's.
    if (rest[i] == std::byte{0}) return std::string_view(reinterpret_cast<const char*>(rest.data()), i);
  }
  return std::nullopt;
}

std::optional<DynamicTable> ReadDynamic(const ImageView& image, const Range& dynamic) {
  const auto bytes = image.At(dynamic.vaddr, dynamic.memory_size);
  if (!bytes || dynamic.empty()) return std::nullopt;
  DynamicTable table;
  for (uint64_t at = 0;; at += sizeof(DynamicEntry)) {
    const auto entry = base::Read<DynamicEntry>(*bytes, at);
    if (!entry || entry->tag == kDtNull) return table;
    Take(table, *entry);
  }
}

uint64_t CountSymbols(const ImageView& image, const DynamicTable& table) {
  if (table.hash != 0) {
    // nbucket, nchain; there is one chain link per symbol.
    return image.Read<uint32_t>(table.hash + 4).value_or(0);
  }
  return table.gnu_hash != 0 ? CountByGnuHash(image, table.gnu_hash) : 0;
}

std::optional<Symbol> FindSymbol(const ImageView& image, const Range& dynamic,
                                 std::string_view name) {
  const auto table = ReadDynamic(image, dynamic);
  if (!table || table->symbols == 0) return std::nullopt;
  const uint64_t count = CountSymbols(image, *table);
  const auto symbols = image.At(table->symbols, count * sizeof(SymbolEntry));
  if (!symbols) return std::nullopt;
  for (uint64_t i = 1; i < count; ++i) {
    const auto symbol = base::Read<SymbolEntry>(*symbols, i * sizeof(SymbolEntry));
    if (!symbol) return std::nullopt;
    // Section 0: undefined here. Binding 1 global, 2 weak.
    const int binding = symbol->info >> 4;
    if (symbol->shndx == 0 || (binding != 1 && binding != 2)) continue;
    if (symbol->name >= table->strings.size) continue;
    const auto found =
        image.TextAt(table->strings.vaddr + symbol->name, table->strings.size - symbol->name);
    if (found && *found == name) {
      return Symbol{.value = symbol->value,
                    .size = symbol->size,
                    .type = static_cast<uint8_t>(symbol->info & 0xf)};
    }
  }
  return std::nullopt;
}

}  // namespace elf
