// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/relocator.h"

#include <string.h>

namespace ldso {
namespace {

constexpr uint64_t kWord = sizeof(uint64_t);
constexpr uint32_t kTypeNone = 0;

constexpr uint8_t kProtectedVisibility = 3;

uint8_t BindingOf(const elf::SymbolEntry& symbol) { return symbol.info >> 4; }
uint8_t TypeOf(const elf::SymbolEntry& symbol) { return symbol.info & 0xf; }

// Whether a symbol the module defines means that definition, whatever others define.
bool IsOwn(const elf::SymbolEntry& symbol) {
  const bool is_protected = (symbol.other & 3) == kProtectedVisibility;
  return symbol.shndx != 0 && (BindingOf(symbol) == kLocalBinding || is_protected);
}

}  // namespace

std::unexpected<zx_status_t> Relocator::Outside(const Module& module, uint64_t where) {
  return problem_.Fail(ZX_ERR_IO_INVALID, "{}: the relocation of {x} is outside its data",
                       module.name(), where);
}

base::Result<> Relocator::Store(const Module& module, uint64_t where, uint64_t value) {
  const auto word = module.Writable(where, kWord);
  if (!word) return Outside(module, where);
  memcpy(word->data(), &value, kWord);
  return {};
}

base::Result<uint64_t> Relocator::Load(const Module& module, uint64_t where) {
  const auto word = module.Writable(where, kWord);
  if (!word) return Outside(module, where);
  uint64_t value;
  memcpy(&value, word->data(), kWord);
  return value;
}

base::Result<> Relocator::AddBias(const Module& module, uint64_t where) {
  return Store(module, where, TRY(Load(module, where)) + module.bias());
}

base::Result<base::Bytes> Relocator::OpenTable(const Module& module,
                                               const elf::DynamicTable::Table& table,
                                               uint64_t entry_size) {
  if (table.size == 0) return base::Bytes();
  const auto bytes = module.Readable(table.vaddr, table.size);
  const bool right_size = table.entry_size == 0 || table.entry_size == entry_size;
  if (bytes && right_size && table.size % entry_size == 0) return *bytes;
  return problem_.Fail(ZX_ERR_IO_INVALID, "{}: its table of relocations is broken", module.name());
}

base::Result<> Relocator::Apply(const Module& module) {
  const elf::DynamicTable& table = module.table();
  TRY(ApplyRelr(module));
  TRY(ApplyTable(module, table.rel, false));
  TRY(ApplyTable(module, table.rela, true));
  return ApplyTable(module, table.jump_slots, table.jump_slots_are_rela);
}

// An even entry is an address; an odd one is a map of the 63 words behind the last place.
base::Result<> Relocator::ApplyRelr(const Module& module) {
  const base::Bytes entries = TRY(OpenTable(module, module.table().relr, kWord));
  uint64_t next = 0;
  for (uint64_t at = 0; at < entries.size(); at += kWord) {
    const uint64_t entry = base::Read<uint64_t>(entries, at).value_or(0);
    if ((entry & 1) == 0) {
      TRY(AddBias(module, entry));
      next = entry + kWord;
      continue;
    }
    uint64_t where = next;
    for (uint64_t bits = entry >> 1; bits != 0; bits >>= 1, where += kWord) {
      if ((bits & 1) != 0) TRY(AddBias(module, where));
    }
    next += 63 * kWord;
  }
  return {};
}

base::Result<> Relocator::ApplyTable(const Module& module, const elf::DynamicTable::Table& table,
                                     bool has_addend) {
  const uint64_t entry_size = has_addend ? sizeof(elf::RelocationEntry) : 2 * kWord;
  const base::Bytes entries = TRY(OpenTable(module, table, entry_size));
  for (uint64_t at = 0; at < entries.size(); at += entry_size) {
    const uint64_t info = base::Read<uint64_t>(entries, at + kWord).value_or(0);
    Entry entry{.where = base::Read<uint64_t>(entries, at).value_or(0),
                .type = static_cast<uint32_t>(info),
                .symbol = static_cast<uint32_t>(info >> 32),
                .addend = std::nullopt};
    if (has_addend) entry.addend = base::Read<uint64_t>(entries, at + 2 * kWord);
    TRY(ApplyEntry(module, entry));
  }
  return {};
}

base::Result<> Relocator::ApplyEntry(const Module& module, const Entry& entry) {
  if (entry.type == kTypeNone) return {};
  if (entry.type == machine_.relative) {
    const uint64_t value = entry.addend ? *entry.addend : TRY(Load(module, entry.where));
    return Store(module, entry.where, value + module.bias());
  }
  if (IsTls(entry.type)) return ApplyTls(module, entry, TRY(Resolve(module, entry.symbol)));

  const bool absolute = entry.type == machine_.absolute;
  if (!absolute && entry.type != machine_.global_data && entry.type != machine_.jump_slot) {
    if (entry.type == machine_.copy) {
      return problem_.Fail(ZX_ERR_NOT_SUPPORTED,
                           "{} wants a copy of a library's variable (a COPY relocation); build it "
                           "with -fPIE or -fPIC", module.name());
    }
    return problem_.Fail(ZX_ERR_NOT_SUPPORTED, "{} has a relocation of type {}, which this linker "
                         "does not know", module.name(), entry.type);
  }
  const Definition definition = TRY(Resolve(module, entry.symbol));
  uint64_t value = 0;
  if (definition.module != nullptr && entry.symbol != 0) {
    if (TypeOf(definition.symbol) == kTlsSymbol || TypeOf(definition.symbol) == kIndirectFunction) {
      return problem_.Fail(ZX_ERR_NOT_SUPPORTED,
                           "{} uses a thread-local or indirect symbol of {} as an address",
                           module.name(), definition.module->name());
    }
    value = definition.module->AddressOf(definition.symbol);
  }
  // Slots have no addend: what lies in them before is for lazy binding.
  if (absolute) value += entry.addend ? *entry.addend : TRY(Load(module, entry.where));
  return Store(module, entry.where, value);
}

bool Relocator::IsTls(uint32_t type) const {
  return type == machine_.tls_module || type == machine_.tls_module_offset ||
         type == machine_.tls_offset || type == machine_.tls_descriptor;
}

base::Result<> Relocator::ApplyTls(const Module& module, const Entry& entry,
                                   const Definition& definition) {
  const Module* owner = definition.module;
  if (owner == nullptr || owner->plan().tls().empty() ||
      (entry.symbol != 0 && TypeOf(definition.symbol) != kTlsSymbol)) {
    return problem_.Fail(ZX_ERR_NOT_SUPPORTED,
                         "{} uses a thread-local variable that nobody has as one", module.name());
  }
  const auto module_offset = static_cast<uint64_t>(owner->tls_offset());
  // Of a descriptor's two words the second one has the addend.
  const bool descriptor = entry.type == machine_.tls_descriptor;
  const uint64_t place = entry.where + (descriptor ? kWord : 0);
  // See __tls_get_addr in the runtime: the "module" is where its storage starts.
  if (entry.type == machine_.tls_module) return Store(module, place, module_offset);
  uint64_t value = entry.addend ? *entry.addend : TRY(Load(module, place));
  value += definition.symbol.value;
  if (entry.type != machine_.tls_module_offset) value += module_offset;
  if (descriptor) TRY(Store(module, entry.where, tls_resolver_));
  return Store(module, place, value);
}

base::Result<Definition> Relocator::Resolve(const Module& module, uint32_t index) {
  // No symbol: the module itself.
  if (index == 0) return Definition{&module, {}};
  const auto symbol = module.SymbolAt(index);
  const auto name = symbol ? module.NameOf(*symbol) : std::nullopt;
  if (!name) {
    return problem_.Fail(ZX_ERR_IO_INVALID, "{}: a relocation names a symbol that is not in it",
                         module.name());
  }
  if (IsOwn(*symbol)) return Definition{&module, *symbol};
  if (const auto found = scope_.Resolve(SymbolName(*name))) return *found;
  if (BindingOf(*symbol) == kWeakBinding) return Definition{};
  return problem_.Fail(ZX_ERR_NOT_FOUND, "{} needs the symbol {}, which no library of it has",
                       module.name(), *name);
}

}  // namespace ldso
