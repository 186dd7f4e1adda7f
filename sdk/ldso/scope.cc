// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/scope.h"

#include <new>
#include <type_traits>

namespace ldso {
namespace {

// A module on the way down, and how many of its needs have been followed.
struct Visit {
  uint8_t module = 0;
  uint8_t next_need = 0;
};

}  // namespace

// Nobody takes modules apart.
static_assert(std::is_trivially_destructible_v<Module>);

Module* Scope::Add() {
  if (count_ == kMaxModules) return nullptr;
  return new (memory_ + count_++ * sizeof(Module)) Module;
}

std::optional<size_t> Scope::Find(std::string_view needed) const {
  for (size_t index = 0; index < count_; ++index) {
    if (modules()[index].IsCalled(needed)) return index;
  }
  return std::nullopt;
}

std::optional<Definition> Scope::Resolve(const SymbolName& name) const {
  for (const Module& module : modules()) {
    if (const auto symbol = module.Find(name)) return Definition{&module, *symbol};
  }
  return std::nullopt;
}

ModuleOrder OrderByNeed(const Scope& scope) {
  ModuleOrder order;
  if (scope.modules().empty()) return order;
  std::array<bool, Scope::kMaxModules> seen = {true};
  // Each module is on the path at most once.
  std::array<Visit, Scope::kMaxModules> path = {};
  size_t depth = 1;
  while (depth > 0) {
    Visit& visit = path[depth - 1];
    const auto needed = scope.modules()[visit.module].needed();
    if (visit.next_need == needed.size()) {
      order.indices[order.count++] = visit.module;
      --depth;
      continue;
    }
    const auto index = scope.Find(needed[visit.next_need++]);
    if (!index || seen[*index]) continue;
    seen[*index] = true;
    path[depth++] = {static_cast<uint8_t>(*index), 0};
  }
  return order;
}

}  // namespace ldso
