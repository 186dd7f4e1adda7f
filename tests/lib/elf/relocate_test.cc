// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/relocate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "lib/elf/dynamic.h"

namespace elf {
namespace {

constexpr uint64_t kVaddr = 0x4000;
constexpr uint64_t kBias = 0x7000'0000'0000;
constexpr size_t kSize = 0x1000;

// An image at kVaddr with PT_DYNAMIC at its start.
class Image {
 public:
  Image() : bytes_(kSize) {}

  void Dynamic(const std::vector<uint64_t>& tags_and_values) {
    dynamic_ = {.vaddr = kVaddr, .memory_size = tags_and_values.size() * 8};
    Words(kVaddr, tags_and_values);
  }
  void Words(uint64_t vaddr, const std::vector<uint64_t>& words) {
    std::copy_n(reinterpret_cast<const std::byte*>(words.data()), words.size() * 8,
                bytes_.begin() + static_cast<ptrdiff_t>(vaddr - kVaddr));
  }
  uint64_t Word(uint64_t vaddr) const {
    return *base::Read<uint64_t>(bytes_, vaddr - kVaddr);
  }
  std::optional<size_t> Relocate(Machine machine = Machine::kArm64) {
    return elf::Relocate({.image = bytes_, .vaddr = kVaddr, .bias = kBias}, machine, dynamic_,
                         diagnostics);
  }
  ImageView view() const { return ImageView(bytes_, kVaddr); }
  const Range& dynamic() const { return dynamic_; }

  Diagnostics diagnostics;

