// SPDX-License-Identifier: BSD-2-Clause
// Receives the start-up message and keeps its handles until somebody takes them.
#include "sdk/rt/src/bootstrap.h"

#include <hafnon/startup.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/utc.h>

#include "sdk/rt/src/early.h"
#include "sdk/rt/src/mutex.h"

namespace rt {
namespace {

// The message stays where it arrived: strings are used in place. Untouched pages cost nothing.
alignas(16) constinit char g_message[ZX_CHANNEL_MAX_MSG_BYTES];
constinit zx_handle_t g_handles[ZX_CHANNEL_MAX_MSG_HANDLES];
constinit uint32_t g_handle_count = 0;
constinit ProcessArguments g_arguments;
constinit Mutex g_lock;

// What the runtime itself keeps.
constinit zx_handle_t g_process_self = ZX_HANDLE_INVALID;
constinit zx_handle_t g_thread_self = ZX_HANDLE_INVALID;
constinit zx_handle_t g_vmar_root_self = ZX_HANDLE_INVALID;
constinit zx_handle_t g_job_default = ZX_HANDLE_INVALID;
constinit zx_handle_t g_utc_clock = ZX_HANDLE_INVALID;

zx_handle_t* Find(uint32_t info) {
  for (uint32_t i = 0; i < g_handle_count; ++i) {
    if (g_arguments.handle_infos[i] == info && g_handles[i] != ZX_HANDLE_INVALID) return &g_handles[i];
  }
  return nullptr;
}

zx_handle_t TakeUnlocked(uint32_t info) {
  zx_handle_t* found = Find(info);
  if (found == nullptr) return ZX_HANDLE_INVALID;
  const zx_handle_t handle = *found;
  *found = ZX_HANDLE_INVALID;
  return handle;
}

}  // namespace

void ReceiveBootstrap(zx_handle_t bootstrap) {
  uint32_t size = 0;
  zx_status_t status = zx_channel_read(bootstrap, 0, g_message, g_handles, sizeof(g_message),
                                       ZX_CHANNEL_MAX_MSG_HANDLES, &size, &g_handle_count);
  if (status == ZX_OK) status = ReadProcessArguments({g_message, size}, g_handle_count, g_arguments);
  // Without handles there is nobody to complain to; the exit code is what can be seen.
  if (status != ZX_OK) zx_process_exit(status);
  zx_handle_close(bootstrap);

  g_process_self = TakeUnlocked(PA_HND(PA_PROC_SELF, 0));
  g_thread_self = TakeUnlocked(PA_HND(PA_THREAD_SELF, 0));
  g_vmar_root_self = TakeUnlocked(PA_HND(PA_VMAR_ROOT, 0));
  g_job_default = TakeUnlocked(PA_HND(PA_JOB_DEFAULT, 0));
  g_utc_clock = TakeUnlocked(PA_HND(PA_CLOCK_UTC, 0));
}

void ProtectRelocated() {
  const zx_handle_t loaded = PeekStartupHandle(PA_HND(PA_VMAR_LOADED, 0));
  if (loaded == ZX_HANDLE_INVALID) return;
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto* segment =
      reinterpret_cast<const elf::ProgramHeader*>(base + __ehdr_start.program_headers_offset);
  const uintptr_t page = zx_system_get_page_size();
  for (uint16_t i = 0; i < __ehdr_start.program_header_count; ++i, ++segment) {
    if (segment->type != elf::kRelroSegment) continue;
    const uintptr_t start = (base + segment->vaddr) & ~(page - 1);
    const uintptr_t end = (base + segment->vaddr + segment->memory_size) & ~(page - 1);
    // A program without this protection still works, so a refusal is not the end of it.
    if (end > start) zx_vmar_protect(loaded, ZX_VM_PERM_READ, start, end - start);
  }
}

const ProcessArguments& StartupArguments() { return g_arguments; }

zx_handle_t PeekStartupHandle(uint32_t info) {
  const zx_handle_t* found = Find(info);
  return found == nullptr ? ZX_HANDLE_INVALID : *found;
}

}  // namespace rt

