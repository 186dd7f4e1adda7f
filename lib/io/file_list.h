// SPDX-License-Identifier: BSD-2-Clause
// A tree given as the paths of its files, and the directories that follow from them. Boot file systems
// and generated trees are lists of this kind; nothing here allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/io/format.h"

namespace io {

struct File {
  // Relative, without empty, "." or ".." elements. Lives as long as its list.
  std::string_view path = {};
  uint64_t size = 0;
  // Distinguishes the files of a list.
  uint64_t id = 0;
};

// The files, ascending by path; no path is another's parent.
class FileList {
 public:
  class Visitor {
   public:
    // Whether to go on.
    virtual bool Visit(const File& file) = 0;

   protected:
    ~Visitor() = default;
  };

  // Visits the files whose paths begin with `prefix`, in order.
  virtual void ForEach(std::string_view prefix, Visitor& visitor) const = 0;

 protected:
  ~FileList() = default;
};

// A file or directory of a list.
struct Node {
  NodeKind kind = NodeKind::kDirectory;
  // A directory's path is a part of one of its files' and lives as long; the root's is "".
  std::string_view path = {};
  uint64_t size = 0;
  uint64_t id = 0;
};

// Whether `path` may be looked up: "." or elements as in File::path, at most kMaxPath bytes, no NUL.
bool IsPath(std::string_view path);

// What `path` names below `directory`; nothing when there is none.
std::optional<Node> Find(const FileList& files, const Node& directory, std::string_view path);

// The entry at `position` of a directory: first ".", then its children, ascending. Nothing behind the
// last one.
struct Child {
  std::string_view name = {};
  NodeKind kind = NodeKind::kFile;
  uint64_t id = 0;
};
std::optional<Child> ChildAt(const FileList& files, const Node& directory, size_t position);

}  // namespace io
