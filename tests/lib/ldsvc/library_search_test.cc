// SPDX-License-Identifier: BSD-2-Clause
#include "lib/ldsvc/library_search.h"

#include <zircon/errors.h>

#include <gtest/gtest.h>

#include <string>

namespace ldsvc {
namespace {

constexpr std::string_view kLibraries[] = {"asan/ld.so.1", "asan/libb.so", "ld.so.1",
                                           "liba.so",      "libb.so",      "libb.so.2"};

std::string_view Found(const LibrarySearch& search, std::string_view name) {
  const auto index = search.Find(name, kLibraries);
  return index ? kLibraries[*index] : std::string_view("none");
}

TEST(LibrarySearch, FindsExactNamesOnly) {
  const LibrarySearch search;
  EXPECT_EQ(Found(search, "libb.so"), "libb.so");
  EXPECT_EQ(Found(search, "libb.so.2"), "libb.so.2");
  for (const std::string_view name : {"libb", "LIBB.SO", "libc.so", "", "*"}) {
    EXPECT_EQ(Found(search, name), "none") << name;
  }
}

TEST(LibrarySearch, NamesDoNotLeaveOrEnterDirectories) {
  LibrarySearch search;
  for (const std::string_view name : {"asan/libb.so", "..", ".", "../bin/app", "/libb.so"}) {
    EXPECT_EQ(Found(search, name), "none") << name;
  }
  ASSERT_EQ(search.Configure("asan"), ZX_OK);
  EXPECT_EQ(Found(search, "../libb.so"), "none");
}

TEST(LibrarySearch, TheConfiguredDirectoryComesFirst) {
  LibrarySearch search;
  ASSERT_EQ(search.Configure("asan"), ZX_OK);
  EXPECT_EQ(Found(search, "libb.so"), "asan/libb.so");
  EXPECT_EQ(Found(search, "liba.so"), "liba.so");
}

TEST(LibrarySearch, AnExclamationMarkExcludesTheRest) {
  LibrarySearch search;
  ASSERT_EQ(search.Configure("asan!"), ZX_OK);
  EXPECT_EQ(Found(search, "libb.so"), "asan/libb.so");
  EXPECT_EQ(Found(search, "liba.so"), "none");
  ASSERT_EQ(search.Configure("asan"), ZX_OK);
  EXPECT_EQ(Found(search, "liba.so"), "liba.so");
}

TEST(LibrarySearch, ABadConfigurationIsRefusedAndChangesNothing) {
  LibrarySearch search;
  ASSERT_EQ(search.Configure("asan!"), ZX_OK);
  const std::string longest(LibrarySearch::kMaxDirectoryBytes, 'd');
  for (const std::string& text : {std::string(), std::string("a"), std::string("!"),
                                  std::string("a/b"), std::string("..!"), std::string(".."),
                                  std::string("a\0b", 3), longest + "d"}) {
    EXPECT_EQ(search.Configure(text), ZX_ERR_INVALID_ARGS) << text;
  }
  EXPECT_EQ(Found(search, "libb.so"), "asan/libb.so");
  EXPECT_EQ(search.Configure(longest + "!"), ZX_OK);
  EXPECT_EQ(Found(search, "libb.so"), "none");
}

}  // namespace
}  // namespace ldsvc
