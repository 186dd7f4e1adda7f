// SPDX-License-Identifier: BSD-2-Clause
// Self-relocation: RELR, REL and RELA; symbols only from the vDSO.
#include "sdk/rt/src/early.h"

// What an unresolved call ends in; see panic.cc.
extern "C" [[gnu::visibility("hidden")]] void hafnon_rt_missing_call();

namespace rt {
namespace {

bool Equal(const char* a, const char* b) {
  while (*a == *b && *a != '\0') {
    ++a;
    ++b;
  }
  return *a == *b;
}

const elf::ProgramHeader* ProgramHeaders(uintptr_t base) {
  const auto& header = *reinterpret_cast<const elf::FileHeader*>(base);
  return reinterpret_cast<const elf::ProgramHeader*>(base + header.program_headers_offset);
}

uint64_t DynamicValue(const elf::Dynamic* dynamic, uint64_t tag) {
  for (; dynamic->tag != 0; ++dynamic) {
    if (dynamic->tag == tag) return dynamic->value;
  }
  return 0;
}

uint64_t& WordAt(uintptr_t address) { return *reinterpret_cast<uint64_t*>(address); }

// A word of addresses and bitmaps: an even entry names a word, an odd one the next 63.
void ApplyRelr(uintptr_t base, const uint64_t* entry, size_t count) {
  uintptr_t where = base;
  for (; count > 0; --count, ++entry) {
    if ((*entry & 1) == 0) {
      where = base + *entry;
      WordAt(where) += base;
      where += sizeof(uint64_t);
      continue;
    }
    for (uint64_t bits = *entry >> 1, i = 0; bits != 0; bits >>= 1, ++i) {
      if (bits & 1) WordAt(where + i * sizeof(uint64_t)) += base;
    }
    where += 63 * sizeof(uint64_t);
  }
}

class Relocator {
 public:
  Relocator(uintptr_t base, uintptr_t vdso_base, const elf::Dynamic* dynamic)
      : base_(base),
        vdso_base_(vdso_base),
        symbols_(reinterpret_cast<const elf::Symbol*>(base + DynamicValue(dynamic, elf::kSymTab))),
        strings_(reinterpret_cast<const char*>(base + DynamicValue(dynamic, elf::kStrTab))) {}

  // Entries are Rel, with the addend in place, or Rela.
  template <class Entry>
  void Apply(uintptr_t table, size_t bytes) const {
    const auto* entry = reinterpret_cast<const Entry*>(table);
    for (; bytes >= sizeof(Entry); bytes -= sizeof(Entry), ++entry) {
      const auto type = static_cast<uint32_t>(entry->info);
      uint64_t& word = WordAt(base_ + entry->offset);
      uint64_t addend = word;
      if constexpr (requires { entry->addend; }) addend = static_cast<uint64_t>(entry->addend);
      if (type == elf::kRelative) {
        word = base_ + addend;
      } else if (type == elf::kJumpSlot || type == elf::kGlobData) {
        word = Resolve(entry->info >> 32);
      } else if (type == elf::kAbsolute) {
        word = Resolve(entry->info >> 32) + addend;
      } else {
        // The loader let an image through that this start-up code cannot run.
        __builtin_trap();
      }
    }
  }

 private:
  uint64_t Resolve(uint64_t index) const {
    const elf::Symbol& symbol = symbols_[index];
    if (symbol.section != 0) return base_ + symbol.value;
    const uintptr_t found = FindVdsoSymbol(vdso_base_, strings_ + symbol.name);
    if (found != 0) return found;
    constexpr uint8_t kWeak = 2;
    return symbol.info >> 4 == kWeak ? 0 : reinterpret_cast<uintptr_t>(&hafnon_rt_missing_call);
  }

  const uintptr_t base_;
  const uintptr_t vdso_base_;
  const elf::Symbol* const symbols_;
  const char* const strings_;
};

}  // namespace

uintptr_t FindVdsoSymbol(uintptr_t vdso_base, const char* name) {
  const auto& header = *reinterpret_cast<const elf::FileHeader*>(vdso_base);
  const elf::ProgramHeader* segment = ProgramHeaders(vdso_base);
  const elf::Dynamic* dynamic = nullptr;
  for (uint16_t i = 0; i < header.program_header_count; ++i, ++segment) {
    if (segment->type != elf::kDynamicSegment) continue;
    dynamic = reinterpret_cast<const elf::Dynamic*>(vdso_base + segment->vaddr);
  }
  const auto* symbols =
      reinterpret_cast<const elf::Symbol*>(vdso_base + DynamicValue(dynamic, elf::kSymTab));
  const auto* strings = reinterpret_cast<const char*>(vdso_base + DynamicValue(dynamic, elf::kStrTab));
  const auto* table = reinterpret_cast<const uint32_t*>(vdso_base + DynamicValue(dynamic, elf::kGnuHash));

  uint32_t hash = 5381;
  for (const char* at = name; *at != '\0'; ++at) hash = hash * 33 + static_cast<unsigned char>(*at);

  // The table: bucket count, first symbol, bloom words, bloom shift; then bloom, buckets, chains.
  const uint32_t bucket_count = table[0];
  const uint32_t first_symbol = table[1];
  const uint32_t* buckets = table + 4 + table[2] * 2;
  const uint32_t* chains = buckets + bucket_count;
  uint32_t index = buckets[hash % bucket_count];
  if (index < first_symbol) return 0;
  for (;; ++index) {
    const uint32_t chain = chains[index - first_symbol];
    const elf::Symbol& symbol = symbols[index];
    // Local symbols are functions this variant does not have.
    if ((chain | 1) == (hash | 1) && symbol.info >> 4 != 0 && Equal(strings + symbol.name, name)) {
      return vdso_base + symbol.value;
    }
    if (chain & 1) return 0;
  }
}

void RelocateSelf(uintptr_t vdso_base) {
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const elf::Dynamic* dynamic = _DYNAMIC;
  ApplyRelr(base, reinterpret_cast<const uint64_t*>(base + DynamicValue(dynamic, elf::kRelr)),
            DynamicValue(dynamic, elf::kRelrSize) / sizeof(uint64_t));

  const Relocator relocator(base, vdso_base, dynamic);
  relocator.Apply<elf::Rela>(base + DynamicValue(dynamic, elf::kRela),
                             DynamicValue(dynamic, elf::kRelaSize));
  relocator.Apply<elf::Rel>(base + DynamicValue(dynamic, elf::kRel),
                            DynamicValue(dynamic, elf::kRelSize));
  const uintptr_t plt = base + DynamicValue(dynamic, elf::kJmpRel);
  const uint64_t plt_size = DynamicValue(dynamic, elf::kPltRelSize);
  if (DynamicValue(dynamic, elf::kPltRel) == elf::kRela) {
    relocator.Apply<elf::Rela>(plt, plt_size);
  } else {
    relocator.Apply<elf::Rel>(plt, plt_size);
  }
}

}  // namespace rt
