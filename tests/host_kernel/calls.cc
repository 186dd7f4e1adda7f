// SPDX-License-Identifier: BSD-2-Clause
// The symbols of all system calls. Not a declaration of theirs is in sight here: each has eight
// register-sized parameters, which is how a processor sees any of them.
#include <arch/context.h>

#include <cstdint>

#include "kernel/upcalls.h"

namespace {

enum Number : size_t {
#define KERNEL_ENTRY(name, result, arguments) k_##name,
#include "sdk/abi/syscalls.def"
};

uint64_t Call(Number number, const uint64_t (&r)[8]) {
  const uint64_t result = hafnon_syscall_table[number](r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]);
  // On the way back to user mode: the thread may die here, or report an exception.
  if (arch::Context::Current().pending.load() != 0) kernel::HandlePending();
  return result;
}

}  // namespace

#define PARAMETERS \
  uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7
#define DEFINE(symbol, number)                                 \
  extern "C" uint64_t symbol(PARAMETERS);                      \
  extern "C" uint64_t symbol(PARAMETERS) {                     \
    return Call(number, {a0, a1, a2, a3, a4, a5, a6, a7});     \
  }
#define PUBLIC(name)            \
  DEFINE(zx_##name, k_##name)   \
  DEFINE(_zx_##name, k_##name)
#define SYSCALL(name, result, arguments) PUBLIC(name)
#define BLOCKING(name, result, arguments) PUBLIC(name)
#define NORETURN(name, result, arguments) PUBLIC(name)
#define INTERNAL(name, result, arguments) DEFINE(SYSCALL_zx_##name, k_##name)
#include "sdk/abi/syscalls.def"
