// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/link.h"

#include "sdk/ldso/relocator.h"
#include "sdk/ldso/tls_layout.h"

namespace ldso {
namespace {

base::Result<> PlaceTls(const MachineFacts& machine, Scope& scope, LinkedTables& tables,
                        Problem& problem) {
  TlsLayout layout(machine);
  for (Module& module : scope.modules()) {
    const elf::Range& tls = module.plan().tls();
    if (tls.empty()) continue;
    int64_t offset = 0;
    if (!layout.Place(tls, offset)) {
      return problem.Fail(ZX_ERR_NO_MEMORY, "{} has more thread-local storage than a thread may",
                          module.name());
    }
    module.set_tls_offset(offset);
    const auto data = module.Readable(tls.vaddr, tls.file_size);
    if (tls.file_size > 0 && !data) {
      return problem.Fail(ZX_ERR_IO_INVALID, "{}: its thread-local storage is not in it",
                          module.name());
    }
    tables.tls_parts[tables.program.tls_part_count++] = {
        data ? data->data() : nullptr, static_cast<size_t>(tls.file_size),
        static_cast<size_t>(tls.memory_size), static_cast<ptrdiff_t>(offset)};
  }
  tables.program.tls_parts = tables.tls_parts.data();
  tables.program.tls_size = static_cast<size_t>(layout.size());
  tables.program.tls_alignment = static_cast<size_t>(layout.alignment());
  return {};
}

FunctionTable TableOf(const Module& module, const elf::DynamicTable::Table& table) {
  if (table.size == 0) return {};
  // Module::Open has checked that the table is there and aligned.
  return {reinterpret_cast<void (*const*)()>(table.vaddr + module.bias()),
          static_cast<size_t>(table.size / sizeof(void (*)()))};
}

void ListFunctions(const Scope& scope, LinkedTables& tables) {
  const ModuleOrder order = OrderByNeed(scope);
  LinkedProgram& program = tables.program;
  for (size_t i = 0; i < order.count; ++i) {
    // The program's own functions are run by itself.
    if (order.indices[i] == 0) continue;
    const Module& module = scope.modules()[order.indices[i]];
    tables.constructors[program.library_count] = TableOf(module, module.constructors());
    tables.destructors[program.library_count++] = TableOf(module, module.destructors());
  }
  program.constructors = tables.constructors.data();
  program.destructors = tables.destructors.data();
}

}  // namespace

base::Result<> Link(const MachineFacts& machine, Scope& scope, uint64_t tls_resolver,
                    LinkedTables& tables, Problem& problem) {
  tables.program.version = LinkedProgram::kVersion;
  TRY(PlaceTls(machine, scope, tables, problem));
  Relocator relocator(machine, scope, tls_resolver, problem);
  for (const Module& module : scope.modules()) TRY(relocator.Apply(module));
  ListFunctions(scope, tables);
  return {};
}

}  // namespace ldso
