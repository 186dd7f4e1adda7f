// SPDX-License-Identifier: BSD-2-Clause
// The dispatch table: one line per call, in the order of the list, which gives the numbers.
#include "kernel/object/process.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/upcalls.h"

namespace kernel {

zx_status_t FinishFailedCall(zx_status_t status) {
  switch (status) {
    case ZX_ERR_BAD_HANDLE:
      // ALLOW and DENY mean the same here: the error is returned.
      (void)Process::Current().EnforcePolicy(ZX_POL_BAD_HANDLE);
      return ZX_ERR_BAD_HANDLE;
    case ZX_ERR_WRONG_TYPE:
      (void)Process::Current().EnforcePolicy(ZX_POL_WRONG_OBJECT);
      return ZX_ERR_WRONG_TYPE;
    case kQuietBadHandle:
      return ZX_ERR_BAD_HANDLE;
    case kQuietWrongType:
      return ZX_ERR_WRONG_TYPE;
    default:
      return status;
  }
}

}  // namespace kernel

extern "C" {

constinit const HafnonSyscall hafnon_syscall_table[] = {
#define KERNEL_ENTRY(name, result, arguments) &kernel::Thunk<&kernel::sys_##name>::Call,
#include "sdk/abi/syscalls.def"
};

constexpr size_t kCallCount = sizeof(hafnon_syscall_table) / sizeof(hafnon_syscall_table[0]);
constinit const uint64_t hafnon_syscall_count = kCallCount;

// ~0 forbids a call until kernel/vdso has filled in where it may come from.
constinit uint32_t hafnon_syscall_sites[kCallCount] = {
#define KERNEL_ENTRY(name, result, arguments) ~uint32_t{0},
#include "sdk/abi/syscalls.def"
};

}  // extern "C"
