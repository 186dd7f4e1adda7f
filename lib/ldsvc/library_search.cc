// SPDX-License-Identifier: BSD-2-Clause
#include "lib/ldsvc/library_search.h"

#include <string.h>

namespace ldsvc {
namespace {

bool IsPlainName(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         text.find('/') == std::string_view::npos && text.find('\0') == std::string_view::npos;
}

// Whether `path` is "<directory>/<name>".
bool IsIn(std::string_view path, std::string_view directory, std::string_view name) {
  return path.size() == directory.size() + 1 + name.size() && path.starts_with(directory) &&
         path[directory.size()] == '/' && path.ends_with(name);
}

}  // namespace

zx_status_t LibrarySearch::Configure(std::string_view text) {
  if (text.size() < 2) return ZX_ERR_INVALID_ARGS;
  const bool exclusive = text.back() == '!';
  const std::string_view directory = exclusive ? text.substr(0, text.size() - 1) : text;
  if (!IsPlainName(directory) || directory.size() > kMaxDirectoryBytes) return ZX_ERR_INVALID_ARGS;
  memcpy(directory_, directory.data(), directory.size());
  directory_size_ = directory.size();
  exclusive_ = exclusive;
  return ZX_OK;
}

std::optional<size_t> LibrarySearch::Find(std::string_view name,
                                          std::span<const std::string_view> names) const {
  if (!IsPlainName(name)) return std::nullopt;
  if (directory_size_ > 0) {
    for (size_t index = 0; index < names.size(); ++index) {
      if (IsIn(names[index], directory(), name)) return index;
    }
    if (exclusive_) return std::nullopt;
  }
  for (size_t index = 0; index < names.size(); ++index) {
    if (names[index] == name) return index;
  }
  return std::nullopt;
}

}  // namespace ldsvc
