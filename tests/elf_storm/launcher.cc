// SPDX-License-Identifier: BSD-2-Clause
#include "tests/elf_storm/launcher.h"

#include <launch/machine.h>
#include <lib/zx/exception.h>
#include <string.h>
#include <zircon/status.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

#include <algorithm>

#include "runner/exit_text.h"
#include "sdk/launch/elf_file.h"

namespace elf_storm {
namespace {

using State = runner::BinaryFacts::State;

// What the runner learns about a binary, and why it could not be read.
struct Examined {
  elf::LoadPlan plan;
  launch::LibraryName library;
  runner::BinaryFacts facts;
  std::string_view reading;
};

void Examine(const zx::vmo& file, Examined& examined) {
  runner::BinaryFacts& facts = examined.facts;
  elf::Diagnostics diagnostics;
  const auto elf = launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics);
  if (!elf) {
    facts.status = elf.error();
    facts.finding = diagnostics.error();
    facts.state = diagnostics.failed() ? State::kBroken : State::kUnreadable;
    examined.reading = "headers";
    return;
  }
  examined.plan = elf->plan;
  const auto foreign = launch::FindForeignLibrary(file, examined.plan, examined.library);
  if (!foreign) {
    facts.status = foreign.error();
    facts.state = State::kUnreadable;
    examined.reading = "dynamic section";
    return;
  }
  if (*foreign) facts.foreign_library = examined.library.view();
  facts.state = State::kGood;
}

Outcome Refused(const runner::Refusal& refusal, const Examined& examined) {
  const runner::BinaryFacts& facts = examined.facts;
  switch (facts.state) {
    case State::kBroken:
      return Outcome(Ending::kRefused, "{} {}", refusal.code(), elf::Name(facts.finding.code));
    case State::kUnreadable: {
      // A file in memory can be read: there is something wrong with it, and which part is known.
      const bool is_named =
          facts.status == ZX_ERR_IO_INVALID && examined.reading == "dynamic section";
      return Outcome(is_named ? Ending::kRefused : Ending::kUnnamed, "{} {}: {}", refusal.code(),
                     examined.reading, zx_status_get_string(facts.status));
    }
    default:
      break;
  }
  if (!facts.foreign_library.empty()) {
    return Outcome(Ending::kRefused, "{} needs a library", refusal.code());
  }
  // The status and what was being done; behind it stands a remedy.
  const std::string_view text = refusal.text();
  return Outcome(Ending::kRefused, "{} {}", refusal.code(), text.substr(0, text.find(';')));
}

std::string_view NameOfException(uint32_t type) {
  switch (type) {
    case ZX_EXCP_GENERAL: return "general";
    case ZX_EXCP_FATAL_PAGE_FAULT: return "fatal page fault";
    case ZX_EXCP_UNDEFINED_INSTRUCTION: return "undefined instruction";
    case ZX_EXCP_SW_BREAKPOINT: return "software breakpoint";
    case ZX_EXCP_HW_BREAKPOINT: return "hardware breakpoint";
    case ZX_EXCP_UNALIGNED_ACCESS: return "unaligned access";
    case ZX_EXCP_POLICY_ERROR: return "policy error";
    case ZX_EXCP_USER: return "user";
    default: return {};
  }
}

// Lets the thread end, without the report on the console that would follow if nobody cared; the
// exception's type, or 0 if the thread was gone already.
uint32_t Answer(const zx::channel& exceptions) {
  zx_exception_info_t info = {};
  zx::exception exception;
  const zx_status_t status = exceptions.read(0, &info, exception.reset_and_get_address(),
                                             sizeof(info), 1, nullptr, nullptr);
  if (status != ZX_OK) return 0;
  const uint32_t state = ZX_EXCEPTION_STATE_THREAD_EXIT;
  (void)exception.set_property(ZX_PROP_EXCEPTION_STATE, &state, sizeof(state));
  return info.type;
}

base::Result<Outcome> Ended(const zx::process& process) {
  zx_info_process_t info = {};
  TRY(base::FromStatus(
      process.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr)));
  const int64_t code = info.return_code;
  // A spoilt program returns any number; those the kernel gives have texts.
  const runner::ExitText text(code);
  if (code == 0 || !text.text().starts_with("exited")) {
    return Outcome(Ending::kEnded, "{}", text.text());
  }
  const bool is_status = code < 0 && code > -256;
  return is_status ? Outcome(Ending::kEnded, "exited {}",
                             zx_status_get_string(static_cast<zx_status_t>(code)))
                   : Outcome(Ending::kEnded, "exited with another number");
}

}  // namespace

