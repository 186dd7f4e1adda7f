// SPDX-License-Identifier: BSD-2-Clause
// zx_thread_read_state, zx_thread_write_state and zx_process_read_memory: what a handler of an exception
// wants to know.
#include <algorithm>

#include <zircon/syscalls/debug.h>

#include "kernel/object/process.h"
#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/vm/vmo.h"

namespace kernel {
namespace {

constexpr size_t kMaxRead = size_t{64} << 20;

// Only the general registers can be had so far.
base::Result<> CheckKind(uint32_t kind) {
  switch (kind) {
    case ZX_THREAD_STATE_GENERAL_REGS:
      return {};
    case ZX_THREAD_STATE_FP_REGS:
    case ZX_THREAD_STATE_VECTOR_REGS:
    case ZX_THREAD_STATE_DEBUG_REGS:
    case ZX_THREAD_STATE_SINGLE_STEP:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
}

}  // namespace

base::Result<> sys_thread_read_state(Handle handle, uint32_t kind, UserOut<void> buffer, size_t buffer_size) {
  const auto thread = TRY(GetObject<Thread>(handle, ZX_RIGHT_READ));
  TRY(CheckKind(kind));
  const zx_thread_state_general_regs_t registers = TRY(thread->ReadRegisters());
  if (buffer_size < sizeof(registers)) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
  return buffer.WriteBytes(&registers, sizeof(registers));
}

base::Result<> sys_thread_write_state(Handle handle, uint32_t kind, UserIn<void> buffer, size_t buffer_size) {
  const auto thread = TRY(GetObject<Thread>(handle, ZX_RIGHT_WRITE));
  TRY(CheckKind(kind));
  if (buffer_size != sizeof(zx_thread_state_general_regs_t)) return base::Error(ZX_ERR_INVALID_ARGS);
  return thread->WriteRegisters(TRY(buffer.As<zx_thread_state_general_regs_t>().Read()));
}

base::Result<> sys_process_read_memory(Handle handle, zx_vaddr_t vaddr, UserOut<void> buffer, size_t buffer_size,
                                       UserOut<size_t> actual) {
  if (buffer.is_null() || buffer_size == 0 || buffer_size > kMaxRead) return base::Error(ZX_ERR_INVALID_ARGS);
  const auto process = TRY(GetObject<Process>(handle, ZX_RIGHT_READ | ZX_RIGHT_WRITE));
  if (process->is_dead_or_dying()) return base::Error(ZX_ERR_BAD_STATE);
  const auto mapped = TRY(process->address_space().Lookup(VirtualAddress{vaddr}));
  const uint64_t size = std::min<uint64_t>(buffer_size, mapped.size);
  TRY(mapped.vmo->ReadToUser(buffer.address(), mapped.vmo_offset, size));
  return actual.Write(size);
}

}  // namespace kernel
