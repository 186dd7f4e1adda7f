// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/relocator.h"

#include "tests/sdk/ldso/test_image.h"

namespace ldso {
namespace {

constexpr uint64_t kResolver = 0xabc0;

// A module that wants symbol 1, and one that defines it.
class RelocatorTest : public testing::TestWithParam<const MachineFacts*> {
 protected:
  const MachineFacts& machine() const { return *GetParam(); }

  zx_status_t Apply(TestImage& wanting, TestImage& defining) {
    Module& first = wanting.Load(*scope_);
    Module& second = defining.Load(*scope_);
    first.set_tls_offset(-32);
    second.set_tls_offset(-100);
    return base::ToStatus(Relocator(machine(), *scope_, kResolver, problem_).Apply(first));
  }
  zx_status_t Apply(TestImage& wanting) {
    TestImage other("other.so");
    other.Defines("other", 8);
    return Apply(wanting, other);
  }

  std::unique_ptr<Scope> scope_ = std::make_unique<Scope>();
  Problem problem_;
};

INSTANTIATE_TEST_SUITE_P(Machines, RelocatorTest, testing::Values(&kArm64Facts, &kX64Facts),
                         [](const auto& test) { return test.param == &kArm64Facts ? "arm64" : "x64"; });

TEST_P(RelocatorTest, RelativeWordsGetTheBias) {
  TestImage image("lib.so");
  image.Data(kData, 0x10).Data(kData + 8, 0x20).Data(kData + 24, 0x30).Data(kData + 32, 0x40);
  // RELR: the word at kData, then of those behind it the first and the third.
  image.Relative({kData, 0b1011}).Relocates(machine().relative, kData + 32);
  image.RelocatesWith(0x50, machine().relative, kData + 40);
  ASSERT_EQ(Apply(image), ZX_OK) << problem_.text();
  EXPECT_EQ(image.Word(kData), AddressIn(image, 0x10));
  EXPECT_EQ(image.Word(kData + 8), AddressIn(image, 0x20));
  EXPECT_EQ(image.Word(kData + 16), 0u);
  EXPECT_EQ(image.Word(kData + 24), AddressIn(image, 0x30));
  EXPECT_EQ(image.Word(kData + 32), AddressIn(image, 0x40));
  EXPECT_EQ(image.Word(kData + 40), AddressIn(image, 0x50));
}

TEST_P(RelocatorTest, SymbolsComeFromWhoeverDefinesThem) {
  TestImage image("lib.so"), other("other.so");
  image.Wants("other").Data(kData, 4).Data(kData + 8, 0x99).Data(kData + 16, 0x99);
  image.Relocates(machine().absolute, kData, 1);
  image.Relocates(machine().global_data, kData + 8, 1);
  image.Relocates(machine().jump_slot, kData + 16, 1);
  image.RelocatesWith(6, machine().absolute, kData + 24, 1);
  other.Defines("other", 0x70);
  ASSERT_EQ(Apply(image, other), ZX_OK) << problem_.text();
  EXPECT_EQ(image.Word(kData), AddressIn(other, 0x74));
  // What lies in a slot before is no addend.
  EXPECT_EQ(image.Word(kData + 8), AddressIn(other, 0x70));
  EXPECT_EQ(image.Word(kData + 16), AddressIn(other, 0x70));
  EXPECT_EQ(image.Word(kData + 24), AddressIn(other, 0x76));
}

TEST_P(RelocatorTest, AnEarlierModulesDefinitionReplacesALaterOne) {
  TestImage image("lib.so"), other("other.so");
  image.Defines("open", 0x10).Defines("closed", 0x20, TestImage::kGlobalFunction, 1, 3);
  other.Wants("unused").Defines("open", 0x30).Defines("closed", 0x40, TestImage::kGlobalFunction, 1, 3);
  other.Relocates(machine().global_data, kData, 2).Relocates(machine().global_data, kData + 8, 3);
  image.Load(*scope_);
  const Module& second = other.Load(*scope_);
  ASSERT_TRUE(Relocator(machine(), *scope_, kResolver, problem_).Apply(second).has_value());
  EXPECT_EQ(other.Word(kData), AddressIn(image, 0x10));
  // A protected symbol is its module's own.
  EXPECT_EQ(other.Word(kData + 8), AddressIn(other, 0x40));
}

TEST_P(RelocatorTest, WhatNobodyHasIsNothingWhenWeakAndAnErrorElse) {
  TestImage weak("weak.so");
  weak.Wants("nobody", 0x20).Data(kData, 3).Relocates(machine().absolute, kData, 1);
  weak.Data(kData + 8, 5).Relocates(machine().global_data, kData + 8, 1);
  ASSERT_EQ(Apply(weak), ZX_OK) << problem_.text();
  EXPECT_EQ(weak.Word(kData), 3u);
  EXPECT_EQ(weak.Word(kData + 8), 0u);

  scope_ = std::make_unique<Scope>();
  TestImage strong("strong.so");
  strong.Wants("nobody").Relocates(machine().jump_slot, kData, 1);
  EXPECT_EQ(Apply(strong), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(problem_.text(), "strong.so needs the symbol nobody, which no library of it has");
}

TEST_P(RelocatorTest, ThreadLocalsAreFoundByOffset) {
  TestImage image("lib.so"), other("other.so");
  image.Wants("local", TestImage::kTlsObject).Tls(16, 8);
  image.Data(kData + 8, 4).Data(kData + 40, 2).Data(kData + 48, 1);
  image.Relocates(machine().tls_module, kData, 1);
  image.Relocates(machine().tls_module_offset, kData + 8, 1);
  image.Relocates(machine().tls_offset, kData + 16, 1);
  image.Relocates(machine().tls_descriptor, kData + 32, 1);
  image.Relocates(machine().tls_offset, kData + 48);
  other.Defines("local", 8, TestImage::kTlsObject).Tls(16, 8);
  ASSERT_EQ(Apply(image, other), ZX_OK) << problem_.text();
  const auto signed_word = [&](uint64_t at) { return static_cast<int64_t>(image.Word(at)); };
  EXPECT_EQ(signed_word(kData), -100);
  EXPECT_EQ(signed_word(kData + 8), 12);
  EXPECT_EQ(signed_word(kData + 16), -92);
  EXPECT_EQ(image.Word(kData + 32), kResolver);
  EXPECT_EQ(signed_word(kData + 40), -90);
  // Without a symbol: of the module itself.
  EXPECT_EQ(signed_word(kData + 48), -31);
}

TEST_P(RelocatorTest, MixingThreadLocalsAndOthersIsRefused) {
  TestImage image("lib.so"), other("other.so");
  image.Wants("f").Relocates(machine().tls_offset, kData, 1);
  other.Defines("f", 8).Tls(16, 8);
  EXPECT_EQ(Apply(image, other), ZX_ERR_NOT_SUPPORTED);

  scope_ = std::make_unique<Scope>();
  TestImage pointer("pointer.so"), local("local.so");
  pointer.Wants("v").Relocates(machine().global_data, kData, 1);
  local.Defines("v", 8, TestImage::kTlsObject).Tls(16, 8);
  EXPECT_EQ(Apply(pointer, local), ZX_ERR_NOT_SUPPORTED);

  scope_ = std::make_unique<Scope>();
  TestImage indirect("indirect.so"), resolver("resolver.so");
  indirect.Wants("i").Relocates(machine().jump_slot, kData, 1);
  resolver.Defines("i", 8, 0x1a);
  EXPECT_EQ(Apply(indirect, resolver), ZX_ERR_NOT_SUPPORTED);
}

TEST_P(RelocatorTest, CopiesAndUnknownTypesAreRefused) {
  TestImage copying("copying");
  copying.Wants("other").Relocates(machine().copy, kData, 1);
  EXPECT_EQ(Apply(copying), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(problem_.text(), "copying wants a copy of a library's variable (a COPY relocation); "
                             "build it with -fPIE or -fPIC");
  scope_ = std::make_unique<Scope>();
  problem_ = Problem();
  TestImage odd("odd.so");
  odd.Wants("other").Relocates(999, kData, 1);
  EXPECT_EQ(Apply(odd), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(problem_.text(), "odd.so has a relocation of type 999, which this linker does not know");
}

TEST_P(RelocatorTest, PlacesOutsideOfTheDataAreRefused) {
  // Read-only, across the end, nowhere; a descriptor of which only the first word fits.
  for (const uint64_t where : {uint64_t{0x800}, uint64_t{0x1ffc}, uint64_t{0x5000}, UINT64_MAX}) {
    scope_ = std::make_unique<Scope>();
    TestImage image("lib.so");
    image.Relocates(machine().relative, where);
    EXPECT_EQ(Apply(image), ZX_ERR_IO_INVALID) << where;
  }
  scope_ = std::make_unique<Scope>();
  TestImage descriptor("lib.so");
  descriptor.Tls(16, 8).Relocates(machine().tls_descriptor, 0x1ff8);
  EXPECT_EQ(Apply(descriptor), ZX_ERR_IO_INVALID);
}

TEST_P(RelocatorTest, BrokenTablesAreRefused) {
  for (const auto& [tag, size_tag, size] :
       {std::tuple(elf::kDtRel, elf::kDtRelSize, uint64_t{24}), {elf::kDtRela, elf::kDtRelaSize, 16},
        {elf::kDtRelr, elf::kDtRelrSize, 12}, {elf::kDtRel, elf::kDtRelSize, 0x2000}}) {
    scope_ = std::make_unique<Scope>();
    TestImage image("lib.so");
    image.Dynamic(tag, 0xd00).Dynamic(size_tag, size);
    EXPECT_EQ(Apply(image), ZX_ERR_IO_INVALID) << tag << " " << size;
  }
  scope_ = std::make_unique<Scope>();
  TestImage image("lib.so");
  image.Relocates(machine().jump_slot, kData, 77777);
  EXPECT_EQ(Apply(image), ZX_ERR_IO_INVALID);
}

}  // namespace
}  // namespace ldso
