// SPDX-License-Identifier: BSD-2-Clause
// What tests of channels share.
#pragma once

#include <string.h>

#include <lib/zx/channel.h>
#include <lib/zx/event.h>

#include "tests/target/test.h"

namespace target {

// Two ends of a new channel.
struct Pair {
  zx::channel a;
  zx::channel b;
  Pair() { EXPECT_OK(zx::channel::create(0, &a, &b)); }
};

// Sends the characters of `text`.
inline zx_status_t Write(const zx::channel& channel, const char* text) {
  return channel.write(0, text, static_cast<uint32_t>(strlen(text)), nullptr, 0);
}

// Something to send along.
inline zx::event MakeEvent() {
  zx::event event;
  EXPECT_OK(zx::event::create(0, &event));
  return event;
}

// Dispositions whose result is not a status yet, so that it shows whether it was written.
inline zx_handle_disposition_t Move(zx_handle_t handle) {
  return {ZX_HANDLE_OP_MOVE, handle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, 1};
}
inline zx_handle_disposition_t Copy(zx_handle_t handle) {
  return {ZX_HANDLE_OP_DUPLICATE, handle, ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, 1};
}

inline bool Valid(zx_handle_t handle) { return zx_handle_check_valid(handle) == ZX_OK; }

}  // namespace target
