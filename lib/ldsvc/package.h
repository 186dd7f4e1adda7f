// SPDX-License-Identifier: BSD-2-Clause
// Where in a boot image a program's libraries are.
#pragma once

#include <string_view>

namespace ldsvc {

// The folder of a program's package, with a '/' at its end: that which has the program's own
// folder. "shop/" for "shop/bin/till", nothing for "bin/hello". Its libraries are in "lib/" below.
constexpr std::string_view PackageOf(std::string_view program) {
  const size_t name = program.rfind('/');
  if (name == std::string_view::npos || name == 0) return {};
  const size_t folder = program.rfind('/', name - 1);
  return folder == std::string_view::npos ? std::string_view() : program.substr(0, folder + 1);
}

inline constexpr std::string_view kLibraryFolder = "lib/";

static_assert(PackageOf("bin/hello").empty() && PackageOf("hello").empty());
static_assert(PackageOf("shop/bin/till") == "shop/" && PackageOf("a/b/bin/c") == "a/b/");

}  // namespace ldsvc
