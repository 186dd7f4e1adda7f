// SPDX-License-Identifier: BSD-2-Clause
// All modules of a program in load order, which is also the order in which symbols are looked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sdk/ldso/module.h"

namespace ldso {

// A symbol and the module that defines it.
struct Definition {
  const Module* module = nullptr;
  elf::SymbolEntry symbol = {};
};

class Scope {
 public:
  static constexpr size_t kMaxModules = 64;

  constexpr Scope() = default;

  std::span<Module> modules() { return {reinterpret_cast<Module*>(memory_), count_}; }
  std::span<const Module> modules() const {
    return {reinterpret_cast<const Module*>(memory_), count_};
  }
  // Makes room for one more module; nullptr when there are kMaxModules.
  Module* Add();
  // The index of the module with that name.
  std::optional<size_t> Find(std::string_view needed) const;

  // The first definition in load order.
  std::optional<Definition> Resolve(const SymbolName& name) const;

 private:
  size_t count_ = 0;
  // Modules are made in place one by one, so that a scope is zeros until then and takes no room in
  // the linker's file.
  alignas(Module) std::byte memory_[kMaxModules * sizeof(Module)] = {};
};

// Indices of modules such that each comes behind those it needs, as far as they do not need each
// other.
struct ModuleOrder {
  size_t count = 0;
  std::array<uint8_t, Scope::kMaxModules> indices = {};
};

// The order for all modules that module 0 needs, directly or not, ending with itself.
ModuleOrder OrderByNeed(const Scope& scope);

}  // namespace ldso
