// SPDX-License-Identifier: BSD-2-Clause
// The memory of one thread: machine stack, second stack (arm64: shadow call stack, x86-64:
// SafeStack's unsafe stack) and thread block, each between guard pages in a region of its own.
//
//   [guard | machine stack | guard | second stack | guard | thread block | guard]
//
// The thread block holds thread-local storage, the words beside the thread pointer that compiled
// code uses (<zircon/tls.h>), and our record.
#pragma once

#include <cstddef>
#include <cstdint>

#include <zircon/types.h>

#pragma GCC visibility push(hidden)

namespace rt {

inline constexpr size_t kDefaultStackSize = 256 * 1024;

// One object with a destructor in thread-local storage; see thread.cc.
struct ThreadExitAction;

// What the runtime keeps per thread.
struct ThreadRecord {
  zx_handle_t self = ZX_HANDLE_INVALID;
  ThreadExitAction* exit_actions = nullptr;
  int error_number = 0;  // errno
};

struct ThreadMemory {
  zx_handle_t region = ZX_HANDLE_INVALID;  // The VMAR around everything.
  uintptr_t stack_top = 0;                 // 0 if no machine stack was asked for.
  uintptr_t second_stack = 0;              // Where it starts to be used.
  uintptr_t thread_pointer = 0;
  ThreadRecord* record = nullptr;
};

// Allocates and fills the memory of a thread, with `stack_size` bytes of machine stack (0 for the
// first thread, which has one). On failure nothing stays allocated.
zx_status_t CreateThreadMemory(size_t stack_size, ThreadMemory& out);
// Unmaps it; no thread may be using it.
void DestroyThreadMemory(const ThreadMemory& memory);

// The calling thread's record.
ThreadRecord& CurrentThread();

// Makes `thread_pointer` the calling thread's.
void SetThreadPointer(zx_handle_t self, uintptr_t thread_pointer);

// The value that stack guards of this process have.
extern uintptr_t g_stack_guard;

}  // namespace rt

#pragma GCC visibility pop
