// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/scope.h"

#include "tests/sdk/ldso/test_image.h"

namespace ldso {
namespace {

std::string Order(const Scope& scope) {
  const ModuleOrder order = OrderByNeed(scope);
  std::string text;
  for (size_t i = 0; i < order.count; ++i) {
    text += std::string(scope.modules()[order.indices[i]].name()) + " ";
  }
  return text;
}

TEST(Scope, TheFirstDefinitionInLoadOrderCounts) {
  const auto scope = std::make_unique<Scope>();
  TestImage program("program"), weak("weak"), strong("strong");
  program.Wants("both");
  weak.Defines("both", 0x10, TestImage::kWeakFunction);
  strong.Defines("both", 0x20).Defines("one", 0x30);
  program.Load(*scope);
  const Module& first = weak.Load(*scope);
  const Module& second = strong.Load(*scope);

  EXPECT_EQ(scope->Resolve(SymbolName("both"))->module, &first);
  EXPECT_EQ(scope->Resolve(SymbolName("one"))->module, &second);
  EXPECT_FALSE(scope->Resolve(SymbolName("none")).has_value());
}

TEST(Scope, LibrariesComeBehindWhatTheyNeed) {
  const auto scope = std::make_unique<Scope>();
  TestImage program("program"), a("a"), b("b"), c("c"), unneeded("unneeded");
  program.Needs("a").Needs("b");
  a.Needs("c");
  b.Needs("c");
  program.Load(*scope);
  a.Load(*scope);
  b.Load(*scope);
  c.Load(*scope);
  unneeded.Load(*scope);
  EXPECT_EQ(Order(*scope), "c a b program ");
}

TEST(Scope, CirclesEnd) {
  const auto scope = std::make_unique<Scope>();
  TestImage program("program"), a("a"), b("b");
  program.Needs("a").Needs("program");
  a.Needs("b").Needs("a");
  b.Needs("a");
  program.Load(*scope);
  a.Load(*scope);
  b.Load(*scope);
  EXPECT_EQ(Order(*scope), "b a program ");
}

TEST(Scope, ALongChainHasNoDepthLimitButTheNumberOfModules) {
  const auto scope = std::make_unique<Scope>();
  std::vector<TestImage> images;
  images.reserve(Scope::kMaxModules);
  for (size_t i = 0; i < Scope::kMaxModules; ++i) {
    images.emplace_back("m" + std::to_string(i)).Needs("m" + std::to_string(i + 1));
    images.back().Load(*scope);
  }
  EXPECT_EQ(scope->Add(), nullptr);
  const ModuleOrder order = OrderByNeed(*scope);
  ASSERT_EQ(order.count, Scope::kMaxModules);
  EXPECT_EQ(order.indices[0], Scope::kMaxModules - 1);
  EXPECT_EQ(order.indices[Scope::kMaxModules - 1], 0);
}

}  // namespace
}  // namespace ldso
