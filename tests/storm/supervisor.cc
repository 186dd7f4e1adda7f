// SPDX-License-Identifier: BSD-2-Clause
// Lets storms rage in a job of their own, one after another, and checks after each that the kernel has
// everything back. Run as the first process: userboot.test.next=test/storm+--seed=1+--calls=40000.
#include <launch/machine.h>
#include <lib/zx/channel.h>
#include <lib/zx/exception.h>
#include <lib/zx/job.h>
#include <lib/zx/resource.h>
#include <lib/zx/thread.h>
#include <lib/zx/vmar.h>
#include <stdio.h>
#include <stdlib.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/policy.h>
#include <zircon/syscalls/resource.h>

#include "lib/procargs/procargs.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/power.h"
#include "sdk/launch/process_builder.h"
#include "tests/storm/call_list.h"
#include "tests/storm/coverage.h"
#include "tests/storm/random.h"
#include "tests/storm/report.h"

namespace {

using storm::Coverage;

constexpr uint64_t kCallsPerRound = 10'000;
// Rounds after which caches of the kernel are as full as they get.
constexpr uint64_t kWarmUp = 2;
constexpr int kSettle = 100;
// A round takes a fraction of this.
constexpr zx_duration_mono_t kRoundLimit = ZX_SEC(120);
constexpr std::string_view kProgram = "test/storm-thrower";

std::byte message_buffer[procargs::kMaxBytes];

struct Options {
  uint64_t seed = 1;
  uint64_t calls = 40'000;
  uint64_t threads = 0;  // 0: every round another number.
  uint64_t round = kCallsPerRound;
};

struct Setup {
  launch::BootFiles files;
  zx::vmo vdso;
  elf::LoadPlan vdso_plan;
  zx::resource info, vmex, debuglog, range, debug;
  zx::vmo coverage_vmo;
  Coverage* coverage;
};

struct Usage {
  uint64_t vmo_bytes = 0;
  uint64_t table_bytes = 0;
  uint64_t heap_bytes = 0;
  bool operator==(const Usage&) const = default;
};

zx_handle_t Take(uint32_t type) { return zx_take_startup_handle(procargs::HandleInfo(type, 0)); }

base::Result<Setup> Prepare() {
  const zx::resource system(Take(PA_SYSTEM_RESOURCE));
  zx::resource files_vmex, vmex, info, debuglog, range, debug;
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_VMEX_BASE, files_vmex));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_VMEX_BASE, vmex));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_INFO_BASE, info));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_DEBUGLOG_BASE, debuglog));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_DEBUG_BASE, debug));
  // VMEX, DEBUG and INFO, to cut pieces from.
  TRY(base::FromStatus(zx::resource::create(system, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 3, nullptr, 0, &range)));
  zx::vmo vdso(Take(PA_VMO_VDSO));
  elf::Diagnostics diagnostics;
  const auto vdso_file = TRY(launch::ReadElfFile(vdso, launch::kMachine, elf::kKernelProgramOptions, diagnostics));
  auto files = TRY(launch::BootFiles::Open(zx::vmo(Take(PA_VMO_BOOTFS)), std::move(files_vmex), *zx::vmar::root_self()));
  zx::vmo coverage;
  zx_vaddr_t address = 0;
  TRY(base::FromStatus(zx::vmo::create(sizeof(Coverage), 0, &coverage)));
  // All of it now, so that it does not show in the comparisons.
  TRY(base::FromStatus(coverage.op_range(ZX_VMO_OP_COMMIT, 0, sizeof(Coverage), nullptr, 0)));
  TRY(base::FromStatus(zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_MAP_RANGE, 0, coverage, 0,
                                                  sizeof(Coverage), &address)));
  return Setup{std::move(files), std::move(vdso), vdso_file.plan, std::move(info), std::move(vmex), std::move(debuglog), std::move(range), std::move(debug),
               std::move(coverage), reinterpret_cast<Coverage*>(address)};
}

base::Result<Usage> Measure(const Setup& setup) {
  zx_info_kmem_stats_t stats = {};
  TRY(base::FromStatus(setup.info.get_info(ZX_INFO_KMEM_STATS, &stats, sizeof(stats), nullptr, nullptr)));
  return Usage{stats.vmo_bytes, stats.mmu_overhead_bytes, stats.total_heap_bytes - stats.free_heap_bytes};
}

base::Result<> Give(launch::ProcessBuilder& builder, uint32_t argument, const zx::object_base& object) {
  zx::handle copy;
  TRY(base::FromStatus(zx_handle_duplicate(object.get(), ZX_RIGHT_SAME_RIGHTS, copy.reset_and_get_address())));
  return builder.AddHandle(procargs::HandleInfo(PA_USER0, argument), std::move(copy));
}

