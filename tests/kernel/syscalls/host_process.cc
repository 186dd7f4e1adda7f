// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/syscalls/host_process.h"

#include <gtest/gtest.h>

#include <arch/host_machine.h>

#include <cstdio>
#include <cstdlib>

#include "kernel/command_line.h"
#include "kernel/crash_report.h"
#include "kernel/random.h"
#include "kernel/shutdown.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "kernel/vm/init.h"

namespace test {
namespace {

constexpr size_t kRamPages = 2048;

constexpr std::string_view kNames[] = {
#define KERNEL_ENTRY(name, result, arguments) #name,
#include "sdk/abi/syscalls.def"
};

}  // namespace

uint32_t last_policy_crash = kNoCrash;

HostProcess::HostProcess(std::span<const zx_policy_basic_v2_t> policy) {
  arch::host::SetCpu(0);
  arch::host::SetUserMemory(arch::host::UserMemory::kHostPointers);
  arch::host::ResetRam(kRamPages);
  const kernel::MemoryRange memory[] = {{arch::host::Ram(), kernel::MemoryKind::kFree}};
  vm::Init(memory);
  const uint64_t seed[4] = {1, 2, 3, 4};
  kernel::SeedRandom(std::as_bytes(std::span(seed)));
  kernel::InitClock();
  job_ = *kernel::Job::CreateRoot();
  job_handle_ = kernel::HandleEntry(job_, kernel::Job::kDefaultRights);
  EXPECT_TRUE(policy.empty() || job_->SetPolicy(kernel::JobPolicy::Conflict::kFail, policy));
  process_ = *kernel::Process::Create(job_, "test");
  process_handle_ = kernel::HandleEntry(process_, kernel::Process::kDefaultRights);
  thread_ = *kernel::Thread::Create(process_, "main");
  thread_->task().BelongTo(0);
  arch::Context::SetCurrent(&thread_->task().context);
}

HostProcess::~HostProcess() {
  arch::Context::SetCurrent(nullptr);
  process_->handles().Clear();
  // A process that never ran dies with its last handle.
  process_handle_.Close();
}

zx_handle_t HostProcess::Add(base::RefPtr<kernel::Object> object, zx_rights_t rights) {
  return *handles().Add(std::move(object), rights);
}

zx_status_t CallByName(std::string_view name, const uint64_t (&registers)[8]) {
  for (size_t number = 0; number < std::size(kNames); ++number) {
    if (kNames[number] != name) continue;
    const auto& r = registers;
    const uint64_t result = hafnon_syscall_table[number](r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]);
    // On its way back.
    if (arch::Context::Current().pending.load() == arch::Context::kException) kernel::HandlePending();
    return static_cast<zx_status_t>(result);
  }
  ADD_FAILURE() << "no such call: " << name;
  return ZX_ERR_BAD_SYSCALL;
}

}  // namespace test

// What the rest of the kernel does for these families on a machine.
namespace kernel {

void OnRootJobEmpty() {}
void HandleUserException(arch::TrapFrame&, const arch::UserException& exception) {
  test::last_policy_crash = exception.report.context.synth_code;
}
void Panic(std::string_view what, const arch::TrapFrame*) {
  fprintf(stderr, "panic: %.*s\n", static_cast<int>(what.size()), what.data());
  abort();
}
void ShutdownMachine(uint32_t status) { exit(static_cast<int>(status)); }
const Options& TheOptions() {
  static constexpr Options kOptions;
  return kOptions;
}

}  // namespace kernel
