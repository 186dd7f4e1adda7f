// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/ldso/link.h"

#include "sdk/ldso/tls_layout.h"

#include "tests/sdk/ldso/test_image.h"

namespace ldso {
namespace {

constexpr uint64_t kInitArray = 25, kFiniArray = 26, kInitArraySize = 27, kFiniArraySize = 28;

TEST(Link, ListsTheFunctionsOfLibrariesInTheirOrder) {
  const auto scope = std::make_unique<Scope>();
  TestImage program("program"), a("a"), b("b");
  program.Needs("a").Dynamic(kInitArray, kData).Dynamic(kInitArraySize, 8);
  a.Needs("b").Dynamic(kInitArray, kData + 16).Dynamic(kInitArraySize, 24);
  b.Dynamic(kFiniArray, kData + 64).Dynamic(kFiniArraySize, 8);
  program.Load(*scope);
  a.Load(*scope);
  b.Load(*scope);
  const auto tables = std::make_unique<LinkedTables>();
  Problem problem;

  ASSERT_TRUE(Link(kArm64Facts, *scope, 0, *tables, problem).has_value()) << problem.text();

  const LinkedProgram& linked = tables->program;
  EXPECT_EQ(linked.version, LinkedProgram::kVersion);
  ASSERT_EQ(linked.library_count, 2u);
  EXPECT_EQ(linked.constructors[0].count, 0u);
  EXPECT_EQ(linked.destructors[0].count, 1u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(linked.destructors[0].functions), AddressIn(b, kData + 64));
  EXPECT_EQ(linked.constructors[1].count, 3u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(linked.constructors[1].functions), AddressIn(a, kData + 16));
}

TEST(Link, TellsWhereThreadLocalStorageGoes) {
  const auto scope = std::make_unique<Scope>();
  TestImage program("program"), a("a"), b("b");
  program.Needs("a").Needs("b").Tls(12, 4);
  b.Tls(8, 32);
  program.Load(*scope);
  a.Load(*scope);
  b.Load(*scope);
  const auto tables = std::make_unique<LinkedTables>();
  Problem problem;

  ASSERT_TRUE(Link(kX64Facts, *scope, 0, *tables, problem).has_value()) << problem.text();

  const LinkedProgram& linked = tables->program;
  ASSERT_EQ(linked.tls_part_count, 2u);
  EXPECT_EQ(linked.tls_parts[0].offset, -12);
  EXPECT_EQ(linked.tls_parts[0].size, 12u);
  EXPECT_EQ(linked.tls_parts[1].offset, -32);
  EXPECT_EQ(linked.tls_parts[1].data_size, 8u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(linked.tls_parts[1].data), AddressIn(b, kData));
  EXPECT_EQ(linked.tls_size, 32u);
  EXPECT_EQ(linked.tls_alignment, 32u);
}

TEST(Link, ALibraryWithTooMuchThreadLocalStorageIsNamed) {
  const auto scope = std::make_unique<Scope>();
  TestImage program("program");
  program.Tls(TlsLayout::kMaxBytes + 1, 8).Load(*scope);
  const auto tables = std::make_unique<LinkedTables>();
  Problem problem;
  EXPECT_EQ(Link(kX64Facts, *scope, 0, *tables, problem).error(), ZX_ERR_NO_MEMORY);
  EXPECT_EQ(problem.text(), "program has more thread-local storage than a thread may");
}

}  // namespace
}  // namespace ldso