 private:
  std::vector<std::byte> bytes_;
  Range dynamic_;
};

TEST(Relocate, AnImageWithoutDynamicSectionIsLeftAlone) {
  Image image;
  EXPECT_EQ(image.Relocate(), 0u);
}

TEST(Relocate, RelaStoresAddendPlusBias) {
  Image image;
  image.Dynamic({kDtRela, 0x4200, kDtRelaSize, 48, kDtRelaEntry, 24, kDtNull, 0});
  image.Words(0x4200, {0x4100, 1027, 0x4abc, 0x4108, 0, 0});

  EXPECT_EQ(image.Relocate(), 1u);

  EXPECT_EQ(image.Word(0x4100), 0x4abc + kBias);
  EXPECT_EQ(image.Word(0x4108), 0u);
}

TEST(Relocate, RelAddsTheBias) {
  Image image;
  image.Dynamic({kDtRel, 0x4200, kDtRelSize, 16, kDtRelEntry, 16});
  image.Words(0x4100, {0x4abc});
  image.Words(0x4200, {0x4100, 8});

  EXPECT_EQ(image.Relocate(Machine::kX64), 1u);

  EXPECT_EQ(image.Word(0x4100), 0x4abc + kBias);
}

TEST(Relocate, RelrCoversTheAddressAndTheWordsOfItsMaps) {
  Image image;
  image.Dynamic({kDtRelr, 0x4200, kDtRelrSize, 24, kDtRelrEntry, 8});
  // 0x4400 itself; words 0 and 62 behind it; word 1 of the next 63.
  image.Words(0x4200, {0x4400, 1 | 1 << 1 | uint64_t{1} << 63, 1 | 1 << 2});
  for (uint64_t at : {0x4400u, 0x4408u, 0x45f8u, 0x4608u}) image.Words(at, {0x10});

  EXPECT_EQ(image.Relocate(), 4u);

  for (uint64_t at : {0x4400u, 0x4408u, 0x45f8u, 0x4608u}) EXPECT_EQ(image.Word(at), 0x10 + kBias);
  EXPECT_EQ(image.Word(0x4410), 0u);
  EXPECT_EQ(image.Word(0x4600), 0u);
}

TEST(Relocate, JumpSlotsAreReadInTheFormDtPltrelNames) {
  Image image;
  image.Dynamic({kDtJumpRel, 0x4200, kDtPltRelSize, 24, kDtPltRel, kDtRela});
  image.Words(0x4200, {0x4100, 1027, 0x55});
  EXPECT_EQ(image.Relocate(), 1u);
  EXPECT_EQ(image.Word(0x4100), 0x55 + kBias);
}

struct BadCase {
  const char* name;
  Code code;
  std::vector<uint64_t> dynamic;
  std::vector<uint64_t> table;  // At 0x4200.
};

class RelocateRule : public testing::TestWithParam<BadCase> {};

TEST_P(RelocateRule, BreakingItIsNamed) {
  Image image;
  image.Dynamic(GetParam().dynamic);
  image.Words(0x4200, GetParam().table);
  EXPECT_FALSE(image.Relocate());
  EXPECT_EQ(Name(image.diagnostics.error().code), Name(GetParam().code));
}

INSTANTIATE_TEST_SUITE_P(
    All, RelocateRule,
    testing::Values(
        BadCase{"RelaEntrySize", Code::kRelocationEntrySize,
                {kDtRela, 0x4200, kDtRelaSize, 24, kDtRelaEntry, 16}, {}},
        BadCase{"RelrSize", Code::kRelocationSize, {kDtRelr, 0x4200, kDtRelrSize, 12}, {}},
        BadCase{"TableOutside", Code::kRelocationTableOutside,
                {kDtRela, 0x4ff0, kDtRelaSize, 24}, {}},
        BadCase{"TableBelow", Code::kRelocationTableOutside, {kDtRel, 0x3ff0, kDtRelSize, 16}, {}},
        BadCase{"TableHuge", Code::kRelocationTableOutside,
                {kDtRelr, 0x4200, kDtRelrSize, 0xffff'ffff'ffff'fff8}, {}},
        BadCase{"SymbolicType", Code::kRelocationType,
                {kDtRela, 0x4200, kDtRelaSize, 24}, {0x4100, 257 | uint64_t{1} << 32, 0}},
        BadCase{"OtherMachinesType", Code::kRelocationType,
                {kDtRela, 0x4200, kDtRelaSize, 24}, {0x4100, 8, 0}},
        BadCase{"RelativeWithSymbol", Code::kRelocationType,
                {kDtRela, 0x4200, kDtRelaSize, 24}, {0x4100, 1027 | uint64_t{1} << 32, 0}},
        BadCase{"RelaTargetOutside", Code::kRelocationOutside,
                {kDtRela, 0x4200, kDtRelaSize, 24}, {0x4ffc, 1027, 0}},
        BadCase{"RelTargetOutside", Code::kRelocationOutside,
                {kDtRel, 0x4200, kDtRelSize, 16}, {0x5000, 1027}},
        BadCase{"RelrTargetBelow", Code::kRelocationOutside,
                {kDtRelr, 0x4200, kDtRelrSize, 8}, {0x3ff8}},
        BadCase{"RelrMapFirst", Code::kRelocationOutside,
                {kDtRelr, 0x4200, kDtRelrSize, 8}, {3}}),
    [](const auto& info) { return info.param.name; });

TEST(Relocate, ADynamicSectionOutsideTheImageIsNamed) {
  std::vector<std::byte> bytes(64);
  Diagnostics diagnostics;
  EXPECT_FALSE(Relocate({.image = bytes, .vaddr = 0x1000, .bias = 0}, Machine::kX64,
                        {.vaddr = 0x1030, .memory_size = 32}, diagnostics));
  EXPECT_EQ(diagnostics.error().code, Code::kDynamicMissing);
}

class Symbols : public testing::Test {
 protected:
  // Three symbols: the null symbol, "answer" and an undefined "other".
  void Fill(uint64_t hash_tag) {
    image_.Dynamic({kDtStringTable, 0x4200, kDtStringSize, 14, kDtSymbolTable, 0x4300, hash_tag,
                    0x4400});
    image_.Words(0x4200, {0x007265'77736e6100 /* \0answer\0 */, 0x00726568746f});
    // name, info, section; value; size.
    image_.Words(0x4318, {uint64_t{0x12} << 32 | uint64_t{1} << 48 | 1, 0x4abc, 4});
    image_.Words(0x4330, {uint64_t{0x12} << 32 | 8, 0, 0});
  }
  std::optional<Symbol> Find(std::string_view name) const {
    return FindSymbol(image_.view(), image_.dynamic(), name);
  }
  Image image_;
};

TEST_F(Symbols, AreFoundByNameWithAHashTable) {
  Fill(kDtHash);
  image_.Words(0x4400, {1 | uint64_t{3} << 32});

  const auto symbol = Find("answer");

  ASSERT_TRUE(symbol);
  EXPECT_EQ(symbol->value, 0x4abcu);
  EXPECT_EQ(symbol->size, 4u);
  EXPECT_EQ(symbol->type, 2u);
  EXPECT_FALSE(Find("other")) << "undefined here";
  EXPECT_FALSE(Find("answe"));
  EXPECT_FALSE(Find(""));
}

TEST_F(Symbols, AreCountedByAGnuHashTable) {
  Fill(kDtGnuHash);
  // One bucket that starts at symbol 1, no bloom words; chain of two, the second marked as last.
  image_.Words(0x4400, {1 | uint64_t{1} << 32, 0, 1 | uint64_t{0x10} << 32, 0x11});

  EXPECT_TRUE(Find("answer"));
  EXPECT_EQ(CountSymbols(image_.view(), *ReadDynamic(image_.view(), image_.dynamic())), 3u);
}

TEST_F(Symbols, ACountThatLeavesTheImageFindsNothing) {
  Fill(kDtHash);
  image_.Words(0x4400, {1 | uint64_t{0xffff'ffff} << 32});
  EXPECT_FALSE(Find("answer"));
  Fill(kDtGnuHash);
  image_.Words(0x4400, {0xffff'ffff | uint64_t{1} << 32, 0, 1});
  EXPECT_FALSE(Find("answer"));
}

}  // namespace
}  // namespace elf
