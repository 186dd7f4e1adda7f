// SPDX-License-Identifier: BSD-2-Clause
#include "tools/hafnon/packages.h"

namespace hafnon {

std::vector<Package> ParsePackages(std::string_view text) {
  std::vector<Package> packages;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    line = line.substr(0, line.find('#'));
    Package package;
    for (const char c : line) {
      if (c == '?') {
        package.optional = true;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        package.name += c;
      }
    }
    if (!package.name.empty()) packages.push_back(package);
  }
  return packages;
}

}  // namespace hafnon
