// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/command_line.h"

#include <charconv>
#include <optional>

#include "kernel/log.h"
#include "lib/base/command_line.h"

namespace kernel {
namespace {

constinit Options the_options;

bool ApplyBool(bool& target, std::string_view value) {
  const auto flag = base::CommandLine::ParseBool(value);
  target = flag.value_or(target);
  return flag.has_value();
}

bool ApplyNumber(uint32_t& target, std::string_view value, uint32_t least) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < least) return false;
  target = number;
  return true;
}

bool ApplyExitPath(arch::ExitPath& target, std::string_view value) {
  if (value == "semihosting") {
    target = arch::ExitPath::kSemihosting;
  } else if (value == "isa-debug-exit") {
    target = arch::ExitPath::kIsaDebugExit;
  } else {
    return false;
  }
  return true;
}

bool ApplyReach(JobDebuggerReach& target, std::string_view value) {
  if (value == "all") {
    target = JobDebuggerReach::kAll;
  } else if (value == "nearest") {
    target = JobDebuggerReach::kNearest;
  } else {
    return false;
  }
  return true;
}

// Whether the value fits the key; nothing for an unknown key.
std::optional<bool> Apply(Options& options, std::string_view key, std::string_view value) {
  if (key == "kernel.exit") return ApplyExitPath(options.exit_path, value);
  if (key == "kernel.smp.maxcpus") return ApplyNumber(options.max_cpus, value, 1);
  if (key == "kernel.enable-serial-syscalls") return ApplyBool(options.serial_syscalls, value);
  if (key == "kernel.enable-debugging-syscalls") return ApplyBool(options.debugging_syscalls, value);
  if (key == "kernel.vdso.always_use_next") return ApplyBool(options.always_use_next, value);
  if (key == "kernel.hang-timeout-ms") return ApplyNumber(options.hang_timeout_ms, value, 0);
  if (key == "kernel.seed") return ApplyNumber(options.seed, value, 0);
  if (key == "kernel.job-debuggers") return ApplyReach(options.job_debuggers, value);
  if (key == "kernel.audit") return ApplyBool(options.audit, value);
  if (key == "vdso.ticks_get_force_syscall" || key == "vdso.clock_get_force_syscall") {
    return ApplyBool(options.force_time_syscalls, value);
  }
  return std::nullopt;
}

}  // namespace

void ParseOptions(std::string_view command_line) {
  base::CommandLine words(command_line);
  while (const auto word = words.Next()) {
    if (!word->key.starts_with("kernel.") && !word->key.starts_with("vdso.")) continue;
    const auto fits = Apply(the_options, word->key, word->value);
    if (!fits) {
      Log(Severity::kWarning, "unknown option {}; docs/boot.md lists the known ones", word->key);
    } else if (!*fits) {
      Log(Severity::kWarning, "option {} has no use for the value `{}`; ignored", word->key, word->value);
    }
  }
}

const Options& TheOptions() { return the_options; }

}  // namespace kernel
