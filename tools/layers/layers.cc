// SPDX-License-Identifier: BSD-2-Clause
#include "tools/layers/layers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

namespace layers {
namespace {

namespace fs = std::filesystem;

// What files whose path starts with `folder` may include: paths that start with one of `may_see`.
// The longest folder that fits counts.
struct Rule {
  std::string_view folder;
  std::vector<std::string_view> may_see;
};

const std::vector<Rule>& Rules() {
  static const std::vector<Rule> rules = {
      {"sdk/abi/", {"sdk/abi/"}},
      {"lib/base/", {"lib/base/", "sdk/abi/"}},
      {"lib/", {"lib/", "sdk/abi/"}},
      // handoff.h is what the boot stage's processor part fills in, upcalls.h what the rest calls.
      {"arch/",
       {"arch/", "lib/", "sdk/abi/", "kernel/upcalls.h", "kernel/handoff.h",
        "kernel/boot/stage.h"}},
      // The kernel fills in the vDSO's data page: the two headers are that page's contract.
      {"kernel/", {"kernel/", "arch/", "lib/", "sdk/abi/", "sdk/vdso/layout.h", "sdk/vdso/data.h"}},
      {"kernel/boot/",
       {"kernel/boot/", "kernel/handoff.h", "arch/", "boards/", "lib/", "sdk/abi/"}},
      // A board says its console in the terms of the handoff.
      {"boards/", {"boards/", "kernel/handoff.h"}},
      {"sdk/", {"sdk/", "lib/"}},
      {"userboot/", {"userboot/", "sdk/", "lib/"}},
      {"runner/", {"runner/", "sdk/", "lib/"}},
      // Only what an outside component sees: never a path of the tree except their own.
      {"components/", {"components/", "sdk/abi/", "sdk/zx/"}},
      // Part of the system: speaks the runner's protocol.
      {"components/console/", {"components/console/", "lib/", "sdk/"}},
  };
  return rules;
}

const Rule* RuleFor(std::string_view file) {
  const Rule* best = nullptr;
  for (const Rule& rule : Rules()) {
    if (file.starts_with(rule.folder) && (!best || rule.folder.size() > best->folder.size())) {
      best = &rule;
    }
  }
  return best;
}

bool IsSource(const fs::path& path) {
  static constexpr std::string_view kExtensions[] = {".h", ".cc", ".S", ".inc", ".def"};
  return std::ranges::find(kExtensions, path.extension().string()) != std::end(kExtensions);
}

std::string_view TrimmedLeft(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

}  // namespace

std::optional<std::string> IncludedPath(std::string_view line) {
  line = TrimmedLeft(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = TrimmedLeft(line.substr(1));
  constexpr std::string_view kInclude = "include";
  if (!line.starts_with(kInclude)) return std::nullopt;
  line = TrimmedLeft(line.substr(kInclude.size()));
  if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
  const bool quoted = line[0] == '"';
  const size_t end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string path(line.substr(1, end - 1));
  if (quoted) return path;
  if (path.starts_with("arch/")) return path;
  if (path.starts_with("zircon/")) return "sdk/abi/" + path;
  if (path.starts_with("lib/zx/")) return "sdk/zx/" + path;
  return std::nullopt;
}

bool MayInclude(std::string_view file, std::string_view included) {
  const Rule* rule = RuleFor(file);
  if (!rule) return true;
  // A header beside the file.
  if (included.find('/') == std::string_view::npos) return true;
  return std::ranges::any_of(rule->may_see,
                             [&](std::string_view start) { return included.starts_with(start); });
}

std::vector<std::string> Check(std::string_view file, std::string_view text) {
  std::vector<std::string> problems;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::optional<std::string> included = IncludedPath(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!included || MayInclude(file, *included)) continue;
    // The sentence names the top folder; kernel/boot is a program of its own.
    const std::string_view folder =
        file.starts_with("kernel/boot/") ? "kernel/boot" : file.substr(0, file.find('/'));
    problems.push_back(std::string(file) + ": " + std::string(folder) + " may not include " +
                       *included);
  }
  return problems;
}

std::vector<std::string> CheckTree(const std::string& root) {
  std::vector<std::string> problems;
  std::error_code error;
  fs::recursive_directory_iterator iterator(root, error);
  for (const fs::directory_entry& entry : iterator) {
    const std::string file = fs::relative(entry.path(), root, error).string();
    if (entry.is_directory() && (file == "build" || file.starts_with("."))) {
      iterator.disable_recursion_pending();
      continue;
    }
    if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream),
                           std::istreambuf_iterator<char>()};
    for (std::string& problem : Check(file, text)) problems.push_back(std::move(problem));
  }
  std::ranges::sort(problems);
  return problems;
}

}  // namespace layers
