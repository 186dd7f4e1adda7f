// SPDX-License-Identifier: BSD-2-Clause
// Whether a program file can run on a system: the rules of lib/elf, told to people.
#pragma once

#include <string>

#include "tools/architecture.h"
#include "tools/cml/object.h"

namespace cml {

// Reads the file `host_path` of `binary`, such as "bin/hello", and reports why a component could
// not be started from it. The errors point at the manifest that names the binary.
void CheckBinary(const Text& binary, const std::string& host_path, tools::Architecture architecture,
                 const Context& context);

}  // namespace cml
