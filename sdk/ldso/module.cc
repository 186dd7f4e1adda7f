// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/module.h"

#include <string.h>

namespace ldso {
namespace {

// Of the dynamic section, besides those of lib/elf.
constexpr uint64_t kNeeded = 1;
constexpr uint64_t kInit = 12;
constexpr uint64_t kFini = 13;
constexpr uint64_t kSoName = 14;
constexpr uint64_t kTextRelocations = 22;
constexpr uint64_t kInitArray = 25;
constexpr uint64_t kFiniArray = 26;
constexpr uint64_t kInitArraySize = 27;
constexpr uint64_t kFiniArraySize = 28;
constexpr uint64_t kFlags = 30;
constexpr uint64_t kFlagTextRelocations = 4;

constexpr uint16_t kUndefinedSection = 0;
constexpr uint16_t kAbsoluteSection = 0xfff1;

struct GnuHashHeader {
  uint32_t bucket_count;
  uint32_t first_symbol;
  uint32_t bloom_words;
  uint32_t bloom_shift;
};

// Whether the filter of the hash table rules the hash out.
bool IsFiltered(base::Bytes table, const GnuHashHeader& header, uint32_t hash) {
  const uint64_t word = (hash / 64) % header.bloom_words;
  const auto bits = base::Read<uint64_t>(table, sizeof(header) + word * sizeof(uint64_t));
  if (!bits) return true;
  const uint32_t second = header.bloom_shift < 32 ? hash >> header.bloom_shift : 0;
  return ((*bits >> (hash % 64)) & (*bits >> (second % 64)) & 1) == 0;
}

bool IsOffered(const elf::SymbolEntry& symbol) {
  const int binding = symbol.info >> 4;
  return symbol.shndx != kUndefinedSection &&
         (binding == kGlobalBinding || binding == kWeakBinding);
}

}  // namespace

base::Result<> Module::Open(const elf::LoadPlan& plan, std::byte* memory, std::string_view name,
                            Problem& problem) {
  plan_ = plan;
  memory_ = memory;
  bias_ = reinterpret_cast<uintptr_t>(memory) - plan.first_page();
  SetName(name);
  // A library without a dynamic section offers nothing and needs nothing.
  if (plan.dynamic().empty()) return {};
  const elf::Range& range = plan.dynamic();
  const auto dynamic = Readable(range.vaddr, range.memory_size);
  if (!dynamic) {
    return problem.Fail(ZX_ERR_IO_INVALID, "{}: its dynamic section is not in it", name);
  }
  table_ = elf::ReadDynamic(elf::ImageView(*dynamic, range.vaddr), range).value_or(table_);
  TRY(ReadEntries(*dynamic, problem));
  TRY(ReadStrings(problem));
  TRY(CheckFunctions(constructors_, problem));
  TRY(CheckFunctions(destructors_, problem));
  if (table_.symbols != 0) symbols_ = ReadableFrom(table_.symbols);
  if (table_.gnu_hash != 0) hash_ = ReadableFrom(table_.gnu_hash);
  if (table_.hash != 0 && table_.gnu_hash == 0) {
    return problem.Fail(ZX_ERR_NOT_SUPPORTED,
                        "{} has no DT_GNU_HASH; link it with --hash-style=gnu", this->name());
  }
  return {};
}

base::Result<> Module::ReadEntries(base::Bytes dynamic, Problem& problem) {
  for (uint64_t at = 0;; at += sizeof(elf::DynamicEntry)) {
    const auto entry = base::Read<elf::DynamicEntry>(dynamic, at);
    if (!entry || entry->tag == elf::kDtNull) return {};
    switch (entry->tag) {
      case kNeeded:
        if (needed_count_ == kMaxNeeded) {
          return problem.Fail(ZX_ERR_NOT_SUPPORTED, "{} needs more than {} libraries", name(),
                              kMaxNeeded);
        }
        needed_offsets_[needed_count_++] = entry->value;
        break;
      case kSoName: soname_offset_ = entry->value; break;
      case kInitArray: constructors_.vaddr = entry->value; break;
      case kInitArraySize: constructors_.size = entry->value; break;
      case kFiniArray: destructors_.vaddr = entry->value; break;
      case kFiniArraySize: destructors_.size = entry->value; break;
      case kInit:
      case kFini:
        return problem.Fail(ZX_ERR_NOT_SUPPORTED,
                            "{} has a DT_INIT or DT_FINI function; use constructors", name());
      case kFlags:
        if ((entry->value & kFlagTextRelocations) == 0) break;
        [[fallthrough]];
      case kTextRelocations:
        return problem.Fail(ZX_ERR_NOT_SUPPORTED,
                            "{} has relocations in its text; build it with -fPIC", name());
      default: break;
    }
  }
}

base::Result<> Module::ReadStrings(Problem& problem) {
  const auto strings = Readable(table_.strings.vaddr, table_.strings.size);
  if (strings) strings_ = *strings;
  for (size_t i = 0; i < needed_count_; ++i) {
    const auto needed = StringAt(needed_offsets_[i]);
    if (!needed || needed->empty()) {
      return problem.Fail(ZX_ERR_IO_INVALID, "{}: the name of a library it needs is not in it",
                          name());
    }
    needed_[i] = *needed;
  }
  if (soname_offset_ != 0) {
    soname_ = StringAt(soname_offset_).value_or(std::string_view());
    if (!soname_.empty()) SetName(soname_);
  }
  return {};
}

base::Result<> Module::CheckFunctions(const elf::DynamicTable::Table& table,
                                      Problem& problem) const {
  const uint64_t address = table.vaddr + bias_;
  const bool fits = table.size == 0 || (Readable(table.vaddr, table.size) && address % 8 == 0);
  if (fits && table.size % 8 == 0) return {};
  return problem.Fail(ZX_ERR_IO_INVALID, "{}: its table of constructors is not in it", name());
}

std::optional<base::Bytes> Module::Readable(uint64_t vaddr, uint64_t size) const {
  const elf::Segment* segment = plan_.FindSegment(vaddr, size);
  if (!segment || !segment->readable) return std::nullopt;
  return base::Bytes(memory_ + (vaddr - plan_.first_page()), static_cast<size_t>(size));
}

std::optional<std::span<std::byte>> Module::Writable(uint64_t vaddr, uint64_t size) const {
  const elf::Segment* segment = plan_.FindSegment(vaddr, size);
  if (!segment || !segment->writable) return std::nullopt;
  return std::span(memory_ + (vaddr - plan_.first_page()), static_cast<size_t>(size));
}

base::Bytes Module::ReadableFrom(uint64_t vaddr) const {
  const elf::Segment* segment = plan_.FindSegment(vaddr, 1);
  if (!segment) return {};
  return Readable(vaddr, segment->memory_size - (vaddr - segment->vaddr)).value_or(base::Bytes());
}

std::optional<std::string_view> Module::StringAt(uint64_t offset) const {
  return elf::ImageView(strings_, 0).TextAt(offset, strings_.size());
}

std::optional<elf::SymbolEntry> Module::SymbolAt(uint64_t index) const {
  return base::Read<elf::SymbolEntry>(symbols_, index * sizeof(elf::SymbolEntry));
}

std::optional<std::string_view> Module::NameOf(const elf::SymbolEntry& symbol) const {
  return StringAt(symbol.name);
}

std::optional<elf::SymbolEntry> Module::Find(const SymbolName& name) const {
  const auto header = base::Read<GnuHashHeader>(hash_, 0);
  if (!header || header->bucket_count == 0 || header->bloom_words == 0) return std::nullopt;
  if (IsFiltered(hash_, *header, name.hash)) return std::nullopt;
  const uint64_t buckets = sizeof(GnuHashHeader) + uint64_t{header->bloom_words} * sizeof(uint64_t);
  const uint64_t chains = buckets + uint64_t{header->bucket_count} * sizeof(uint32_t);
  const uint64_t bucket = name.hash % header->bucket_count;
  uint64_t index = base::Read<uint32_t>(hash_, buckets + bucket * sizeof(uint32_t)).value_or(0);
  if (index < header->first_symbol) return std::nullopt;
  for (;; ++index) {
    const uint64_t link = index - header->first_symbol;
    const auto chain = base::Read<uint32_t>(hash_, chains + link * sizeof(uint32_t));
    if (!chain) return std::nullopt;
    if ((*chain | 1) == (name.hash | 1)) {
      const auto symbol = SymbolAt(index);
      if (symbol && IsOffered(*symbol) && NameOf(*symbol) == name.text) return symbol;
    }
    if ((*chain & 1) != 0) return std::nullopt;
  }
}

uint64_t Module::AddressOf(const elf::SymbolEntry& symbol) const {
  return symbol.shndx == kAbsoluteSection ? symbol.value : symbol.value + bias_;
}

void Module::SetName(std::string_view name) {
  name_size_ = name.size() < kMaxName ? name.size() : kMaxName;
  memcpy(name_, name.data(), name_size_);
}

}  // namespace ldso
