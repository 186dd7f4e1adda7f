// SPDX-License-Identifier: BSD-2-Clause
// The list of Debian packages in tools/packages.txt: a name per line, `#` starts a comment, `?`
// before a name marks what is useful but not needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hafnon {

struct Package {
  std::string name;
  bool optional = false;
};

std::vector<Package> ParsePackages(std::string_view text);

}  // namespace hafnon
