// SPDX-License-Identifier: BSD-2-Clause
// A loaded image as the linker sees it: program, library or vDSO. Whatever the file says is checked
// against the segments before it is followed, so a broken file is an error and never a fault.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/result.h"
#include "lib/elf/dynamic.h"
#include "lib/elf/load_plan.h"
#include "sdk/ldso/problem.h"

namespace ldso {

// A symbol's name with the hash of DT_GNU_HASH.
struct SymbolName {
  explicit constexpr SymbolName(std::string_view name) : text(name) {
    for (const char c : name) hash = hash * 33 + static_cast<uint8_t>(c);
  }
  std::string_view text;
  uint32_t hash = 5381;
};

// Who sees a symbol (the upper half of its info).
inline constexpr uint8_t kLocalBinding = 0;
inline constexpr uint8_t kGlobalBinding = 1;
inline constexpr uint8_t kWeakBinding = 2;
// What a symbol may be (the lower half of its info) as far as linking cares.
inline constexpr uint8_t kTlsSymbol = 6;
inline constexpr uint8_t kIndirectFunction = 10;

class Module {
 public:
  static constexpr size_t kMaxNeeded = 48;
  static constexpr size_t kMaxName = 63;

  constexpr Module() = default;

  // Looks at an image that was mapped by `plan` with its first page at `memory`. `name` is what it
  // is called in messages, cut to kMaxName, unless it has a DT_SONAME.
  // Errors: ZX_ERR_IO_INVALID the dynamic section cannot be followed, ZX_ERR_NOT_SUPPORTED it asks
  // for something this linker does not do.
  base::Result<> Open(const elf::LoadPlan& plan, std::byte* memory, std::string_view name,
                      Problem& problem);

  std::string_view name() const { return {name_, name_size_}; }
  // Whether a DT_NEEDED entry `needed` means this module.
  bool IsCalled(std::string_view needed) const { return needed == name() || needed == soname_; }
  const elf::LoadPlan& plan() const { return plan_; }
  const elf::DynamicTable& table() const { return table_; }
  // Run-time address minus link-time address.
  uint64_t bias() const { return bias_; }
  // The names in DT_NEEDED.
  std::span<const std::string_view> needed() const {
    return std::span(needed_).first(needed_count_);
  }

  // The bytes at link-time addresses [vaddr, vaddr + size) if they are readable and, for the
  // second, writable while linking.
  std::optional<base::Bytes> Readable(uint64_t vaddr, uint64_t size) const;
  std::optional<std::span<std::byte>> Writable(uint64_t vaddr, uint64_t size) const;

  // The entry `index` of the symbol table, and its name.
  std::optional<elf::SymbolEntry> SymbolAt(uint64_t index) const;
  std::optional<std::string_view> NameOf(const elf::SymbolEntry& symbol) const;
  // The symbol this module defines for others under that name, strong or weak.
  std::optional<elf::SymbolEntry> Find(const SymbolName& name) const;
  // Its run-time address.
  uint64_t AddressOf(const elf::SymbolEntry& symbol) const;

  // Tables of functions by link-time address and size in bytes; size 0 when absent.
  const elf::DynamicTable::Table& constructors() const { return constructors_; }
  const elf::DynamicTable::Table& destructors() const { return destructors_; }

  // Where its thread-local storage starts, from the thread pointer; see tls_layout.h.
  int64_t tls_offset() const { return tls_offset_; }
  void set_tls_offset(int64_t offset) { tls_offset_ = offset; }

 private:
  base::Result<> ReadEntries(base::Bytes dynamic, Problem& problem);
  base::Result<> ReadStrings(Problem& problem);
  base::Result<> CheckFunctions(const elf::DynamicTable::Table& table, Problem& problem) const;
  std::optional<std::string_view> StringAt(uint64_t offset) const;
  // The readable bytes from `vaddr` to the end of the file's part of its segment.
  base::Bytes ReadableFrom(uint64_t vaddr) const;
  void SetName(std::string_view name);

  elf::LoadPlan plan_;
  std::byte* memory_ = nullptr;
  uint64_t bias_ = 0;
  elf::DynamicTable table_;
  elf::DynamicTable::Table constructors_;
  elf::DynamicTable::Table destructors_;
  base::Bytes strings_;
  base::Bytes symbols_;
  base::Bytes hash_;
  std::string_view soname_;
  size_t needed_count_ = 0;
  std::array<uint64_t, kMaxNeeded> needed_offsets_ = {};
  std::array<std::string_view, kMaxNeeded> needed_ = {};
  uint64_t soname_offset_ = 0;
  int64_t tls_offset_ = 0;
  size_t name_size_ = 0;
  char name_[kMaxName + 1] = {};
};

}  // namespace ldso
