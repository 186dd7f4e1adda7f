// SPDX-License-Identifier: BSD-2-Clause
#include "lib/io/file_list.h"

namespace io {
namespace {

// "directory/rest" in one piece; nothing when it is longer than any path of a list.
class Joined {
 public:
  Joined(std::string_view directory, std::string_view rest) {
    const size_t slash = directory.empty() ? 0 : 1;
    fits_ = directory.size() + slash + rest.size() <= sizeof(text_);
    if (!fits_) return;
    Append(directory);
    if (slash != 0) Append("/");
    Append(rest);
  }
  bool fits() const { return fits_; }
  std::string_view view() const { return {text_, size_}; }

 private:
  void Append(std::string_view part) {
    for (const char letter : part) text_[size_++] = letter;
  }

  bool fits_;
  size_t size_ = 0;
  char text_[kMaxPath];
};

class FindVisitor final : public FileList::Visitor {
 public:
  explicit FindVisitor(std::string_view path) : path_(path) {}
  bool Visit(const File& file) override {
    if (file.path.size() == path_.size()) {
      found = Node{NodeKind::kFile, file.path, file.size, file.id};
    } else if (file.path[path_.size()] == '/') {
      found = Node{NodeKind::kDirectory, file.path.substr(0, path_.size())};
    }
    // A longer name that begins alike is neither.
    return !found;
  }
  std::optional<Node> found;

 private:
  const std::string_view path_;
};

// Counts children; those of one directory stand together, for they share its path and slash.
class ChildVisitor final : public FileList::Visitor {
 public:
  ChildVisitor(size_t prefix_size, size_t position) : prefix_size_(prefix_size), left_(position) {}
  bool Visit(const File& file) override {
    const std::string_view below = file.path.substr(prefix_size_);
    const size_t slash = below.find('/');
    const Child child{below.substr(0, slash), slash == below.npos ? NodeKind::kFile : NodeKind::kDirectory,
                      slash == below.npos ? file.id : 0};
    if (child.name == last_) return true;
    last_ = child.name;
    if (left_-- != 0) return true;
    found = child;
    return false;
  }
  std::optional<Child> found;

 private:
  const size_t prefix_size_;
  size_t left_;
  std::string_view last_;
};

bool IsElement(std::string_view element) {
  return !element.empty() && element.size() <= kMaxName && element != "." && element != "..";
}

}  // namespace

bool IsPath(std::string_view path) {
  if (path == ".") return true;
  if (path.size() > kMaxPath || path.find('\0') != path.npos) return false;
  for (;;) {
    const size_t slash = path.find('/');
    if (!IsElement(path.substr(0, slash))) return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::optional<Node> Find(const FileList& files, const Node& directory, std::string_view path) {
  if (path == ".") return directory;
  const Joined joined(directory.path, path);
  if (!joined.fits()) return std::nullopt;
  FindVisitor visitor(joined.view());
  files.ForEach(joined.view(), visitor);
  return visitor.found;
}

std::optional<Child> ChildAt(const FileList& files, const Node& directory, size_t position) {
  if (position == 0) return Child{".", NodeKind::kDirectory};
  const Joined joined(directory.path, "");
  if (!joined.fits()) return std::nullopt;
  ChildVisitor visitor(joined.view().size(), position - 1);
  files.ForEach(joined.view(), visitor);
  return visitor.found;
}

}  // namespace io
