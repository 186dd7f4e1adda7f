// SPDX-License-Identifier: BSD-2-Clause
// The part of fuchsia.io that reading a directory tree needs: names and numbers. message.h has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace io {

// The first eight bytes of SHA-256 of the name behind each, little endian, top bit cleared.
enum class Method : uint64_t {
  kClone = 0x20d8'a7ab'a216'8a79,             // fuchsia.unknown/Cloneable.Clone
  kClose = 0x74f5'd243'849c'b458,             // fuchsia.unknown/Closeable.Close
  kGetAttributes = 0x3d43'96a6'38ea'053b,     // fuchsia.io/Node.GetAttributes
  kOpen = 0x2fbc'4fbb'ff7c'54d6,              // fuchsia.io/Directory.Open
  kReadDirents = 0x5b0'cc59'2a6b'9114,        // fuchsia.io/Directory.ReadDirents
  kRewind = 0x7dc7'b115'f805'4759,            // fuchsia.io/Directory.Rewind
  kRead = 0x40f2'7fc6'91b8'014c,              // fuchsia.io/Readable.Read
  kReadAt = 0x1607'a293'a60d'723e,            // fuchsia.io/File.ReadAt
  kSeek = 0x7807'9168'162c'5207,              // fuchsia.io/File.Seek
  kGetBackingMemory = 0xa6'a9e6'54cb'f62b,    // fuchsia.io/File.GetBackingMemory
};

// What a server sends, in place of an answer to anything, before it closes a connection.
inline constexpr uint64_t kEpitaph = 0xffff'ffff'ffff'ffff;

// Bits of Open's flags: what the new connection may do, and what it must be connected to.
inline constexpr uint64_t kPermReadBytes = uint64_t{1} << 1;
inline constexpr uint64_t kPermWriteBytes = uint64_t{1} << 2;
inline constexpr uint64_t kPermExecute = uint64_t{1} << 3;
inline constexpr uint64_t kPermGetAttributes = uint64_t{1} << 4;
inline constexpr uint64_t kPermUpdateAttributes = uint64_t{1} << 5;
inline constexpr uint64_t kPermEnumerate = uint64_t{1} << 6;
inline constexpr uint64_t kPermTraverse = uint64_t{1} << 7;
inline constexpr uint64_t kPermModifyDirectory = uint64_t{1} << 8;
inline constexpr uint64_t kProtocolNode = uint64_t{1} << 32;
inline constexpr uint64_t kProtocolDirectory = uint64_t{1} << 33;
inline constexpr uint64_t kProtocolFile = uint64_t{1} << 34;
inline constexpr uint64_t kPermReadable = kPermReadBytes | kPermGetAttributes | kPermEnumerate | kPermTraverse;
inline constexpr uint64_t kPermWritable = kPermWriteBytes | kPermUpdateAttributes | kPermModifyDirectory;
// What the servers here understand; other bits are refused.
inline constexpr uint64_t kKnownFlags = kPermReadable | kPermWritable | kPermExecute | kProtocolNode |
                                        kProtocolDirectory | kProtocolFile;

// Bits of GetAttributes' query; the answer's table has a field per bit, in this order.
inline constexpr uint64_t kAttributeProtocols = 1u << 0;
inline constexpr uint64_t kAttributeAbilities = 1u << 1;
inline constexpr uint64_t kAttributeContentSize = 1u << 2;
inline constexpr uint64_t kAttributeStorageSize = 1u << 3;
inline constexpr uint64_t kAttributeLinkCount = 1u << 4;
inline constexpr uint64_t kAttributeId = 1u << 5;

enum class NodeKind : uint64_t { kDirectory = 2, kFile = 4 };

// Bits of GetBackingMemory's flags.
inline constexpr uint32_t kVmoRead = 1u << 0;
inline constexpr uint32_t kVmoWrite = 1u << 1;
inline constexpr uint32_t kVmoExecute = 1u << 2;
inline constexpr uint32_t kVmoPrivateClone = 1u << 16;
inline constexpr uint32_t kVmoSharedBuffer = 1u << 17;

enum class SeekOrigin : uint32_t { kStart, kCurrent, kEnd };

// Types in directory entries, as in <dirent.h>.
inline constexpr uint8_t kEntryDirectory = 4;
inline constexpr uint8_t kEntryFile = 8;

inline constexpr size_t kMaxTransfer = 8192;  // bytes of one Read or ReadDirents
inline constexpr size_t kMaxPath = 4095;
inline constexpr size_t kMaxName = 255;

}  // namespace io
