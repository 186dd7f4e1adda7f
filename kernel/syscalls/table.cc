// SPDX-License-Identifier: BSD-2-Clause
// The dispatch table: one line per call, in the order of the list, which gives the numbers.
#include <array>

#include "kernel/object/process.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/upcalls.h"

namespace kernel {

namespace {

zx_status_t PublicError(zx_status_t status) {
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

}  // namespace

uint64_t FinishFailedCall(zx_status_t status) {
  return static_cast<uint64_t>(int64_t{PublicError(status)});
}

}  // namespace kernel

extern "C" {

constinit const HafnonSyscall hafnon_syscall_table[SYSCALL_TABLE_SIZE] = {
#define KERNEL_ENTRY(name, result, arguments) &kernel::Thunk<&kernel::sys_##name>::Call,
#include "sdk/abi/syscalls.def"
};

constinit const uint64_t hafnon_syscall_count = 0
#define KERNEL_ENTRY(name, result, arguments) +1
#include "sdk/abi/syscalls.def"
    ;

// Every call is forbidden until kernel/vdso has filled in where it may come from.
constinit std::array<uint64_t, SYSCALL_TABLE_SIZE> hafnon_syscall_sites = [] {
  std::array<uint64_t, SYSCALL_TABLE_SIZE> sites;
  sites.fill(kNoSyscallSite);
  return sites;
}();

}  // extern "C"
