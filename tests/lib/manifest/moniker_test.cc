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

TEST(Pattern, NamesTheFault) {
  EXPECT_EQ(CheckPattern("a"), PatternFault::kNoLeadingSlash);
  EXPECT_EQ(CheckPattern(""), PatternFault::kNoLeadingSlash);
  EXPECT_EQ(CheckPattern("/**/a"), PatternFault::kDescendantWildcardOnlyAtEnd);
  EXPECT_EQ(CheckPattern("/c:**/a"), PatternFault::kDescendantWildcardOnlyAtEnd);
  EXPECT_EQ(CheckPattern("/*:a"), PatternFault::kInvalidCollectionName);
  EXPECT_EQ(CheckPattern("/bar*"), PatternFault::kInvalidChildName);
  EXPECT_EQ(CheckPattern("/a/"), PatternFault::kInvalidChildName);
  for (const char* good : {"/", "/a", "/*", "/**", "/a/c:*", "/a/c:**", "/c:d/*/e"}) {
    EXPECT_EQ(CheckPattern(good), PatternFault::kNone) << good;
  }
}

TEST(Pattern, MatchesSegmentBySegment) {
  struct Case {
    const char* pattern;
    const char* moniker;
    bool matches;
  };
  for (const Case& c : {
           Case{"/a", "/a", true},        Case{"/a", "/b", false},
           Case{"/a", "/a/b", false},     Case{"/a/b", "/a", false},
           Case{"/*", "/a", true},        Case{"/*", "/a/b", false},
           Case{"/a/*", "/a/b", true},    Case{"/a/*", "/a/c:b", true},
           Case{"/**", "/a/b/c", true},   Case{"/a/**", "/a/b/c", true},
           Case{"/a/**", "/a", false},    Case{"/c:*", "/c:x", true},
           Case{"/c:*", "/d:x", false},   Case{"/c:*", "/c", false},
           Case{"/c:*", "/c:x/y", false}, Case{"/c:**", "/c:x/y", true},
           Case{"/c:**", "/c:x", true},   Case{"/c:**", "/d:x", false},
           Case{"/c:x", "/c:x", true},    Case{"/", "/a", false},
           Case{"/a*", "/a*", false},
       }) {
    EXPECT_EQ(Matches(c.pattern, c.moniker), c.matches) << c.pattern << " " << c.moniker;
  }
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