extern "C" {

zx_handle_t zx_take_startup_handle(uint32_t hnd_info) {
  rt::MutexGuard guard(rt::g_lock);
  return rt::TakeUnlocked(hnd_info);
}

zx_handle_t _zx_process_self() { return rt::g_process_self; }
zx_handle_t _zx_vmar_root_self() { return rt::g_vmar_root_self; }
zx_handle_t _zx_job_default() { return rt::g_job_default; }
zx_handle_t zx_process_self() { return rt::g_process_self; }
zx_handle_t zx_vmar_root_self() { return rt::g_vmar_root_self; }
zx_handle_t zx_job_default() { return rt::g_job_default; }

// The thread that starts the process asks before its record exists.
[[gnu::visibility("hidden")]] zx_handle_t hafnon_rt_first_thread() { return rt::g_thread_self; }

zx_handle_t _zx_utc_reference_get() { return rt::g_utc_clock; }
zx_handle_t zx_utc_reference_get() { return rt::g_utc_clock; }

zx_status_t zx_utc_reference_swap(zx_handle_t new_utc_clock_handle,
                                  zx_handle_t* prev_utc_clock_handle_out) {
  if (prev_utc_clock_handle_out == nullptr) return ZX_ERR_INVALID_ARGS;
  rt::MutexGuard guard(rt::g_lock);
  *prev_utc_clock_handle_out = rt::g_utc_clock;
  rt::g_utc_clock = new_utc_clock_handle;
  return ZX_OK;
}

size_t hafnon_startup_handle_count() { return rt::g_handle_count; }

uint32_t hafnon_startup_handle_info(size_t index) {
  return index < rt::g_handle_count ? rt::g_arguments.handle_infos[index] : 0;
}

const char* hafnon_handle_type_name(uint32_t info) {
  switch (PA_HND_TYPE(info)) {
    case PA_PROC_SELF: return "PROC_SELF";
    case PA_THREAD_SELF: return "THREAD_SELF";
    case PA_JOB_DEFAULT: return "JOB_DEFAULT";
    case PA_VMAR_ROOT: return "VMAR_ROOT";
    case PA_VMAR_LOADED: return "VMAR_LOADED";
    case PA_LDSVC_LOADER: return "LDSVC_LOADER";
    case PA_VMO_VDSO: return "VMO_VDSO";
    case PA_VMO_STACK: return "VMO_STACK";
    case PA_VMO_EXECUTABLE: return "VMO_EXECUTABLE";
    case PA_VMO_BOOTDATA: return "VMO_BOOTDATA";
    case PA_VMO_BOOTFS: return "VMO_BOOTFS";
    case PA_VMO_KERNEL_FILE: return "VMO_KERNEL_FILE";
    case PA_VMO_COMPONENT_CONFIG: return "VMO_COMPONENT_CONFIG";
    case PA_NS_DIR: return "NS_DIR";
    case PA_FD: return "FD";
    case PA_LIFECYCLE: return "LIFECYCLE";
    case PA_DIRECTORY_REQUEST: return "DIRECTORY_REQUEST";
    case PA_ESCROWED_DICTIONARY: return "ESCROWED_DICTIONARY";
    case PA_LOG_SINK: return "LOG_SINK";
    case PA_RESOURCE: return "RESOURCE";
    case PA_CLOCK_UTC: return "CLOCK_UTC";
    case PA_MMIO_RESOURCE: return "MMIO_RESOURCE";
    case PA_IRQ_RESOURCE: return "IRQ_RESOURCE";
    case PA_IOPORT_RESOURCE: return "IOPORT_RESOURCE";
    case PA_SMC_RESOURCE: return "SMC_RESOURCE";
    case PA_SYSTEM_RESOURCE: return "SYSTEM_RESOURCE";
    case PA_USER0: return "USER0";
    case PA_USER1: return "USER1";
    case PA_USER2: return "USER2";
    default: return "UNKNOWN";
  }
}

}  // extern "C"
