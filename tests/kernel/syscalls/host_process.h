// SPDX-License-Identifier: BSD-2-Clause
// The kernel's calls, made from a test: real processes and handles; "user memory" is the test's own.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

#include <zircon/types.h>

#include "kernel/object/job.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"

namespace test {

// The policy code of the last policy exception, or kNoCrash.
inline constexpr uint32_t kNoCrash = ~0u;
extern uint32_t last_policy_crash;

// A root job with `policy` and one process, whose one thread the test is for the life of the object. The thread
// cannot park: nobody else runs.
class HostProcess {
 public:
  explicit HostProcess(std::span<const zx_policy_basic_v2_t> policy = {});
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;
  ~HostProcess();

  kernel::Job& job() { return *job_; }
  kernel::Process& process() { return *process_; }
  kernel::HandleTable& handles() { return process_->handles(); }
  // A handle of the process.
  zx_handle_t Add(base::RefPtr<kernel::Object> object, zx_rights_t rights);

 private:
  base::RefPtr<kernel::Job> job_;
  kernel::HandleEntry job_handle_;
  base::RefPtr<kernel::Process> process_;
  kernel::HandleEntry process_handle_;
  base::RefPtr<kernel::Thread> thread_;
};

// What a program puts into a register for this argument. The upper half of a narrow argument is
// garbage, as the ABI allows.
template <class T>
uint64_t ToRegister(T value) {
  if constexpr (std::is_pointer_v<T> || std::is_null_pointer_v<T>) {
    return reinterpret_cast<uint64_t>(static_cast<const void*>(value));
  } else if constexpr (sizeof(T) < sizeof(uint64_t)) {
    return 0xdead'beef'0000'0000 | static_cast<uint32_t>(value);
  } else {
    return static_cast<uint64_t>(value);
  }
}

zx_status_t CallByName(std::string_view name, const uint64_t (&registers)[8]);

// Call("event_create", 0u, &handle): through the dispatch table, in raw registers.
template <class... Arguments>
zx_status_t Call(std::string_view name, Arguments... arguments) {
  static_assert(sizeof...(arguments) <= 8);
  return CallByName(name, {ToRegister(arguments)...});
}

}  // namespace test
