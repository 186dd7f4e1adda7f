// SPDX-License-Identifier: BSD-2-Clause
#include "runner/supervisor.h"

#include <launch/machine.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <new>

#include "runner/exit_text.h"
#include "runner/launch.h"
#include "runner/milliseconds.h"
#include "sdk/launch/elf_file.h"

namespace runner {
namespace {

// Keys of packets: below it are positions in the start order.
constexpr uint64_t kFirstFileKey = uint64_t{1} << 48;
constexpr uint16_t kMostFileConnections = 256;

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

}  // namespace

base::Result<> Supervisor::Init() {
  programs_.reset(new (std::nothrow) Program[table_.start_count()]);
  if (!programs_) return base::Error(ZX_ERR_NO_MEMORY);
  TRY(base::FromStatus(zx::port::create(0, &port_)));
  file_server_.emplace(TRY(FileServer::Create(port_, kFirstFileKey, kMostFileConnections)));
  return {};
}

void Supervisor::StartAll() {
  for (uint32_t position = 0; position < table_.start_count(); ++position) Start(position);
}

void Supervisor::Start(uint32_t position) {
  const manifest::Component component = table_.start(position);
  const zx_instant_mono_t begin = zx_clock_get_monotonic();
  auto spawned = TryStart(component);
  if (!spawned) {
    ++refused_count_;
    const Refusal& refusal = spawned.error();
    log_.Error("{} not started: {} {}", component.moniker(), refusal.code(), refusal.text());
    return;
  }

  Program& program = programs_[position];
  program.spawned = std::move(*spawned);
  program.started = zx_clock_get_monotonic();
  const zx_status_t status =
      program.spawned.process.wait_async(port_, position, ZX_PROCESS_TERMINATED, 0);
  if (status != ZX_OK) {
    // Nobody would notice its end: better not to have it.
    (void)program.spawned.top_job.kill();
    ++refused_count_;
    log_.Error("{} not started: E0411 {} while watching the process", component.moniker(),
               zx_status_get_string(status));
    program = {};
    return;
  }
  ++running_count_;
  log_.Info("{} started (job {}, process {}) {} ms", component.moniker(), program.spawned.job_koid,
            program.spawned.process_koid, Milliseconds(program.started - begin).text());
}

std::expected<Spawned, Refusal> Supervisor::TryStart(const manifest::Component& component) {
  Binary binary;
  Examine(files_, component.binary(), binary);
  const auto plan = Decide(component, table_, binary.facts);
  if (!plan) return std::unexpected(plan.error());
  auto package = file_server_->Connect(package_, io::kPermReadable | io::kPermExecute);
  if (!package) {
    return std::unexpected(Refusal("E0411", package.error(), "{} while connecting /pkg; at most {} connections",
                                   zx_status_get_string(package.error()), kMostFileConnections));
  }
  NamespaceEntry name_space[] = {{"/pkg", std::move(*package)}};
  return Spawn(*plan, binary.file, binary.plan, resources_, name_space);
}

base::Result<Verdict> Supervisor::WaitForEnd() {
  zx_port_packet_t packet;
  for (;;) {
    TRY(base::FromStatus(port_.wait(zx::time::infinite(), &packet)));
    if (!file_server_->Owns(packet.key)) break;
    file_server_->OnPacket(packet.key);
  }
  return ReportEnd(static_cast<uint32_t>(packet.key));
}

Verdict Supervisor::ReportEnd(uint32_t position) {
  const manifest::Component component = table_.start(position);
  Program& program = programs_[position];
  zx_info_process_t info = {};
  const zx_status_t status = program.spawned.process.get_info(ZX_INFO_PROCESS, &info, sizeof(info),
                                                              nullptr, nullptr);
  const Milliseconds lived(zx_clock_get_monotonic() - program.started);
  if (status != ZX_OK) {
    log_.Warning("{} ended after {} ms; its exit code is unknown ({})", component.moniker(),
                 lived.text(), zx_status_get_string(status));
  } else if (info.return_code == 0 || info.return_code == ZX_TASK_RETCODE_SYSCALL_KILL) {
    log_.Info("{} {} after {} ms", component.moniker(), ExitText(info.return_code).text(),
              lived.text());
  } else {
    log_.Warning("{} {} after {} ms", component.moniker(), ExitText(info.return_code).text(),
                 lived.text());
  }

  // Processes it left behind belong to it.
  (void)program.spawned.top_job.kill();
  program = {};
  --running_count_;
  switch (component.on_terminate()) {
    case manifest::OnTerminate::kReboot: return Verdict::kReboot;
    case manifest::OnTerminate::kHalt: return Verdict::kHalt;
    default: return Verdict::kGoOn;
  }
}

}  // namespace runner
