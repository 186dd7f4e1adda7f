// SPDX-License-Identifier: BSD-2-Clause
// Where things are in the tree and in the build folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/architecture.h"

namespace hafnon {

class Workspace {
 public:
  // The tree around the current folder, or the one HAFNON_ROOT names. Nothing outside a tree.
  static std::optional<Workspace> Find(std::string preset);

  const std::string& preset() const { return preset_; }
  // All paths are relative to the current folder where that is shorter to read.
  std::string root() const;
  std::string build() const;
  std::string InTree(const std::string& path) const;
  std::string InBuild(const std::string& path) const;

  // What QEMU's -kernel takes.
  std::string Kernel(tools::Architecture architecture) const;
  // The folders that hold programs, such as bin/hello.
  std::vector<std::string> Programs(tools::Architecture architecture) const;
  std::string Image(tools::Architecture architecture, const std::string& system) const;
  // The manifest that `name` stands for: a path, or "demo" for components/demo.cml.
  std::string System(const std::string& name) const;
  // "demo" of "components/demo.cml".
  static std::string SystemName(const std::string& path);
  std::vector<std::string> Systems() const;
  std::vector<std::string> Components() const;

 private:
  Workspace(std::string root, std::string preset)
      : root_(std::move(root)), preset_(std::move(preset)) {}

  std::string root_;
  std::string preset_;
};

}  // namespace hafnon
