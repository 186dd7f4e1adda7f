// SPDX-License-Identifier: BSD-2-Clause
// A small library in memory: one page of tables, which is read-only, and one of data.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "lib/elf/header.h"
#include "sdk/ldso/scope.h"
#include "tests/lib/elf/elf_builder.h"

namespace ldso {

inline constexpr uint64_t kData = 0x1000;

class TestImage {
 public:
  static constexpr uint8_t kGlobalFunction = 0x12;
  static constexpr uint8_t kWeakFunction = 0x22;
  static constexpr uint8_t kTlsObject = 0x16;

  explicit TestImage(std::string name) : name_(std::move(name)) {}

  TestImage& Called(std::string soname) {
    Dynamic(14, Text(soname));
    return *this;
  }
  TestImage& Needs(const std::string& name) {
    Dynamic(1, Text(name));
    return *this;
  }
  // Wanted symbols come before defined ones; the first has the index 1.
  TestImage& Wants(const std::string& name, uint8_t info = 0x10) {
    symbols_.push_back({Text(name), info, 0, 0, 0, 0});
    ++wanted_;
    return *this;
  }
  TestImage& Defines(const std::string& name, uint64_t value, uint8_t info = kGlobalFunction,
                     uint16_t section = 1, uint8_t other = 0) {
    symbols_.push_back({Text(name), info, other, section, value, 8});
    hashes_.push_back(SymbolName(name).hash);
    return *this;
  }
  TestImage& Relocates(uint32_t type, uint64_t where, uint32_t symbol = 0) {
    rel_.insert(rel_.end(), {where, uint64_t{symbol} << 32 | type});
    return *this;
  }
  TestImage& RelocatesWith(uint64_t addend, uint32_t type, uint64_t where, uint32_t symbol = 0) {
    rela_.insert(rela_.end(), {where, uint64_t{symbol} << 32 | type, addend});
    return *this;
  }
  TestImage& Relative(std::vector<uint64_t> relr) {
    relr_ = std::move(relr);
    return *this;
  }
  TestImage& Tls(uint64_t size, uint64_t align) {
    tls_ = {elf::kPtTls, elf::kPfRead, kData, kData, kData, 8, size, align};
    return *this;
  }
  TestImage& Dynamic(uint64_t tag, uint64_t value) {
    dynamic_.insert(dynamic_.end(), {tag, value});
    return *this;
  }
  TestImage& Data(uint64_t vaddr, uint64_t value) {
    data_.emplace_back(vaddr, value);
    return *this;
  }

  // Puts the image into memory and opens it as the scope's next module.
  base::Result<Module*> Load(Scope& scope, Problem& problem) {
    Build();
    Module* module = scope.Add();
    const auto opened = module->Open(plan_, memory(), name_, problem);
    if (!opened) return base::Error(opened.error());
    return module;
  }
  Module& Load(Scope& scope) {
    Problem problem;
    const auto module = Load(scope, problem);
    EXPECT_TRUE(module.has_value()) << problem.text();
    return **module;
  }

  std::byte* memory() const { return memory_.get(); }
  uint64_t Word(uint64_t vaddr) const {
    uint64_t value = 0;
    std::memcpy(&value, memory() + vaddr, sizeof(value));
    return value;
  }

 private:
  static constexpr uint64_t kDynamic = 0x200, kStrings = 0x800, kSymbols = 0xa00, kHash = 0xc00,
                            kRel = 0xd00, kRela = 0xe00, kRelr = 0xf00;

  uint32_t Text(const std::string& text) {
    const auto offset = static_cast<uint32_t>(strings_.size());
    strings_ += text + '\0';
    return offset;
  }
  void Put(uint64_t at, const void* from, size_t size) {
    ASSERT_LE(at + size, 0x1000u);
    if (size > 0) std::memcpy(memory() + at, from, size);
  }
  template <class T>
  void Put(uint64_t at, const std::vector<T>& from) {
    Put(at, from.data(), from.size() * sizeof(T));
  }
  void Table(uint64_t tag, uint64_t at, uint64_t size_tag, const std::vector<uint64_t>& words) {
    if (words.empty()) return;
    Put(at, words);
    Dynamic(tag, at);
    Dynamic(size_tag, words.size() * 8);
  }
  void Build() {
    memory_.reset(new (std::align_val_t{64}) std::byte[0x2000]());
    Put(kStrings, strings_.data(), strings_.size());
    Put(kSymbols, symbols_);
    std::vector<uint32_t> hash = {1, wanted_ + 1, 1, 0, ~0u, ~0u, hashes_.empty() ? 0 : wanted_ + 1};
    for (const uint32_t value : hashes_) hash.push_back(value & ~1u);
    if (!hashes_.empty()) hash.back() |= 1;
    Put(kHash, hash);
    Dynamic(elf::kDtStringTable, kStrings).Dynamic(elf::kDtStringSize, strings_.size());
    Dynamic(elf::kDtSymbolTable, kSymbols).Dynamic(elf::kDtGnuHash, kHash);
    Table(elf::kDtRel, kRel, elf::kDtRelSize, rel_);
    Table(elf::kDtRela, kRela, elf::kDtRelaSize, rela_);
    Table(elf::kDtRelr, kRelr, elf::kDtRelrSize, relr_);
    Dynamic(elf::kDtNull, 0);
    Put(kDynamic, dynamic_);
    for (const auto& [vaddr, value] : data_) std::memcpy(memory() + vaddr, &value, sizeof(value));
    MakePlan();
  }
  void MakePlan() {
    elf::ElfBuilder builder;
    builder.size = 0x2000;
    builder.Add({elf::kPtLoad, elf::kPfRead, 0, 0, 0, 0x1000, 0x1000, 0x1000});
    builder.Add({elf::kPtLoad, elf::kPfRead | elf::kPfWrite, kData, kData, kData, 0x1000, 0x1000, 0x1000});
    const uint64_t size = dynamic_.size() * 8;
    builder.Add({elf::kPtDynamic, elf::kPfRead, kDynamic, kDynamic, kDynamic, size, size, 8});
    if (tls_.memsz > 0) builder.Add(tls_);
    const std::vector<std::byte> file = builder.Build();
    elf::Diagnostics diagnostics;
    const auto header = elf::ReadHeader(file, file.size(), elf::Machine::kArm64, {}, diagnostics);
    ASSERT_TRUE(header.has_value());
    const auto plan = elf::LoadPlan::Build(*header, std::span(file).subspan(64), file.size(), {},
                                           diagnostics);
    ASSERT_TRUE(plan.has_value()) << elf::Name(diagnostics.error().code);
    plan_ = *plan;
  }

  struct Free {
    void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{64}); }
  };

  std::string name_;
  std::string strings_ = std::string(1, '\0');
  std::vector<elf::SymbolEntry> symbols_ = {{}};
  std::vector<uint32_t> hashes_;
  std::vector<uint64_t> dynamic_, rel_, rela_, relr_;
  std::vector<std::pair<uint64_t, uint64_t>> data_;
  elf::ProgramHeader tls_ = {};
  uint32_t wanted_ = 0;
  elf::LoadPlan plan_;
  std::unique_ptr<std::byte[], Free> memory_;
};

inline uint64_t AddressIn(const TestImage& image, uint64_t vaddr) {
  return reinterpret_cast<uintptr_t>(image.memory()) + vaddr;
}

}  // namespace ldso
