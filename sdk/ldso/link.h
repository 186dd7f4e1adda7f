// SPDX-License-Identifier: BSD-2-Clause
// From loaded modules to a program that can run.
#pragma once

#include <array>
#include <cstdint>

#include "lib/base/result.h"
#include "sdk/ldso/linked_program.h"
#include "sdk/ldso/machine.h"
#include "sdk/ldso/problem.h"
#include "sdk/ldso/scope.h"

namespace ldso {

// What the program's start-up code is told, with the tables it points to.
struct LinkedTables {
  LinkedProgram program;
  std::array<TlsPart, Scope::kMaxModules> tls_parts = {};
  std::array<FunctionTable, Scope::kMaxModules> constructors = {};
  std::array<FunctionTable, Scope::kMaxModules> destructors = {};
};

// Places thread-local storage, relocates every module of `scope`, the first of which is the
// program, and fills in `tables`. `tls_resolver` as for Relocator.
// Errors: those of Relocator; ZX_ERR_NO_MEMORY too much thread-local storage.
base::Result<> Link(const MachineFacts& machine, Scope& scope, uint64_t tls_resolver,
                    LinkedTables& tables, Problem& problem);

}  // namespace ldso
