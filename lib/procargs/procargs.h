// SPDX-License-Identifier: BSD-2-Clause
// The bootstrap message a new process reads first ("processargs"): format, builder, reader.
//
//   0  protocol        u32   kProtocol
//   4  version         u32   kVersion
//   8  handle_info_off u32   one u32 per handle of the message
//  12  args_off, 16 args_num          NUL-terminated strings, packed
//  20  environ_off, 24 environ_num
//  28  names_off, 32 names_num        namespace paths, indexed by the arguments of NS_DIR handles
//
// A handle info is type (bits 0-7) and argument (bits 16-31). Everything is little endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/result.h"

namespace procargs {

inline constexpr uint32_t kProtocol = 0x4150'585d;
inline constexpr uint32_t kVersion = 0x0000'1000;
inline constexpr size_t kHeaderSize = 36;
inline constexpr size_t kMaxBytes = 65536;
inline constexpr size_t kMaxHandles = 64;

// The info word of a handle (PA_HND in the public header).
constexpr uint32_t HandleInfo(uint32_t type, uint32_t argument) {
  return (type & 0xff) | ((argument & 0xffff) << 16);
}
constexpr uint32_t HandleType(uint32_t info) { return info & 0xff; }
constexpr uint32_t HandleArgument(uint32_t info) { return info >> 16; }

// What goes into a message.
struct Contents {
  std::span<const uint32_t> handle_infos = {};
  std::span<const std::string_view> arguments = {};
  std::span<const std::string_view> environment = {};
  std::span<const std::string_view> names = {};
};

// Whether each info word occurs once and has no bit set that means nothing. A program finds its
// handles by type and argument, so of two alike it would see only one.
bool AreUnique(std::span<const uint32_t> handle_infos);

// Bytes a message of so many handles takes whose strings have `string_bytes`, each with a NUL.
constexpr size_t MessageSize(size_t handles, size_t string_bytes) {
  return kHeaderSize + handles * sizeof(uint32_t) + string_bytes;
}

// Bytes the message takes, or nothing if it breaks a limit (bytes, handles, a NUL inside a string).
std::optional<size_t> MessageSize(const Contents& contents);

// Writes the message to the start of `buffer` and returns its size.
// Errors: ZX_ERR_INVALID_ARGS a limit is broken or the handles are not unique,
// ZX_ERR_BUFFER_TOO_SMALL.
base::Result<size_t> Build(const Contents& contents, std::span<std::byte> buffer);

// A checked view of a received message. Refers to the bytes it was opened on.
class Reader {
 public:
  // Checks everything once, so that the accessors cannot fail.
  // Errors: ZX_ERR_INVALID_ARGS with any header field, offset or string that does not fit.
  static base::Result<Reader> Open(std::span<const std::byte> message, size_t handle_count);

  size_t handle_count() const { return handle_count_; }
  uint32_t handle_info(size_t index) const;

  // Calls `each(std::string_view)` for every string in order; the views are NUL-terminated.
  template <class Each>
  void ForEachArgument(Each each) const { ForEach(arguments_, each); }
  template <class Each>
  void ForEachEnvironment(Each each) const { ForEach(environment_, each); }
  template <class Each>
  void ForEachName(Each each) const { ForEach(names_, each); }

  uint32_t argument_count() const { return arguments_.count; }
  uint32_t environment_count() const { return environment_.count; }
  uint32_t name_count() const { return names_.count; }

 private:
  struct Strings {
    uint32_t offset = 0;
    uint32_t count = 0;
  };

  bool StringsFit(const Strings& strings) const;
  template <class Each>
  void ForEach(const Strings& strings, Each each) const {
    const char* at = reinterpret_cast<const char*>(message_.data()) + strings.offset;
    for (uint32_t index = 0; index < strings.count; ++index) {
      const std::string_view text(at);
      each(text);
      at += text.size() + 1;
    }
  }

  std::span<const std::byte> message_;
  size_t handle_count_ = 0;
  uint32_t infos_offset_ = 0;
  Strings arguments_, environment_, names_;
};

}  // namespace procargs
