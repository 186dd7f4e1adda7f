// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>

#include <arch/power.h>
#include <arch/profile.h>
#include <zircon/syscalls/system.h>

#include "kernel/random.h"
#include "kernel/shutdown.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

constexpr size_t kMaxRandomBytes = 256;

// A sum as the "status" of a call that exists to be tested.
base::Result<> Sum(uint32_t sum) { return base::FromStatus(static_cast<zx_status_t>(sum)); }

}  // namespace

base::Result<> sys_system_powerctl(Handle resource, uint32_t cmd, UserIn<zx_system_powerctl_arg_t> arg) {
  TRY(RequireSystemResource(resource, ZX_RSRC_SYSTEM_POWER_BASE));
  switch (cmd) {
    case ZX_SYSTEM_POWERCTL_REBOOT:
      arch::WriteProfile();
      arch::Reboot();
    case ZX_SYSTEM_POWERCTL_SHUTDOWN: {
      // Ours: the argument may say with which status an emulator ends.
      const uint32_t status = arg.is_null() ? 0 : TRY(arg.Read()).hafnon_shutdown.exit_status;
      ShutdownMachine(status);
    }
    case ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS:
    case ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY:
    case ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE:
    case ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1:
    case ZX_SYSTEM_POWERCTL_REBOOT_BOOTLOADER:
    case ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY:
    case ZX_SYSTEM_POWERCTL_ACK_KERNEL_INITIATED_REBOOT:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
}

base::Result<> sys_cprng_draw_once(UserOut<void> buffer, size_t buffer_size) {
  if (buffer_size > kMaxRandomBytes) return base::Error(ZX_ERR_INVALID_ARGS);
  [[clang::uninitialized]] std::byte random[kMaxRandomBytes];
  DrawRandom({random, buffer_size});
  const base::Result<> written = buffer.WriteBytes(random, buffer_size);
  // Nobody else is to see these numbers on the stack.
  std::memset(random, 0, buffer_size);
  __asm__ volatile("" : : "r"(random) : "memory");
  return written;
}

base::Result<> sys_syscall_test_0() { return {}; }

base::Result<> sys_syscall_test_1(int32_t a) { return Sum(static_cast<uint32_t>(a)); }

base::Result<> sys_syscall_test_2(int32_t a, int32_t b) {
  return Sum(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

base::Result<> sys_syscall_test_3(int32_t a, int32_t b, int32_t c) {
  return Sum(static_cast<uint32_t>(a) + static_cast<uint32_t>(b) + static_cast<uint32_t>(c));
}

base::Result<> sys_syscall_test_8(int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f,
                                  int32_t g, int32_t h) {
  uint32_t sum = 0;
  for (int32_t term : {a, b, c, d, e, f, g, h}) sum += static_cast<uint32_t>(term);
  return Sum(sum);
}

base::Result<> sys_syscall_next_1(int32_t arg) { return Sum(static_cast<uint32_t>(arg)); }

}  // namespace kernel
