// SPDX-License-Identifier: BSD-2-Clause
// The include directions of the tree, as a check.
//
//   runner, userboot  ->  sdk (zx, rt, vdso)  ->  lib  ->  sdk/abi
//   kernel            ->  <arch/...>, lib, sdk/abi
//   arch              ->  lib, sdk/abi, the kernel's upcalls
//   kernel/boot       ->  <arch/boot/...>, boards, lib, sdk/abi
//   components        ->  the installed SDK
//   tests, tools, qemu may look at everything; nothing looks at them
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layers {

// The header an include line names, with <zircon/...> and <lib/zx/...> as paths of the tree;
// nothing when the line is none or names a header of the language.
std::optional<std::string> IncludedPath(std::string_view line);

// Whether `file` may include `included`, both paths from the root of the tree.
bool MayInclude(std::string_view file, std::string_view included);

// One sentence per include that points the wrong way, such as
// "lib/base/bad.h: lib may not include kernel/object/object.h".
std::vector<std::string> Check(std::string_view file, std::string_view text);

// Checks every source file below `root`, except the build folder.
std::vector<std::string> CheckTree(const std::string& root);

}  // namespace layers
