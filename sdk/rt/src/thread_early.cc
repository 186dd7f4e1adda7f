// SPDX-License-Identifier: BSD-2-Clause
// The step of a new thread that cannot wait for its conventions.
#include "sdk/rt/src/thread_memory.h"

namespace {

// The head of rt::ThreadStart.
struct ThreadStartHead {
  uintptr_t thread_pointer;
  uintptr_t second_stack;
  zx_handle_t self;
};

}  // namespace

extern "C" [[gnu::visibility("hidden")]] void rt_thread_set_pointer(const ThreadStartHead* start) {
  rt::SetThreadPointer(start->self, start->thread_pointer);
}
