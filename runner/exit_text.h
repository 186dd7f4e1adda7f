// SPDX-License-Identifier: BSD-2-Clause
// A process's return code in words.
#pragma once

#include <zircon/syscalls/object.h>

#include <cstdint>
#include <string_view>

#include "lib/base/format.h"

namespace runner {

// "exited 3", or what killed the process, with the code. Keeps its own text.
class ExitText {
 public:
  explicit ExitText(int64_t code) {
    const std::string_view cause = Cause(code);
    size_ = cause.empty() ? base::Format(text_, "exited {}", code).size()
                          : base::Format(text_, "{} ({})", cause, code).size();
  }
  std::string_view text() const { return {text_, size_}; }

 private:
  static constexpr std::string_view Cause(int64_t code) {
    switch (code) {
      case ZX_TASK_RETCODE_SYSCALL_KILL: return "killed on request";
      case ZX_TASK_RETCODE_OOM_KILL: return "killed for lack of memory";
      case ZX_TASK_RETCODE_POLICY_KILL: return "killed by job policy";
      case ZX_TASK_RETCODE_VDSO_KILL: return "killed by the vDSO's rules";
      case ZX_TASK_RETCODE_EXCEPTION_KILL: return "crashed";
      case ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL: return "killed with its critical process";
      default: return {};
    }
  }

  char text_[64];
  size_t size_ = 0;
};

}  // namespace runner
