// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/module.h"

#include "tests/sdk/ldso/test_image.h"

namespace ldso {
namespace {

zx_status_t OpenStatus(TestImage& image, Problem& problem) {
  const auto scope = std::make_unique<Scope>();
  const auto module = image.Load(*scope, problem);
  return module ? ZX_OK : module.error();
}

TEST(Module, TellsItsNameAndItsNeeds) {
  const auto scope = std::make_unique<Scope>();
  TestImage image("file.so");
  image.Called("libname.so").Needs("liba.so").Needs("libzircon.so");
  const Module& module = image.Load(*scope);

  EXPECT_EQ(module.name(), "libname.so");
  EXPECT_TRUE(module.IsCalled("libname.so"));
  EXPECT_FALSE(module.IsCalled("file.so"));
  ASSERT_EQ(module.needed().size(), 2u);
  EXPECT_EQ(module.needed()[0], "liba.so");
  EXPECT_EQ(module.needed()[1], "libzircon.so");
}

TEST(Module, FindsWhatItDefinesAndNothingElse) {
  const auto scope = std::make_unique<Scope>();
  TestImage image("lib.so");
  image.Wants("wanted").Defines("first", 0x10).Defines("weak", 0x20, TestImage::kWeakFunction);
  image.Defines("local", 0x30, 0x02).Defines("last", 0x40).Defines("fixed", 0x50, 0x10, 0xfff1);
  const Module& module = image.Load(*scope);

  EXPECT_EQ(module.AddressOf(*module.Find(SymbolName("first"))), AddressIn(image, 0x10));
  EXPECT_EQ(module.AddressOf(*module.Find(SymbolName("weak"))), AddressIn(image, 0x20));
  EXPECT_EQ(module.AddressOf(*module.Find(SymbolName("last"))), AddressIn(image, 0x40));
  EXPECT_EQ(module.AddressOf(*module.Find(SymbolName("fixed"))), 0x50u);
  for (const std::string_view name : {"wanted", "local", "absent", "", "firs", "first2"}) {
    EXPECT_FALSE(module.Find(SymbolName(name)).has_value()) << name;
  }
}

TEST(Module, WritesOnlyWhereItsSegmentsLetIt) {
  const auto scope = std::make_unique<Scope>();
  TestImage image("lib.so");
  const Module& module = image.Load(*scope);
  EXPECT_TRUE(module.Readable(0, 0x1000).has_value());
  EXPECT_FALSE(module.Readable(0, 0x1001).has_value());
  EXPECT_FALSE(module.Writable(0xff8, 8).has_value());
  EXPECT_TRUE(module.Writable(kData, 0x1000).has_value());
  EXPECT_FALSE(module.Writable(kData + 0xff9, 8).has_value());
  EXPECT_FALSE(module.Readable(UINT64_MAX - 3, 8).has_value());
}

TEST(Module, WhatTheLinkerDoesNotDoIsRefused) {
  for (const uint64_t tag : {12u, 13u, 22u}) {
    TestImage image("lib.so");
    Problem problem;
    EXPECT_EQ(OpenStatus(image.Dynamic(tag, 0x100), problem), ZX_ERR_NOT_SUPPORTED) << tag;
    EXPECT_TRUE(problem.text().starts_with("lib.so has ")) << problem.text();
  }
  TestImage text("lib.so");
  Problem problem;
  EXPECT_EQ(OpenStatus(text.Dynamic(30, 4), problem), ZX_ERR_NOT_SUPPORTED);
  TestImage bound_now("lib.so");
  EXPECT_EQ(OpenStatus(bound_now.Dynamic(30, 8), problem), ZX_OK);

  TestImage most("lib.so"), too_many("lib.so");
  for (size_t i = 0; i < Module::kMaxNeeded; ++i) most.Needs("x");
  for (size_t i = 0; i <= Module::kMaxNeeded; ++i) too_many.Needs("x");
  EXPECT_EQ(OpenStatus(most, problem), ZX_OK);
  EXPECT_EQ(OpenStatus(too_many, problem), ZX_ERR_NOT_SUPPORTED);
}

TEST(Module, TablesThatAreNotThereAreRefused) {
  TestImage needed("lib.so");
  Problem problem;
  EXPECT_EQ(OpenStatus(needed.Dynamic(1, 0x7000), problem), ZX_ERR_IO_INVALID);
  EXPECT_EQ(problem.text(), "lib.so: the name of a library it needs is not in it");

  // DT_INIT_ARRAY: outside, not whole, not aligned.
  for (const auto& [vaddr, size] : {std::pair<uint64_t, uint64_t>{0x2000, 8}, {kData, 12},
                                    {kData + 4, 8}, {kData, 0x1008}, {UINT64_MAX - 7, 8}}) {
    TestImage image("lib.so");
    EXPECT_EQ(OpenStatus(image.Dynamic(25, vaddr).Dynamic(27, size), problem), ZX_ERR_IO_INVALID);
  }
}

}  // namespace
}  // namespace ldso