// The runner's copy of the file with those pages written that differ. The others stay those of the
// boot image, as they do for the runner.
base::Result<zx::vmo> Launcher::MakeFile(std::string_view path, base::Bytes image) const {
  zx::vmo file = TRY(files_.OpenExecutable(path));
  const base::Bytes sound = TRY(files_.Contents(path));
  for (size_t at = 0; at < image.size(); at += elf::kPageSize) {
    const base::Bytes page = image.subspan(at, std::min(elf::kPageSize, image.size() - at));
    const bool is_same = page.size() <= sound.size() - std::min(at, sound.size()) &&
                         memcmp(page.data(), &sound[at], page.size()) == 0;
    if (!is_same) TRY(base::FromStatus(file.write(page.data(), at, page.size())));
  }
  TRY(base::FromStatus(file.set_stream_size(image.size())));
  return file;
}

base::Result<Outcome> Launcher::Launch(const manifest::Component& component, base::Bytes image) {
  const zx::vmo file = TRY(MakeFile(component.binary(), image));
  // Around the component's own job, to be sure that nothing is left of it.
  TRY(base::FromStatus(zx::job::create(*zx::job::default_job(), 0, &resources_.job)));
  const auto outcome = Start(component, file);
  (void)resources_.job.kill();
  const zx_status_t status =
      resources_.job.wait_one(ZX_JOB_TERMINATED, zx::deadline_after(kPatience), nullptr);
  if (outcome && status != ZX_OK) {
    return Outcome(Ending::kStuck, "its job: {}", zx_status_get_string(status));
  }
  return outcome;
}

base::Result<Outcome> Launcher::Start(const manifest::Component& component,
                                      const zx::vmo& file) const {
  Examined examined;
  Examine(file, examined);
  auto plan = runner::Decide(component, table_, examined.facts);
  if (!plan) return Refused(plan.error(), examined);
  // Nobody is to read what so many programs print.
  const auto handles = std::span(plan->handles).first(plan->handle_count);
  const auto removed = std::ranges::remove(handles, runner::HandleSource::kLog,
                                           &runner::PlannedHandle::source);
  plan->handle_count -= removed.size();
  const auto spawned = runner::Spawn(*plan, file, examined.plan, resources_, {});
  if (!spawned) return Refused(spawned.error(), examined);
  return Await(spawned->process, spawned->exceptions);
}

base::Result<Outcome> Launcher::Await(const zx::process& process,
                                      const zx::channel& exceptions) const {
  const zx::time deadline = zx::deadline_after(limit_);
  uint32_t first_exception = 0;
  for (;;) {
    zx_wait_item_t items[] = {{process.get(), ZX_PROCESS_TERMINATED, 0},
                              {exceptions.get(), ZX_CHANNEL_READABLE, 0}};
    const zx_status_t status = zx_object_wait_many(items, std::size(items), deadline.get());
    if (status == ZX_ERR_TIMED_OUT) return Outcome(Ending::kTimeLimit, "");
    TRY(base::FromStatus(status));
    if ((items[0].pending & ZX_PROCESS_TERMINATED) != 0) break;
    const uint32_t type = Answer(exceptions);
    if (first_exception == 0) first_exception = type;
  }
  if (first_exception == 0) return Ended(process);
  const std::string_view name = NameOfException(first_exception);
  return name.empty() ? Outcome(Ending::kUnnamed, "exception {x}", first_exception)
                      : Outcome(Ending::kException, "{}", name);
}

}  // namespace elf_storm
