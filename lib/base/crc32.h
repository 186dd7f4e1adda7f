// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "lib/base/bytes.h"

namespace base {

// The CRC-32 of zlib and Ethernet (reflected polynomial 0xedb88320). `crc` continues an earlier piece.
uint32_t Crc32(Bytes data, uint32_t crc = 0);

}  // namespace base