// One round's processes.
class Round {
 public:
  Round(const Setup& setup, uint64_t seed, uint64_t threads, uint64_t calls)
      : setup_(setup), seed_(seed), threads_(threads), calls_(calls) {}
  ~Round() {
    if (!job_) return;
    (void)job_.kill();
    (void)job_.wait_one(ZX_JOB_TERMINATED, zx::time::infinite(), nullptr);
  }

  base::Result<> Start() {
    TRY(base::FromStatus(zx::job::create(*zx::job::default_job(), 0, &job_)));
    TRY(base::FromStatus(job_.create_exception_channel(0, &exceptions_)));
    zx::job play;
    TRY(base::FromStatus(zx::job::create(job_, 0, &play)));
    TRY(Forbid());
    const zx::vmo file = TRY(setup_.files.OpenExecutable(kProgram));
    elf::Diagnostics diagnostics;
    const auto program = TRY(launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics));
    TRY(builder_.Create(home_, "storm"));
    TRY(builder_.LoadProgram(file, program.plan, setup_.vdso, setup_.vdso_plan));
    TRY(Give(builder_, storm::kHandleCoverage, setup_.coverage_vmo));
    TRY(Give(builder_, storm::kHandlePlayJob, play));
    TRY(Give(builder_, storm::kHandleFirstToy, setup_.info));
    TRY(Give(builder_, storm::kHandleFirstToy + 1, setup_.vmex));
    TRY(Give(builder_, storm::kHandleFirstToy + 2, setup_.debuglog));
    TRY(Give(builder_, storm::kHandleFirstToy + 3, setup_.range));
    char seed[24], calls[24], threads[24];
    snprintf(seed, sizeof(seed), "%lu", seed_);
    snprintf(calls, sizeof(calls), "%lu", calls_);
    snprintf(threads, sizeof(threads), "%lu", threads_);
    const std::string_view arguments[] = {kProgram, seed, calls, threads};
    return builder_.Start({.arguments = arguments}, message_buffer);
  }

  // Waits for the storm's end, whatever brought it; ZX_ERR_TIMED_OUT: it hangs.
  base::Result<> Wait() {
    const zx_instant_mono_t deadline = zx_deadline_after(kRoundLimit);
    for (;;) {
      zx_wait_item_t items[] = {{builder_.process().get(), ZX_PROCESS_TERMINATED, 0},
                                {exceptions_.get(), ZX_CHANNEL_READABLE, 0}};
      const zx_status_t status = zx_object_wait_many(items, std::size(items), deadline);
      // The storm takes all memory now and then.
      if (status == ZX_ERR_NO_MEMORY) continue;
      TRY(base::FromStatus(status));
      if (items[0].pending & ZX_PROCESS_TERMINATED) return {};
      Answer();
    }
  }

  int64_t return_code() const {
    zx_info_process_t info = {};
    (void)builder_.process().get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
    return info.return_code;
  }

 private:
  // Every third storm finds some ways to make things barred.
  base::Result<> Forbid() {
    TRY(base::FromStatus(zx::job::create(job_, 0, &home_)));
    if (seed_ % 3 != 0) return {};
    storm::Random random(seed_, Coverage::kMaxThreads + 1);
    constexpr uint32_t kConditions[] = {ZX_POL_VMAR_WX, ZX_POL_NEW_CHANNEL, ZX_POL_NEW_EVENT, ZX_POL_NEW_EVENTPAIR,
                                        ZX_POL_NEW_PORT, ZX_POL_NEW_SOCKET, ZX_POL_NEW_TIMER, ZX_POL_NEW_PROCESS,
                                        ZX_POL_AMBIENT_MARK_VMO_EXEC};
    for (const uint32_t condition : kConditions) {
      const zx_policy_basic_v2_t entry = {condition, ZX_POL_ACTION_DENY, ZX_POL_OVERRIDE_ALLOW};
      if (random.OneIn(2)) TRY(base::FromStatus(home_.set_policy(ZX_JOB_POL_RELATIVE, ZX_JOB_POL_BASIC_V2, &entry, 1)));
    }
    return {};
  }

  // Threads in trouble end, without the kernel's report on the console; only the storm's own trouble is told.
  void Answer() {
    zx_exception_info_t info = {};
    zx::exception exception;
    if (exceptions_.read(0, &info, exception.reset_and_get_address(), sizeof(info), 1, nullptr, nullptr) != ZX_OK) return;
    zx_info_handle_basic_t storm = {};
    (void)builder_.process().get_info(ZX_INFO_HANDLE_BASIC, &storm, sizeof(storm), nullptr, nullptr);
    // A full queue is an exception by default; the storm fills some on purpose.
    const bool full = info.pid == storm.koid && info.type == ZX_EXCP_POLICY_ERROR;
    if (info.pid == storm.koid && !full) {
      zx::thread thread;
      zx_exception_report_t report = {};
      (void)exception.get_thread(&thread);
      (void)thread.get_info(ZX_INFO_THREAD_EXCEPTION_REPORT, &report, sizeof(report), nullptr, nullptr);
      const auto code = static_cast<zx_status_t>(report.context.synth_code);
      printf("storm: seed %lu: exception %#x (%s) in the storm itself\n", seed_, info.type, zx_status_get_string(code));
      storm::PrintCurrentCalls(*setup_.coverage);
      (void)builder_.process().kill();
    }
    const uint32_t state = full ? ZX_EXCEPTION_STATE_HANDLED : ZX_EXCEPTION_STATE_THREAD_EXIT;
    (void)exception.set_property(ZX_PROP_EXCEPTION_STATE, &state, sizeof(state));
  }

  const Setup& setup_;
  const uint64_t seed_;
  const uint64_t threads_;
  const uint64_t calls_;
  zx::job job_;
  zx::job home_;
  zx::channel exceptions_;
  launch::ProcessBuilder builder_;
};

