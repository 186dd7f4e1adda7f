// SPDX-License-Identifier: BSD-2-Clause
// Whether a program file can run on a system: the rules of lib/elf, told to people.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "tools/architecture.h"
#include "tools/cml/object.h"

namespace cml {

// A file that goes into the boot image.
struct ImageFile {
  std::string image_path;  // "bin/hello"
  std::string host_path;
};

// Where the libraries of programs are looked for: among files that are in the image anyway, by
// image path, and below folders, as "lib/libb.so".
struct LibraryPlaces {
  const std::map<std::string, std::string>& files;
  std::span<const std::string> folders;
};

// Reads the file `host_path` of `binary`, such as "bin/hello", and the libraries it needs, and
// reports why a component could not be started from them. The errors point at the manifest that
// names the binary. Returns what the program takes with it into its package's lib folder: the
// libraries and, if there are any, its dynamic linker.
std::vector<ImageFile> CheckBinary(const Text& binary, const std::string& host_path,
                                   tools::Architecture architecture, const LibraryPlaces& places,
                                   const Context& context);

}  // namespace cml
