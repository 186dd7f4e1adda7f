// SPDX-License-Identifier: BSD-2-Clause
// The ZBI boot image format: a container header and items, each a header and a payload padded with
// zeros to 8 bytes.
//
//   +-----------+--------+---------+---------+--------+---------+-- ...
//   | container | item 0 | payload | padding | item 1 | payload |
//   +-----------+--------+---------+---------+--------+---------+-- ...
//    32 bytes    32       length    0 to 7    32
#pragma once

#include <cstdint>

namespace zbi {

// Of the container and of every item.
struct Header {
  uint32_t type;
  // Bytes of payload, without header and padding; the container's payload is all items.
  uint32_t length;
  uint32_t extra;
  uint32_t flags;
  uint32_t reserved0;
  uint32_t reserved1;
  uint32_t magic;
  uint32_t crc32;
};
static_assert(sizeof(Header) == 32);

inline constexpr uint64_t kAlignment = 8;
inline constexpr uint32_t kContainer = 0x544f'4f42;
inline constexpr uint32_t kContainerExtra = 0x868c'f7e6;
inline constexpr uint32_t kMagic = 0xb578'1729;
// The crc32 field of an item without a checksum.
inline constexpr uint32_t kNoCrc = 0x4a87'e8d6;
// Required on every header.
inline constexpr uint32_t kFlagVersion = 1 << 16;
// crc32 is the CRC-32 of the header, with that field zero, and of the payload.
inline constexpr uint32_t kFlagCrc32 = 1 << 17;
// Of storage items: the payload is compressed, `extra` is its true size.
inline constexpr uint32_t kFlagCompressed = 1;

// Item types.
inline constexpr uint32_t kDiscard = 0x5049'4b53;
inline constexpr uint32_t kKernelArm64 = 0x384e'524b;
inline constexpr uint32_t kKernelX64 = 0x4c4e'524b;
inline constexpr uint32_t kRamdisk = 0x4b53'4452;
inline constexpr uint32_t kBootfs = 0x4253'4642;
inline constexpr uint32_t kBootfsFactory = 0x4653'4642;
inline constexpr uint32_t kCommandLine = 0x4c44'4d43;
inline constexpr uint32_t kSecureEntropy = 0x444e'4152;
inline constexpr uint32_t kDeviceTree = 0xd00d'feed;
inline constexpr uint32_t kAcpiRsdp = 0x5044'5352;

}  // namespace zbi
