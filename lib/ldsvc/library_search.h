// SPDX-License-Identifier: BSD-2-Clause
// Which of a package's libraries a client of the loader service means.
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace ldsvc {

// One client's configuration. Starts without a sub-directory.
class LibrarySearch {
 public:
  // Of a sub-directory's name.
  static constexpr size_t kMaxDirectoryBytes = 64;

  // "asan" looks into asan/ first, "asan!" nowhere else.
  // ZX_ERR_INVALID_ARGS fewer than two characters, a '/' in it, "..", a NUL, or longer than
  // kMaxDirectoryBytes; then the configuration stays.
  zx_status_t Configure(std::string_view text);

  // The index of the library `name` in `names`, which are paths below lib/ such as "libb.so" and
  // "asan/libb.so". A name that is empty, "..", "." or has a '/' is none.
  std::optional<size_t> Find(std::string_view name, std::span<const std::string_view> names) const;

 private:
  std::string_view directory() const { return {directory_, directory_size_}; }

  char directory_[kMaxDirectoryBytes] = {};
  size_t directory_size_ = 0;
  bool exclusive_ = false;
};

}  // namespace ldsvc
