// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/workspace.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace hafnon {
namespace {

namespace fs = std::filesystem;

bool IsRoot(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "CMakePresets.json", error) &&
         fs::exists(folder / "tools/packages.txt", error);
}

std::string Readable(const fs::path& path) {
  std::error_code error;
  const std::string relative = fs::proximate(path, error).string();
  if (error || relative.empty() || relative.starts_with("../../")) return path.string();
  return relative;
}

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::optional<Workspace> Workspace::Find(std::string preset) {
  std::error_code error;
  if (const char* root = getenv("HAFNON_ROOT"); root && IsRoot(root)) {
    return Workspace(fs::absolute(root, error).string(), std::move(preset));
  }
  for (fs::path folder = fs::current_path(error); !folder.empty(); folder = folder.parent_path()) {
    if (IsRoot(folder)) return Workspace(folder.string(), std::move(preset));
    if (folder == folder.root_path()) break;
  }
  return std::nullopt;
}

std::string Workspace::root() const { return Readable(root_); }
std::string Workspace::build() const { return InTree("build/" + preset_); }
std::string Workspace::InTree(const std::string& path) const {
  return Readable(fs::path(root_) / path);
}
std::string Workspace::InBuild(const std::string& path) const {
  return InTree("build/" + preset_ + "/" + path);
}

std::string Workspace::Kernel(tools::Architecture architecture) const {
  return InBuild(architecture == tools::Architecture::kArm64 ? "kernel/hafnon-arm64.img"
                                                             : "kernel/hafnon-x64.elf");
}

std::vector<std::string> Workspace::Programs(tools::Architecture architecture) const {
  const std::string arch(NameOf(architecture));
  return {InBuild("components/" + arch), InBuild("programs/" + arch)};
}

std::string Workspace::Image(tools::Architecture architecture, const std::string& system) const {
  return InBuild("images/" + std::string(NameOf(architecture)) + "/" + system + ".zbi");
}

std::string Workspace::System(const std::string& name) const {
  if (name.ends_with(".cml")) return name;
  return InTree("components/" + name + ".cml");
}

std::string Workspace::SystemName(const std::string& path) {
  return fs::path(path).stem().string();
}

std::vector<std::string> Workspace::Systems() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(root_) / "components", error)) {
    if (entry.path().extension() == ".cml") names.push_back(entry.path().stem().string());
  }
  return Sorted(std::move(names));
}

std::vector<std::string> Workspace::Components() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(root_) / "components", error)) {
    const std::string name = entry.path().filename().string();
    if (fs::exists(entry.path() / (name + ".cml"), error)) names.push_back(name);
  }
  return Sorted(std::move(names));
}

}  // namespace hafnon
