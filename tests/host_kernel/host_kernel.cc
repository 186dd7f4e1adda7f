// SPDX-License-Identifier: BSD-2-Clause
#include "tests/host_kernel/host_kernel.h"

#include <arch/context.h>
#include <arch/counter.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <cstdlib>

#include "kernel/command_line.h"
#include "kernel/object/process.h"
#include "kernel/shutdown.h"
#include "kernel/vm/vmar.h"

namespace test {
namespace {

// What start-up code keeps for the program, by process.
struct Selves {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_handle_t job = ZX_HANDLE_INVALID;
};
std::map<const kernel::Process*, Selves> selves;

const Selves& OfCaller() { return selves[&kernel::Process::Current()]; }

}  // namespace

HostKernel* HostKernel::current_ = nullptr;

HostKernel::HostKernel() {
  current_ = this;
  arch::host::SetUserCode(&RunUserCode);
}

HostKernel::~HostKernel() {
  arch::host::SetUserCode(nullptr);
  selves.clear();
  current_ = nullptr;
}

void HostKernel::OnStart(std::string_view name, Double program) {
  doubles_.insert_or_assign(std::string(name), std::move(program));
}

zx_handle_t HostKernel::Give(base::RefPtr<kernel::Object> object, zx_rights_t rights) {
  return *kernel::Process::Current().handles().Add(std::move(object), rights);
}

void HostKernel::RunProgram(Program program, zx_duration_mono_t limit) {
  bool ended = false;
  kernel::Process& process = NewProcess();
  Start(process, [&] {
    kernel::Process& self = kernel::Process::Current();
    selves[&self] = {.process = Give(base::RefPtr<kernel::Object>(&self), kernel::Process::kDefaultRights),
                     .vmar = Give(self.address_space().root_ref(), kernel::Vmar::kDefaultRights | ZX_RIGHTS_IO),
                     .job = Give(base::RefPtr<kernel::Object>(&root()), kernel::Job::kDefaultRights)};
    program();
    ended = true;
    zx_process_exit(0);
  });
  Run();
  const auto now = static_cast<zx_instant_mono_t>(arch::ReadCounter());
  if (!ended) RunUntil(now + limit);
  EXPECT_TRUE(ended) << "the program still waits";
}

void HostKernel::RunUserCode(const arch::UserEntry& entry) {
  if (IsProgram(entry.pc)) return;
  kernel::Process& process = kernel::Process::Current();
  const std::string name = kernel::NameText(process.name()).view().data();
  current_->started_.push_back(name);
  int64_t code = 0;
  if (const auto found = current_->doubles_.find(name); found != current_->doubles_.end()) {
    code = found->second(static_cast<zx_handle_t>(entry.arg1));
  } else {
    const zx_handle_t self = Give(base::RefPtr<kernel::Object>(&process), kernel::Process::kDefaultRights);
    (void)zx_object_wait_one(self, ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
  }
  zx_process_exit(code);
}

}  // namespace test

// What the rest of the kernel does on a machine.
namespace kernel {

void ShutdownMachine(uint32_t status) {
  ADD_FAILURE() << "the machine was powered off with status " << status;
  abort();
}
const Options& TheOptions() {
  static constexpr Options kOptions;
  return kOptions;
}

}  // namespace kernel

extern "C" {

zx_handle_t zx_process_self() { return test::OfCaller().process; }
zx_handle_t zx_vmar_root_self() { return test::OfCaller().vmar; }
zx_handle_t zx_job_default() { return test::OfCaller().job; }

}  // extern "C"
