// SPDX-License-Identifier: BSD-2-Clause
// Reads the start-up message. Total: any byte sequence ends in an answer, nothing outside the
// message is read, nothing is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <zircon/types.h>

namespace rt {

// A run of NUL-terminated strings inside the message.
struct StringList {
  const char* first = nullptr;
  uint32_t count = 0;
};

// Views into the message; valid as long as it is.
struct ProcessArguments {
  const uint32_t* handle_infos = nullptr;  // One per handle.
  StringList arguments;
  StringList environment;
  StringList names;
};

// ZX_ERR_INVALID_ARGS if `message` is not a start-up message for `handle_count` handles. The
// message must be aligned to 4 bytes.
zx_status_t ReadProcessArguments(std::span<const char> message, size_t handle_count,
                                 ProcessArguments& out);

}  // namespace rt
