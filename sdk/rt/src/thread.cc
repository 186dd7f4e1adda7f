// SPDX-License-Identifier: BSD-2-Clause
#include <hafnon/thread.h>

#include <stdlib.h>
#include <string.h>

#include <zircon/process.h>
#include <zircon/syscalls.h>

#include "sdk/rt/src/thread_memory.h"

namespace rt {

// A registered destructor of thread-local storage; later ones run first.
struct ThreadExitAction {
  void (*function)(void*);
  void* argument;
  ThreadExitAction* earlier;
};

// What a new thread is given. start_arm64.S and start_x64.S know the first two fields.
struct ThreadStart {
  uintptr_t thread_pointer;
  uintptr_t second_stack;
  zx_handle_t self;
  void (*function)(void*);
  void* argument;
  ThreadMemory memory;
};

}  // namespace rt

extern "C" [[gnu::visibility("hidden")]] void rt_thread_entry();

extern "C" [[noreturn, gnu::visibility("hidden")]] void rt_thread_main(rt::ThreadStart* start) {
  start->function(start->argument);
  rt::ThreadRecord& record = rt::CurrentThread();
  while (rt::ThreadExitAction* action = record.exit_actions) {
    record.exit_actions = action->earlier;
    action->function(action->argument);
    free(action);
  }
  zx_thread_exit();
}

extern "C" int __cxa_thread_atexit(void (*function)(void*), void* argument, void*) {
  auto* action = static_cast<rt::ThreadExitAction*>(malloc(sizeof(rt::ThreadExitAction)));
  if (action == nullptr) return -1;
  rt::ThreadRecord& record = rt::CurrentThread();
  *action = {function, argument, record.exit_actions};
  record.exit_actions = action;
  return 0;
}

extern "C" zx_handle_t _zx_thread_self() { return rt::CurrentThread().self; }
extern "C" zx_handle_t zx_thread_self() { return rt::CurrentThread().self; }

namespace hafnon {

zx_status_t Thread::Start(const char* name, void (*function)(void*), void* argument) {
  if (start_ != nullptr) return ZX_ERR_BAD_STATE;
  auto* start = static_cast<rt::ThreadStart*>(calloc(1, sizeof(rt::ThreadStart)));
  if (start == nullptr) return ZX_ERR_NO_MEMORY;
  zx_status_t status = rt::CreateThreadMemory(rt::kDefaultStackSize, start->memory);
  if (status != ZX_OK) {
    free(start);
    return status;
  }
  status = zx_thread_create(zx_process_self(), name, strlen(name), 0, &start->self);
  if (status == ZX_OK) {
    start->thread_pointer = start->memory.thread_pointer;
    start->second_stack = start->memory.second_stack;
    start->function = function;
    start->argument = argument;
    start->memory.record->self = start->self;
    status = zx_thread_start(start->self, reinterpret_cast<zx_vaddr_t>(&rt_thread_entry),
                             start->memory.stack_top, reinterpret_cast<uintptr_t>(start), 0);
    if (status != ZX_OK) zx_handle_close(start->self);
  }
  if (status != ZX_OK) {
    rt::DestroyThreadMemory(start->memory);
    free(start);
    return status;
  }
  start_ = start;
  return ZX_OK;
}

zx_handle_t Thread::handle() const { return start_ == nullptr ? ZX_HANDLE_INVALID : start_->self; }

zx_status_t Thread::Join(zx_instant_mono_t deadline) {
  if (start_ == nullptr) return ZX_ERR_BAD_STATE;
  const zx_status_t status = zx_object_wait_one(start_->self, ZX_THREAD_TERMINATED, deadline, nullptr);
  if (status != ZX_OK) return status;
  zx_handle_close(start_->self);
  rt::DestroyThreadMemory(start_->memory);
  free(start_);
  start_ = nullptr;
  return ZX_OK;
}

Thread::~Thread() {
  if (start_ != nullptr) Join(ZX_TIME_INFINITE);
}

}  // namespace hafnon
