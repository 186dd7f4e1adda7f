// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/moniker.h"

#include <gtest/gtest.h>

#include <string>

namespace manifest {
namespace {

TEST(Moniker, AcceptsPathsOfChildNames) {
  EXPECT_TRUE(IsMoniker("/hello"));
  EXPECT_TRUE(IsMoniker("/a/coll:b-1/c_2.d"));
  for (const char* bad : {"", "/", "hello", "/a/", "//a", "/A", "/-a", "/a:b:c", "/a*", "/a:"}) {
    EXPECT_FALSE(IsMoniker(bad)) << bad;
  }
  EXPECT_FALSE(IsMoniker("/" + std::string(256, 'a')));
}

// Allowlist entries, under the names of the runner specification's test catalogue.

TEST(Allowlist, empty_entries) { EXPECT_EQ(CheckPattern(""), PatternFault::kNoLeadingSlash); }

TEST(Allowlist, all_entry_types) {
  for (const char* good : {"/", "/foo", "/foo/bar", "/coll:foo", "/*", "/**", "/foo/coll:*",
                           "/foo/coll:**", "/coll:d/*/e"}) {
    EXPECT_EQ(CheckPattern(good), PatternFault::kNone) << good;
  }
}

TEST(Allowlist, invalid_realm_entry) {
  EXPECT_EQ(CheckPattern("foo/**"), PatternFault::kNoLeadingSlash);
}

TEST(Allowlist, invalid_realm_in_collection_entry) {
  EXPECT_EQ(CheckPattern("coll:**"), PatternFault::kNoLeadingSlash);
}

TEST(Allowlist, missing_realm_in_collection_entry) {
  EXPECT_EQ(CheckPattern("**"), PatternFault::kNoLeadingSlash);
}

TEST(Allowlist, missing_collection_name) {
  EXPECT_EQ(CheckPattern("/foo/:**"), PatternFault::kInvalidCollectionName);
}

TEST(Allowlist, invalid_collection_name) {
  EXPECT_EQ(CheckPattern("/foo/*:**"), PatternFault::kInvalidCollectionName);
  EXPECT_EQ(CheckPattern("/*:a"), PatternFault::kInvalidCollectionName);
}

TEST(Allowlist, invalid_exact_entry) {
  for (const char* bad : {"/foo/bar*", "/a/", "//", "/A", "/c:"}) {
    EXPECT_EQ(CheckPattern(bad), PatternFault::kInvalidChildName) << bad;
  }
}

TEST(Allowlist, descendant_wildcard_in_between) {
  for (const char* bad : {"/foo/**/bar", "/**/a", "/foo/coll:**/bar"}) {
    EXPECT_EQ(CheckPattern(bad), PatternFault::kDescendantWildcardOnlyAtEnd) << bad;
  }
}

struct MatchCase {
  const char* pattern;
  std::initializer_list<const char*> yes;
  std::initializer_list<const char*> no;
};

TEST(Allowlist, allowlist_entry_matches) {
  for (const MatchCase& c : {
           MatchCase{"/", {}, {"/a", "/", ""}},
           MatchCase{"/a", {"/a"}, {"/b", "/a/b", "/aa"}},
           MatchCase{"/a/b", {"/a/b"}, {"/a", "/a/c", "/a/b/c"}},
           MatchCase{"/c:x", {"/c:x"}, {"/c", "/x", "/c:y"}},
           MatchCase{"/*", {"/a", "/c:x"}, {"/a/b"}},
           MatchCase{"/core/*", {"/core/a", "/core/c:x"}, {"/core", "/core/a/b", "/a/b"}},
           MatchCase{"/**", {"/a", "/a/b/c"}, {}},
           MatchCase{"/a/**", {"/a/b", "/a/b/c", "/a/c:x"}, {"/a", "/b/a"}},
           MatchCase{"/c:*", {"/c:x"}, {"/d:x", "/c", "/c:x/y"}},
           MatchCase{"/c:**", {"/c:x", "/c:x/y/z"}, {"/d:x", "/c", "/cc:x"}},
           MatchCase{"/foo/bar:*/baz/qux",
                     {"/foo/bar:a/baz/qux", "/foo/bar:b/baz/qux"},
                     {"/foo/bar:a", "/foo/bar:a/baz", "/foo/bar/baz/qux", "/foo/bar:a/baz/qux/e"}},
           MatchCase{"/core/*/foo:*/**",
                     {"/core/x/foo:a/b", "/core/x/foo:a/b/c"},
                     {"/core/x/foo:a", "/core/x/foo/b", "/core/foo:a/b"}},
           MatchCase{"/a*", {}, {"/a", "/a*"}},
       }) {
    for (const char* moniker : c.yes)
      EXPECT_TRUE(Matches(c.pattern, moniker)) << c.pattern << moniker;
    for (const char* moniker : c.no)
      EXPECT_FALSE(Matches(c.pattern, moniker)) << c.pattern << moniker;
  }
}

TEST(MountPath, IsAbsoluteAndClean) {
  EXPECT_TRUE(IsMountPath("/data"));
  EXPECT_TRUE(IsMountPath("/svc/example.Echo"));
  for (const char* bad : {"", "/", "data", "//data", "/data/", "/a/../b", "/a b"}) {
    EXPECT_FALSE(IsMountPath(bad)) << bad;
  }
}

TEST(MountPath, OverlapsWithWhatLiesInside) {
  EXPECT_TRUE(PathsOverlap("/foo", "/foo"));
  EXPECT_TRUE(PathsOverlap("/foo", "/foo/bar"));
  EXPECT_TRUE(PathsOverlap("/foo/bar", "/foo"));
  EXPECT_FALSE(PathsOverlap("/foo", "/foobar"));
  EXPECT_FALSE(PathsOverlap("/foo/a", "/foo/b"));
}

TEST(ImagePath, StaysInsideTheImage) {
  EXPECT_TRUE(IsImagePath("bin/hello"));
  for (const char* bad : {"", "/bin/hello", "bin//hello", "bin/../hello", "bin/.", "bin/", "a b"}) {
    EXPECT_FALSE(IsImagePath(bad)) << bad;
  }
}

TEST(UrlLeaf, NamesTheProcess) {
  EXPECT_EQ(UrlLeaf("fuchsia-boot:///#meta/hello.cm"), "hello");
  EXPECT_EQ(UrlLeaf("boot:///hello"), "hello");
  EXPECT_EQ(UrlLeaf("hello"), "hello");
  EXPECT_EQ(UrlLeaf("a/.cm"), ".cm");
}

TEST(EnvironEntry, NeedsANameAndAnEqualsSign) {
  EXPECT_TRUE(IsEnvironEntry("A=B"));
  EXPECT_TRUE(IsEnvironEntry("A="));
  EXPECT_TRUE(IsEnvironEntry("A=B=C"));
  EXPECT_FALSE(IsEnvironEntry("A"));
  EXPECT_FALSE(IsEnvironEntry("=B"));
  EXPECT_FALSE(IsEnvironEntry(std::string_view("A=\0", 3)));
}

}  // namespace
}  // namespace manifest
