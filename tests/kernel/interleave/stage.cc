// SPDX-License-Identifier: BSD-2-Clause
#include "tests/kernel/interleave/stage.h"

#include <unordered_map>

#include "kernel/vm/address_space.h"

namespace interleave {
namespace {

std::string NameOf(zx_status_t status) {
#define STATUS(name) {ZX_##name, #name}
  static const std::unordered_map<zx_status_t, std::string> names = {
      STATUS(OK),
      STATUS(ERR_ACCESS_DENIED),
      STATUS(ERR_BAD_HANDLE),
      STATUS(ERR_BAD_STATE),
      STATUS(ERR_CANCELED),
      STATUS(ERR_NOT_FOUND),
      STATUS(ERR_NOT_SUPPORTED),
      STATUS(ERR_OUT_OF_RANGE),
      STATUS(ERR_PEER_CLOSED),
      STATUS(ERR_SHOULD_WAIT),
      STATUS(ERR_TIMED_OUT),
  };
#undef STATUS
  const auto found = names.find(status);
  if (found == names.end()) return std::to_string(status);
  return found->second.starts_with("ERR_") ? found->second.substr(4) : found->second;
}

}  // namespace

Stage::Result Stage::Play(const Schedule& schedule) {
  Machine& machine = Machine::The();
  static const kernel::AuditCounts before = Machine::TakeCounts();
  machine.LeaveNothingOut();
  SetUp();
  for (uint32_t index = 0; index < kCpus; ++index) Start(index);
  if (!machine.Run(schedule)) return Result::kStuck;
  outcome_ = notes_[0] + " / " + notes_[1];
  if (!BothEnded()) return Result::kDeadlock;
  for (kernel::HandleEntry& process : processes_) process.Close();
  job_handle_.Close();
  job_.reset();
  const kernel::AuditCounts after = Machine::TakeCounts();
  const bool same = after.SameResources(before) && after.pages.free == before.pages.free;
  return same ? Result::kDone : Result::kLeak;
}

void Stage::SetUp() {
  job_ = *kernel::Job::Create(base::RefPtr<kernel::Job>(&Machine::The().root()));
  job_handle_ = kernel::HandleEntry(job_, kernel::Job::kDefaultRights);
  const uint32_t count = scenario_.processes == Scenario::Processes::kOne ? 1 : 2;
  for (uint32_t index = 0; index < count; ++index) {
    processes_[index] =
        kernel::HandleEntry(*kernel::Process::Create(job_, "process"), kernel::Process::kDefaultRights);
  }
  if (count == 1) processes_[1] = kernel::HandleEntry(processes_[0].object(), kernel::Process::kDefaultRights);
  actors_ = {Actor{this, scenario_.first}, Actor{this, scenario_.second}};
  arch::Context& driver = arch::Context::Current();
  driver.process = &process(0);
  scenario_.set_up(*this);
  driver.process = nullptr;
}

void Stage::Start(uint32_t index) {
  // Ready tasks go to idle CPUs in their order, so that each gets one.
  const arch::UserEntry entry{.pc = reinterpret_cast<uint64_t>(&Stage::RunProgram),
                              .arg1 = reinterpret_cast<uint64_t>(&actors_[index])};
  kernel::Process& owner = process(index);
  auto thread = *kernel::Thread::Create(base::RefPtr<kernel::Process>(&owner), "thread");
  const auto started = owner.is_running() ? thread->Start(entry) : owner.Start(*thread, entry, {});
  ASSERT(started);
  threads_[index] = thread.get();
}

void Stage::RunProgram(uint64_t actor, uint64_t) {
  Machine::UserMode();
  const auto& self = *reinterpret_cast<const Actor*>(actor);
  self.program(*self.stage);
  kernel::Thread::ExitCurrent();
}

bool Stage::BothEnded() {
  return (processes_[0].get()->signals() & ZX_PROCESS_TERMINATED) != 0 &&
         (processes_[1].get()->signals() & ZX_PROCESS_TERMINATED) != 0;
}

void Stage::Note(zx_status_t status) { Note(NameOf(status)); }

void Stage::Note(std::string_view text) {
  std::string& notes = notes_[&kernel::Thread::Current() == threads_[0] ? 0 : 1];
  if (!notes.empty()) notes += ' ';
  notes += text;
}

zx_handle_t Stage::Add(uint32_t index, base::RefPtr<kernel::Object> object, zx_rights_t rights) {
  return *process(index).handles().Add(std::move(object), rights);
}

zx_handle_t Stage::AddProcess(uint32_t index, uint32_t target) {
  return Add(index, base::RefPtr<kernel::Object>(&process(target)), kernel::Process::kDefaultRights);
}

zx_handle_t Stage::AddJob(uint32_t index) { return Add(index, job_, kernel::Job::kDefaultRights); }

zx_handle_t Stage::AddRootVmar() {
  return Add(0, base::RefPtr<kernel::Object>(&process(0).address_space().root()),
             kernel::Vmar::kDefaultRights | ZX_RIGHT_READ | ZX_RIGHT_WRITE);
}

zx_handle_t Stage::MoveToOther(zx_handle_t value) {
  return *process(1).handles().Add(*process(0).handles().Remove(value));
}

}  // namespace interleave
