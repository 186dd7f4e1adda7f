// SPDX-License-Identifier: BSD-2-Clause
// Packs a ZBI, the container that the boot stage hands to the kernel and userboot (lib/zbi/format.h
// draws it).
//
// The BOOTFS payload starts at a multiple of its page size from the start of the container, behind
// a DISCARD item, so that its files can be mapped where they are.
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/image/bytes.h"

namespace image {

class ZbiPacker {
 public:
  ZbiPacker();
  // Appends an item with a checksum.
  void Add(uint32_t type, uint32_t extra, std::span<const std::byte> payload);
  // Appends the command line, if there is one.
  void AddCommandLine(std::string_view text);
  void AddBootfs(std::span<const std::byte> bootfs);
  // The finished container.
  Bytes Finish() &&;

 private:
  Bytes bytes_;
};

}  // namespace image
