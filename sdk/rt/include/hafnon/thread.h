// SPDX-License-Identifier: BSD-2-Clause
// A thread of the calling process, with its own stacks and thread-local storage.
#pragma once

#include <zircon/types.h>

namespace rt {
struct ThreadStart;
}

namespace hafnon {

// Not movable: the creator keeps it until Join(). The destructor waits for the thread.
class Thread {
 public:
  Thread() = default;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread();

  // Runs function(argument) in a new thread. ZX_ERR_BAD_STATE if one was started already; else
  // what creating its memory or the kernel's thread said.
  zx_status_t Start(const char* name, void (*function)(void*), void* argument);

  // Waits until the thread has ended and frees its memory. ZX_ERR_TIMED_OUT leaves it joinable.
  zx_status_t Join(zx_instant_mono_t deadline = ZX_TIME_INFINITE);

  // The thread's handle, owned by this object; ZX_HANDLE_INVALID before Start() and after Join().
  zx_handle_t handle() const;

 private:
  rt::ThreadStart* start_ = nullptr;
};

}  // namespace hafnon
