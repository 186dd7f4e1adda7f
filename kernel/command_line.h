// SPDX-License-Identifier: BSD-2-Clause
// The `kernel.*` and `vdso.*` keys of the command line.
#pragma once

#include <cstdint>
#include <string_view>

#include <arch/power.h>

#include "kernel/object/exception_delivery.h"

namespace kernel {

struct Options {
  // kernel.exit=semihosting|isa-debug-exit: how a status leaves QEMU.
  arch::ExitPath exit_path = arch::ExitPath::kNone;
  // kernel.smp.maxcpus=N: how many CPUs are started, at least 1.
  uint32_t max_cpus = ~0u;
  // kernel.enable-serial-syscalls: zx_debug_write() and zx_debug_read() work.
  bool serial_syscalls = false;
  // kernel.enable-debugging-syscalls: zx_debug_send_command() works.
  bool debugging_syscalls = false;
  // kernel.vdso.always_use_next: userboot's first vDSO is the variant with everything.
  bool always_use_next = false;
  // kernel.hang-timeout-ms=N: after that time all threads are shown and the machine stops; 0: never.
  uint32_t hang_timeout_ms = 0;
  // kernel.audit: the kernel checks itself before it powers off.
  bool audit = false;
  // kernel.seed=N: time slices vary with it, for tests.
  uint32_t seed = 0;
  // kernel.job-debuggers=all|nearest: which debuggers hear of a new process.
  JobDebuggerReach job_debuggers = JobDebuggerReach::kAll;
  // vdso.ticks_get_force_syscall, vdso.clock_get_force_syscall.
  bool force_time_syscalls = false;
};

// Reads the command line into TheOptions(). What is unknown or does not fit is logged.
void ParseOptions(std::string_view command_line);

// Constant after ParseOptions().
const Options& TheOptions();
inline bool SerialSyscallsEnabled() { return TheOptions().serial_syscalls; }

}  // namespace kernel
