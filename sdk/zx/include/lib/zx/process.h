// SPDX-License-Identifier: BSD-2-Clause
// Processes and threads.
#pragma once

#include <lib/zx/job.h>
#include <lib/zx/task.h>
#include <lib/zx/vmar.h>
#include <zircon/process.h>

namespace zx {

class process;

class thread final : public task<thread> {
 public:
  ZX_TASK_WRAPPER(thread, ZX_OBJ_TYPE_THREAD)

  static zx_status_t create(const process& process, const char* name, uint32_t name_len,
                            uint32_t flags, thread* result);
  zx_status_t start(uintptr_t thread_entry, uintptr_t stack, uintptr_t arg1, uintptr_t arg2) const {
    return zx_thread_start(get(), thread_entry, stack, arg1, arg2);
  }
  zx_status_t read_state(uint32_t kind, void* buffer, size_t size) const {
    return zx_thread_read_state(get(), kind, buffer, size);
  }
  zx_status_t write_state(uint32_t kind, const void* buffer, size_t size) const {
    return zx_thread_write_state(get(), kind, buffer, size);
  }
  static unowned<thread> self() { return unowned<thread>(zx_thread_self()); }
};
using unowned_thread = unowned<thread>;

class process final : public task<process> {
 public:
  ZX_TASK_WRAPPER(process, ZX_OBJ_TYPE_PROCESS)

  static zx_status_t create(const job& job, const char* name, uint32_t name_len, uint32_t flags,
                            process* result, vmar* root_vmar) {
    return zx_process_create(job.get(), name, name_len, flags, result->reset_and_get_address(),
                             root_vmar->reset_and_get_address());
  }
  // `arg1` is consumed, also when the call fails.
  zx_status_t start(const thread& thread, uintptr_t entry, uintptr_t stack, handle arg1,
                    uintptr_t arg2) const {
    return zx_process_start(get(), thread.get(), entry, stack, arg1.release(), arg2);
  }
  zx_status_t read_memory(uintptr_t address, void* buffer, size_t size, size_t* actual) const {
    return zx_process_read_memory(get(), address, buffer, size, actual);
  }
  zx_status_t write_memory(uintptr_t address, const void* buffer, size_t size, size_t* actual) const {
    return zx_process_write_memory(get(), address, buffer, size, actual);
  }
  static unowned<process> self() { return unowned<process>(zx_process_self()); }
};
using unowned_process = unowned<process>;

inline zx_status_t thread::create(const process& process, const char* name, uint32_t name_len,
                                  uint32_t flags, thread* result) {
  return zx_thread_create(process.get(), name, name_len, flags, result->reset_and_get_address());
}

}  // namespace zx
