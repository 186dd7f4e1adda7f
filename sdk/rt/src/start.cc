// SPDX-License-Identifier: BSD-2-Clause
// From the first instruction to the point where compiled code may rely on everything.
#include <zircon/types.h>
#include <zircon/syscalls.h>

#include "sdk/rt/src/early.h"
#include "sdk/rt/src/thread_memory.h"

namespace rt {

constinit const ldso::LinkedProgram* g_linked = nullptr;

}  // namespace rt

extern "C" [[gnu::visibility("hidden")]] zx_handle_t hafnon_rt_first_thread();

// Called by _start. Returns where the second stack starts.
extern "C" [[gnu::visibility("hidden")]] uintptr_t rt_prepare(zx_handle_t bootstrap, uintptr_t vdso_base,
                                                              const ldso::LinkedProgram* linked) {
  if (linked == nullptr) {
    rt::RelocateSelf(vdso_base);
  } else if (linked->version != ldso::LinkedProgram::kVersion) {
    // Program and linker are of different SDKs.
    zx_process_exit(ZX_ERR_NOT_SUPPORTED);
  }
  rt::g_linked = linked;
  rt::ReceiveBootstrap(bootstrap);
  zx_cprng_draw(&rt::g_stack_guard, sizeof(rt::g_stack_guard));

  rt::ThreadMemory memory;
  const zx_status_t status = rt::CreateThreadMemory(0, memory);
  if (status != ZX_OK) zx_process_exit(status);
  rt::SetThreadPointer(hafnon_rt_first_thread(), memory.thread_pointer);
  memory.record->self = hafnon_rt_first_thread();
  // The first thread never ends before the process, so nobody unmaps its region.
  zx_handle_close(memory.region);
  rt::ProtectRelocated();
  return memory.second_stack;
}
