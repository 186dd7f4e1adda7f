// SPDX-License-Identifier: BSD-2-Clause
// The program files a component names: where they are, and whether they can run.
#pragma once

#include <span>
#include <string>

#include "tools/cml/object.h"

namespace cml {

// The path of the file that `binary`, such as "bin/hello", stands for: the first that exists below
// one of `folders`. Reports what was tried and what has a similar name when there is none, and
// returns an empty string.
std::string FindBinary(const Text& binary, std::span<const std::string> folders,
                       const Context& context);

}  // namespace cml
