// SPDX-License-Identifier: BSD-2-Clause
// Packs files into a BOOTFS, the read-only file system inside a boot image (lib/bootfs/bootfs.h
// draws it).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tools/image/bytes.h"

namespace image {

// Contents by path, such as "bin/hello".
using Files = std::map<std::string, Bytes>;

// The file system, a multiple of 4096 bytes long; nothing when a name or the whole is too long.
// The same files give the same bytes.
std::optional<Bytes> PackBootfs(const Files& files);

}  // namespace image
