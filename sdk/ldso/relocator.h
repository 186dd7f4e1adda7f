// SPDX-License-Identifier: BSD-2-Clause
// Applies all relocations of one module. Nothing is left for later: there is no lazy binding.
#pragma once

#include <cstdint>
#include <optional>

#include "lib/base/result.h"
#include "sdk/ldso/machine.h"
#include "sdk/ldso/module.h"
#include "sdk/ldso/problem.h"
#include "sdk/ldso/scope.h"

namespace ldso {

class Relocator {
 public:
  // `tls_resolver` is the address of the function that TLS descriptors call: it returns the second
  // word of the descriptor. Symbols come from `scope`, whose modules have their TLS offsets.
  Relocator(const MachineFacts& machine, const Scope& scope, uint64_t tls_resolver,
            Problem& problem)
      : machine_(machine), scope_(scope), tls_resolver_(tls_resolver), problem_(problem) {}

  // Errors, all with a text that names the module: ZX_ERR_IO_INVALID tables or places outside of
  // it; ZX_ERR_NOT_FOUND a symbol that nobody defines and that is not weak; ZX_ERR_NOT_SUPPORTED a
  // kind of relocation or symbol this linker does not do.
  base::Result<> Apply(const Module& module);

 private:
  // One entry of a REL or RELA table. Without an addend of its own it adds to what is in place.
  struct Entry {
    uint64_t where = 0;
    uint32_t type = 0;
    uint32_t symbol = 0;
    std::optional<uint64_t> addend;
  };

  base::Result<> ApplyRelr(const Module& module);
  base::Result<> ApplyTable(const Module& module, const elf::DynamicTable::Table& table,
                            bool has_addend);
  base::Result<> ApplyEntry(const Module& module, const Entry& entry);
  base::Result<> ApplyTls(const Module& module, const Entry& entry, const Definition& definition);
  // Adds the bias to the word at `where`.
  base::Result<> AddBias(const Module& module, uint64_t where);
  base::Result<> Store(const Module& module, uint64_t where, uint64_t value);
  base::Result<uint64_t> Load(const Module& module, uint64_t where);
  base::Result<base::Bytes> OpenTable(const Module& module, const elf::DynamicTable::Table& table,
                                      uint64_t entry_size);
  // What the symbol `index` of `module` is; without a module when it is weak and nobody has it.
  base::Result<Definition> Resolve(const Module& module, uint32_t index);
  bool IsTls(uint32_t type) const;
  std::unexpected<zx_status_t> Outside(const Module& module, uint64_t where);

  const MachineFacts& machine_;
  const Scope& scope_;
  const uint64_t tls_resolver_;
  Problem& problem_;
};

}  // namespace ldso