base::Result<> Rage(const Setup& setup, uint64_t seed, uint64_t threads, uint64_t calls) {
  for (auto& current : setup.coverage->current) current = Coverage::kNoCall;
  Round round(setup, seed, threads, calls);
  TRY(round.Start());
  const auto ended = round.Wait();
  if (!ended) {
    storm::PrintCurrentCalls(*setup.coverage);
  } else if (round.return_code() != 0) {
    printf("storm: seed %lu: ended by itself with %ld\n", seed, round.return_code());
  }
  return ended;
}

// What the last processes held comes back a moment after their end.
base::Result<bool> IsAllBack(const Setup& setup, const Usage& before, uint64_t seed) {
  Usage after = TRY(Measure(setup));
  for (int i = 0; i < kSettle && !(after == before); ++i) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    after = TRY(Measure(setup));
  }
  if (after == before) return true;
  printf("storm: seed %lu: vmo %ld, page tables %ld, heap %ld bytes not back\n", seed,
         static_cast<int64_t>(after.vmo_bytes - before.vmo_bytes),
         static_cast<int64_t>(after.table_bytes - before.table_bytes),
         static_cast<int64_t>(after.heap_bytes - before.heap_bytes));
  return false;
}

// The kernel's own check of its structures, while nothing else runs; its findings are in the log.
base::Result<bool> IsSound(const Setup& setup, uint64_t seed) {
  const zx_status_t status = zx_debug_send_command(setup.debug.get(), "audit", 5);
  if (status == ZX_OK) return true;
  if (status != ZX_ERR_BAD_STATE) return base::Error(status);
  printf("storm: seed %lu: the audit found something\n", seed);
  return false;
}

base::Result<bool> Run(const Options& options) {
  const Setup setup = TRY(Prepare());
  Usage before;
  uint64_t rounds = 0;
  uint64_t losses = 0;
  // A round makes about as many calls as asked for; if they all end early, there is still an end.
  const uint64_t most_rounds = kWarmUp + 4 * (options.calls / options.round + 1);
  for (; (setup.coverage->total < options.calls || rounds <= kWarmUp) && rounds < most_rounds; ++rounds) {
    const uint64_t seed = options.seed * 1'000'000 + rounds;
    TRY(Rage(setup, seed, options.threads != 0 ? options.threads : seed % Coverage::kMaxThreads + 1, options.round));
    if (rounds + 1 < kWarmUp) continue;
    if (rounds + 1 == kWarmUp) {
      zx_nanosleep(zx_deadline_after(ZX_MSEC(10)));
    } else {
      const bool back = TRY(IsAllBack(setup, before, seed));
      const bool sound = TRY(IsSound(setup, seed));
      if (!back || !sound) ++losses;
    }
    before = TRY(Measure(setup));
  }
  storm::PrintCoverage(*setup.coverage);
  const uint64_t total = setup.coverage->total;
  printf("storm: %lu calls in %lu rounds, seed %lu: %s\n", total, rounds, options.seed,
         losses == 0 ? "everything back, every audit clean" : "memory is missing or an audit failed");
  return losses == 0 && total >= options.calls;
}

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto number = [&](std::string_view name, uint64_t& value) {
      if (argument.starts_with(name)) value = strtoull(argv[i] + name.size(), nullptr, 10);
    };
    number("--seed=", options.seed);
    number("--calls=", options.calls);
    number("--threads=", options.threads);
    number("--round=", options.round);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto good = Run(ReadOptions(argc, argv));
  if (!good) {
    printf("storm: %s\n", zx_status_get_string(good.error()));
    return 1;
  }
  return *good ? 0 : 1;
}
