// SPDX-License-Identifier: BSD-2-Clause
// A kernel inside the test, for programs that call zx_*; README.md here.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <zircon/types.h>

#include "tests/kernel/sched/scheduled_machine.h"

namespace test {

class HostKernel : public ScheduledMachine {
 public:
  // Runs as a program instead of its code, in its process and with its handles. `bootstrap` is the
  // handle the process was started with. What it returns is the process's return code.
  using Double = std::function<int64_t(zx_handle_t bootstrap)>;

  // From a program: a handle to any object, for the calling process.
  static zx_handle_t Give(base::RefPtr<kernel::Object> object, zx_rights_t rights);

 protected:
  HostKernel();
  ~HostKernel() override;

  // What a process called `name` does when it is started; a process without a double waits for its
  // death.
  void OnStart(std::string_view name, Double program);
  // Runs `program` as the first process, whose default job is the root job, until it has ended or
  // `limit` of the kernel's time has passed; a failure of the test if it has not ended by then.
  void RunProgram(Program program, zx_duration_mono_t limit = ZX_HOUR(24));

  // The names of the processes that were started, in order.
  const std::vector<std::string>& started() const { return started_; }

 private:
  static void RunUserCode(const arch::UserEntry& entry);
  static HostKernel* current_;

  std::map<std::string, Double, std::less<>> doubles_;
  std::vector<std::string> started_;
};

}  // namespace test
