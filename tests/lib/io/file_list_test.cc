// SPDX-License-Identifier: BSD-2-Clause
#include "lib/io/file_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace io {
namespace {

class Files final : public FileList {
 public:
  void ForEach(std::string_view prefix, Visitor& visitor) const override {
    uint64_t id = 0;
    for (const char* path : {"bin/hello", "data-old", "data.txt", "data/a", "data/b/c", "data/b/d", "data0"}) {
      ++id;
      if (std::string_view(path).starts_with(prefix) && !visitor.Visit({path, 10 * id, id})) return;
    }
  }
};

TEST(FileList, FindsFilesAndTheDirectoriesThatFollowFromThem) {
  const Files files;
  const Node root;
  const auto file = Find(files, root, "data/b/d");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->kind, NodeKind::kFile);
  EXPECT_EQ(file->size, 60u);
  const auto directory = Find(files, root, "data");
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->kind, NodeKind::kDirectory);
  EXPECT_EQ(directory->path, "data");
  const auto below = Find(files, *directory, "b/c");
  ASSERT_TRUE(below);
  EXPECT_EQ(below->id, 5u);
  EXPECT_EQ(Find(files, *directory, ".")->path, "data");
}

TEST(FileList, FindsNothingElse) {
  const Files files;
  for (const char* path : {"dat", "data/", "data/b/cc", "data/a/x", "bin/hello/x", "zebra"}) {
    EXPECT_FALSE(Find(files, Node{}, path)) << path;
  }
  EXPECT_FALSE(Find(files, Node{}, std::string(kMaxPath + 1, 'a')));
}

TEST(FileList, ChildrenAppearOnceAndInOrder) {
  const Files files;
  const auto names = [&](const Node& directory) {
    std::vector<std::string> result;
    for (size_t position = 0; const auto child = ChildAt(files, directory, position); ++position) {
      result.push_back(std::string(child->name) + (child->kind == NodeKind::kDirectory ? "/" : ""));
    }
    return result;
  };
  EXPECT_EQ(names(Node{}), (std::vector<std::string>{"./", "bin/", "data-old", "data.txt", "data/", "data0"}));
  EXPECT_EQ(names(*Find(files, Node{}, "data")), (std::vector<std::string>{"./", "a", "b/"}));
}

TEST(FileList, PathsHaveOnlyProperElements) {
  for (const char* path : {".", "a", "a/b", "...", "a/.b"}) EXPECT_TRUE(IsPath(path)) << path;
  for (const char* path : {"", "/", "/a", "a/", "a//b", "..", "a/..", "./a", "a/./b"}) EXPECT_FALSE(IsPath(path)) << path;
  EXPECT_FALSE(IsPath(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsPath(std::string(kMaxName + 1, 'a')));
  EXPECT_TRUE(IsPath(std::string(kMaxName, 'a')));
}

}  // namespace
}  // namespace io
