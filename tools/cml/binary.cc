// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/binary.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "lib/manifest/moniker.h"
#include "tools/report/suggest.h"

namespace cml {
namespace {

namespace fs = std::filesystem;

// "2 minutes old".
std::string AgeOf(const fs::path& path) {
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(path, error);
  if (error) return "of unknown age";
  const auto age = fs::file_time_type::clock::now() - written;
  const auto seconds =
      std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(age).count());
  const auto text = [](int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? " old" : "s old");
  };
  if (seconds < 60) return text(seconds, "second");
  if (seconds < 3600) return text(seconds / 60, "minute");
  if (seconds < 86400) return text(seconds / 3600, "hour");
  return text(seconds / 86400, "day");
}

// Files beside `wanted` whose names are nearly the same.
void AddNearFiles(const fs::path& wanted, std::vector<std::string>& lines) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(wanted.parent_path(), error)) {
    if (entry.is_regular_file(error)) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view nearest = report::Nearest(wanted.filename().string(), candidates);
  if (nearest.empty()) return;
  const fs::path path = wanted.parent_path() / nearest;
  lines.push_back("near:  " + path.string() + " (" + AgeOf(path) + ")");
}

}  // namespace

std::string FindBinary(const Text& binary, std::span<const std::string> folders,
                       const Context& context) {
  std::vector<std::string> tried;
  std::vector<std::string> near;
  std::error_code error;
  for (const std::string& folder : folders) {
    const fs::path path = (fs::path(folder) / binary.value).lexically_normal();
    if (fs::exists(path, error)) return path.string();
    tried.push_back("tried: " + path.string());
    AddNearFiles(path, near);
  }
  report::Error failure{.code = report::Code::kBinaryNotFound,
                        .message = "program binary not found: " + binary.value,
                        .place = context.PlaceOf(binary.span)};
  failure.place->show_line = false;
  failure.lines = std::move(tried);
  failure.lines.insert(failure.lines.end(), near.begin(), near.end());
  failure.lines.push_back("help:  is `hafnon_component(" +
                          std::string(manifest::LeafName(binary.value)) +
                          " ...)` in a CMakeLists.txt that is included?");
  context.report.Add(failure);
  return {};
}

}  // namespace cml
