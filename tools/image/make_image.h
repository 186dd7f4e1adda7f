// SPDX-License-Identifier: BSD-2-Clause
// From a system manifest to the boot image: compiles, collects files, packs, checks the budget.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/cml/compile.h"
#include "tools/image/bytes.h"

namespace image {

struct ImageRequest {
  std::string system_path;  // the system manifest
  tools::Architecture architecture = tools::Architecture::kArm64;
  cml::Search search;
  std::map<std::string, std::string> files;  // more files: image path to host path
  std::vector<std::string> left_out;         // image paths of files to leave out, to see what the system says
  std::string command_line;
};

struct Image {
  Bytes zbi;
  size_t component_count = 0;
};

// The image, or nothing when errors were reported.
std::optional<Image> MakeImage(const ImageRequest& request, cml::Sources& sources,
                               report::Report& report);

// "1,126".
std::string WithThousands(uint64_t number);

}  // namespace image
