// SPDX-License-Identifier: BSD-2-Clause
#include "runner/supervisor.h"

#include <launch/machine.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <new>

#include "runner/exit_text.h"
#include "runner/launch.h"
#include "runner/milliseconds.h"
#include "sdk/launch/elf_file.h"

namespace runner {
namespace {

// Keys of packets: below it are those of programs.
constexpr uint64_t kFirstFileKey = PacketKey::kEnd;
constexpr uint16_t kMostFileConnections = 256;
static_assert(manifest::kMaxComponents <= 1 << 12, "does not fit into a PacketKey");

// A component's binary with what was learned about it.
struct Binary {
  zx::vmo file;
  elf::LoadPlan plan;
  launch::LibraryName library;
  BinaryFacts facts;
};

void Examine(const launch::BootFiles& files, std::string_view path, Binary& binary) {
  using State = BinaryFacts::State;
  auto file = files.OpenExecutable(path);
  if (!file) {
    binary.facts.status = file.error();
    binary.facts.state =
        file.error() == ZX_ERR_NOT_FOUND ? State::kMissing : State::kUnreadable;
    return;
  }
  binary.file = std::move(*file);

  elf::Diagnostics diagnostics;
  const auto elf_file =
      launch::ReadElfFile(binary.file, launch::kMachine, elf::kRunnerOptions, diagnostics);
  if (!elf_file) {
    binary.facts.status = elf_file.error();
    binary.facts.finding = diagnostics.error();
    binary.facts.state = diagnostics.failed() ? State::kBroken : State::kUnreadable;
    return;
  }
  binary.plan = elf_file->plan;

  const auto foreign = launch::FindForeignLibrary(binary.file, binary.plan, binary.library);
  if (!foreign) {
    binary.facts.status = foreign.error();
    binary.facts.state = State::kUnreadable;
    return;
  }
  if (*foreign) binary.facts.foreign_library = binary.library.view();
  binary.facts.state = State::kGood;
}

// What goes in front of a component's lines: the last element of its moniker.
std::string_view LeafOf(std::string_view moniker) {
  return moniker.substr(moniker.rfind('/') + 1);
}

std::string_view Explain(Cause cause) {
  switch (cause) {
    case Cause::kItself: return "";
    case Cause::kStop: return "; it was asked to stop";
    case Cause::kStopTimeout: return "; it did not stop in time";
    case Cause::kKill: return "; it was to be killed";
    case Cause::kNotReady: return "; it was not ready in time";
    case Cause::kWatchdog: return "; it missed its watchdog";
  }
}

}  // namespace

base::Result<> Supervisor::Init() {
  count_ = table_.start_count();
  programs_.reset(new (std::nothrow) std::optional<Program>[count_]);
  if (!programs_) return base::Error(ZX_ERR_NO_MEMORY);
  TRY(base::FromStatus(zx::port::create(0, &port_)));
  file_server_.emplace(TRY(FileServer::Create(port_, kFirstFileKey, kMostFileConnections)));
  crashes_.emplace(TRY(CrashRing::Create()));
  // The table orders components but does not say yet who needs whom.
  order_.emplace(TRY(StartOrder::Create(count_, {})));
  for (uint32_t index = 0; index < count_; ++index) {
    const manifest::Component component = table_.start(index);
    programs_[index].emplace(static_cast<uint16_t>(index), LeafOf(component.moniker()),
                             Settings::Of(component, options_.restart), port_, resources_.log);
  }
  return {};
}

void Supervisor::StartAll() {
  for (const uint32_t index : order_->order()) Feed(index, EventKind::kStart);
}

bool Supervisor::is_idle() const {
  for (uint32_t index = 0; index < count_; ++index) {
    const LifeState state = program(index).instance().state();
    if (state != LifeState::kDormant && state != LifeState::kFailed) return false;
  }
  return true;
}

uint32_t Supervisor::running_count() const {
  uint32_t count = 0;
  for (uint32_t index = 0; index < count_; ++index) {
    count += program(index).instance().is_alive() ? 1 : 0;
  }
  return count;
}

void Supervisor::Feed(uint32_t index, const Event& event) {
  const Actions actions = program(index).On(event, zx_clock_get_monotonic(), stop_deadline_);
  for (const Action action : actions) Perform(index, action);
}

void Supervisor::Perform(uint32_t index, Action action) {
  switch (action) {
    case Action::kAwaitDependencies: return TellIfDecided(index);
    case Action::kLaunch: return Launch(index);
    case Action::kSendStop: return program(index).SendStop();
    case Action::kKillJob: return program(index).KillJob();
    case Action::kDrain:
      program(index).Drain();
      return Feed(index, EventKind::kDrained);
    case Action::kAnnounceReady: return SetProgress(index, StartOrder::Progress::kReady);
    case Action::kReport: return ReportEnd(index);
    case Action::kReportFailure:
      ++refused_count_;
      return SetProgress(index, StartOrder::Progress::kFailed);
    case Action::kDecide: return Decide(index);
  }
}

void Supervisor::Launch(uint32_t index) {
  const manifest::Component component = table_.start(index);
  const zx_instant_mono_t begin = zx_clock_get_monotonic();
  auto spawned = TrySpawn(component);
  if (spawned) {
    const auto adopted = program(index).Adopt(std::move(*spawned), zx_clock_get_monotonic());
    if (!adopted) {
      spawned = std::unexpected(Refusal("E0411", adopted.error(), "{} while watching the process",
                                        zx_status_get_string(adopted.error())));
    }
  }
  if (!spawned) {
    const Refusal& refusal = spawned.error();
    log_.Error("{} not started: {} {}", component.moniker(), refusal.code(), refusal.text());
    return Feed(index, EventKind::kStartFailed);
  }
  const Program& started = program(index);
  log_.Info("{} started (job {}, process {}) {} ms", component.moniker(), started.job_koid(),
            started.process_koid(), Milliseconds(started.started() - begin).text());
  Feed(index, EventKind::kStarted);
}

std::expected<Spawned, Refusal> Supervisor::TrySpawn(const manifest::Component& component) {
  Binary binary;
  Examine(files_, component.binary(), binary);
  const auto plan = runner::Decide(component, table_, binary.facts);
  if (!plan) return std::unexpected(plan.error());
  auto package = file_server_->Connect(package_, io::kPermReadable | io::kPermExecute);
  if (!package) {
    return std::unexpected(Refusal("E0411", package.error(),
                                   "{} while connecting /pkg; at most {} connections",
                                   zx_status_get_string(package.error()), kMostFileConnections));
  }
  NamespaceEntry name_space[] = {{"/pkg", std::move(*package)}};
  return Spawn(*plan, binary.file, binary.plan, resources_, name_space);
}

void Supervisor::Decide(uint32_t index) {
  SetProgress(index, StartOrder::Progress::kPending);
  Program& ended = program(index);
  const auto on_terminate = table_.start(index).on_terminate();
  if (verdict_ == Verdict::kGoOn && on_terminate != manifest::OnTerminate::kNone) {
    const bool reboot = on_terminate == manifest::OnTerminate::kReboot;
    log_.Warning("{} has ended: the system {}", moniker(index), reboot ? "reboots" : "halts");
    BeginShutdown(reboot ? Verdict::kReboot : Verdict::kHalt);
  }
  if (verdict_ != Verdict::kGoOn || ended.instance().stop_requested()) {
    return Feed(index, EventKind::kRest);
  }
  const auto verdict = ended.DecideRestart(zx_clock_get_monotonic());
  const uint32_t count = ended.restarts().restart_count();
  if (verdict.event == EventKind::kRestart) {
    log_.Info("{} restarts in {} ms (restart {})", moniker(index),
              Milliseconds(verdict.delay).text(), count);
  } else if (verdict.event == EventKind::kGiveUp) {
    log_.Error("{} given up after {} restarts", moniker(index), count);
    SetProgress(index, StartOrder::Progress::kFailed);
  }
  Feed(index, verdict.event);
}

void Supervisor::SetProgress(uint32_t index, StartOrder::Progress progress) {
  order_->Set(index, progress);
  for (uint32_t other = 0; other < count_; ++other) {
    if (program(other).instance().state() == LifeState::kWaiting) TellIfDecided(other);
  }
}

void Supervisor::TellIfDecided(uint32_t index) {
  switch (order_->Dependencies(index)) {
    case StartOrder::Progress::kPending: return;
    case StartOrder::Progress::kReady: return Feed(index, EventKind::kDependenciesReady);
    case StartOrder::Progress::kFailed:
      log_.Error("{} not started: what it depends on has failed", moniker(index));
      return Feed(index, EventKind::kDependencyFailed);
  }
}

base::Result<Verdict> Supervisor::Step() {
  zx_port_packet_t packet;
  const zx_status_t status = port_.wait(zx::time(NextDeadline()), &packet);
  if (status == ZX_OK && file_server_->Owns(packet.key)) {
    file_server_->OnPacket(packet.key);
  } else if (status == ZX_OK) {
    OnPacket(PacketKey::From(packet.key));
  } else if (status != ZX_ERR_TIMED_OUT) {
    return base::Error(status);
  }
  // After packets too: who writes without end must not stop the clock of others.
  const int64_t now = zx_clock_get_monotonic();
  OnTime(now);
  if (verdict_ != Verdict::kGoOn && ContinueShutdown(now)) return verdict_;
  return Verdict::kGoOn;
}

void Supervisor::OnPacket(const PacketKey& key) {
  Program& subject = program(key.program);
  if (!subject.instance().is_alive() || key.incarnation != subject.incarnation()) return;
  if (key.source == Source::kExceptions) return RecordExceptions(key.program);
  if (const auto event = subject.OnPacket(key.source)) Feed(key.program, *event);
}

void Supervisor::RecordExceptions(uint32_t index) {
  while (auto record = program(index).NextException(zx_clock_get_monotonic())) {
    record->moniker = moniker(index);
    crashes_->Add(*record);
    ReportCrash(*record);
  }
}

void Supervisor::OnTime(int64_t now) {
  for (uint32_t index = 0; index < count_; ++index) {
    const auto deadline = program(index).deadline();
    if (deadline && *deadline <= now) Feed(index, EventKind::kTimer);
  }
}

int64_t Supervisor::NextDeadline() const {
  int64_t next = stop_deadline_.deadline();
  for (uint32_t index = 0; index < count_; ++index) {
    if (const auto deadline = program(index).deadline()) next = std::min(next, *deadline);
  }
  return next;
}

void Supervisor::BeginShutdown(Verdict verdict) {
  verdict_ = verdict;
  stop_deadline_ = StopDeadline(zx_clock_get_monotonic() +
                                ZX_MSEC(table_.system().stop_deadline_ms));
}

bool Supervisor::ContinueShutdown(int64_t now) {
  const auto is_down = [this](uint32_t index) { return IsDown(index); };
  // Once: what does not die now never will.
  const bool last_call = stop_deadline_.Passed(now);
  if (last_call) stop_deadline_ = StopDeadline(INT64_MAX);
  bool all_down = true;
  const auto order = order_->order();
  for (size_t place = order.size(); place-- > 0;) {
    const uint32_t index = order[place];
    if (is_down(index)) continue;
    if (last_call) Feed(index, EventKind::kKill);
    else if (order_->MayStop(index, is_down)) Feed(index, EventKind::kStop);
    all_down &= is_down(index);
  }
  return all_down;
}

bool Supervisor::IsDown(uint32_t index) const {
  const LifeState state = program(index).instance().state();
  return state == LifeState::kDormant || state == LifeState::kFailed ||
         state == LifeState::kZombie;
}

void Supervisor::ReportEnd(uint32_t index) const {
  const Program& ended = program(index);
  const StopInfo info = ended.instance().stop_info();
  const std::string_view cause = Explain(info.cause);
  const Milliseconds lived(zx_clock_get_monotonic() - ended.started());
  if (info.termination == Termination::kTimedOut) {
    log_.Error("{} was killed and is not dead after {} ms{}", moniker(index), lived.text(), cause);
    return;
  }
  if (!info.code) {
    log_.Warning("{} ended after {} ms; its exit code is unknown{}", moniker(index), lived.text(),
                 cause);
    return;
  }
  const ExitText text(*info.code);
  // Whoever was killed on request was expected to end.
  if (*info.code == 0 || *info.code == ZX_TASK_RETCODE_SYSCALL_KILL) {
    log_.Info("{} {} after {} ms{}", moniker(index), text.text(), lived.text(), cause);
  } else {
    log_.Warning("{} {} after {} ms{}", moniker(index), text.text(), lived.text(), cause);
  }
}

void Supervisor::ReportCrash(const CrashRecord& record) const {
  char fault[40] = {};
  const std::string_view address =
      record.type == ZX_EXCP_FATAL_PAGE_FAULT
          ? base::Format(fault, " at {x}", record.fault_address) : std::string_view();
  log_.Warning("{}: {}{} (pc {x}, sp {x}, {} frames, process {}, thread {}, run {}, {} ms)",
               record.moniker, ExceptionName(record.type), address, record.pc, record.sp,
               record.frame_count, record.process, record.thread, record.incarnation,
               Milliseconds(record.uptime).text());
}

}  // namespace runner
