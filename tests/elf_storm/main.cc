// SPDX-License-Identifier: BSD-2-Clause
// Launches spoilt copies of the system's components, one after another, and checks that the system
// has everything back. Run as the first process: userboot.test.next=test/elf-storm+--count=1000.
#include <launch/machine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls/resource.h>

#include <memory>
#include <optional>

#include "lib/procargs/procargs.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/power.h"
#include "tests/elf_storm/baseline.h"
#include "tests/elf_storm/launcher.h"
#include "tests/elf_storm/mutator.h"

namespace elf_storm {
namespace {

// After so many launches the caches of the kernel are as full as they get.
constexpr uint64_t kWarmUp = 100;
constexpr uint64_t kRound = 1000;
// A storm of this size has seen something of everything, or it aims at nothing.
constexpr uint64_t kFull = 1000;
constexpr size_t kFindings = 15;
constexpr size_t kMaxVictims = 8;

std::byte message_buffer[procargs::kMaxBytes];
std::byte image_memory[128 * 1024];

struct Options {
  uint64_t seed = 1;
  uint64_t first = 0;
  uint64_t count = 1000;
  uint64_t limit_ms = 5;
  uint64_t trace = 0;
};

// A component with its sound binary.
struct Victim {
  manifest::Component component;
  base::Bytes file;
  Anatomy anatomy;
};

struct Setup {
  launch::BootFiles files;
  runner::Resources resources;
  Baseline baseline;
};

zx_handle_t Take(uint32_t type) {
  return zx_take_startup_handle(procargs::HandleInfo(type, 0));
}

// Memory that is touched for the first time later would show in the comparisons.
base::Result<> TouchOwnMemory() {
  memset(message_buffer, 1, sizeof(message_buffer));
  memset(image_memory, 1, sizeof(image_memory));
  const zx::vmo stack(Take(PA_VMO_STACK));
  uint64_t size = 0;
  TRY(base::FromStatus(stack.get_size(&size)));
  return base::FromStatus(stack.op_range(ZX_VMO_OP_COMMIT, 0, size, nullptr, 0));
}

base::Result<Setup> Prepare() {
  TRY(TouchOwnMemory());
  const zx::resource system(Take(PA_SYSTEM_RESOURCE));
  zx::resource vmex, info, debug;
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_VMEX_BASE, vmex));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_INFO_BASE, info));
  TRY(launch::CreateSystemResource(system, ZX_RSRC_SYSTEM_DEBUG_BASE, debug));
  runner::Resources resources;
  resources.message = message_buffer;
  resources.vdso_stable.reset(Take(PA_VMO_VDSO));
  elf::Diagnostics diagnostics;
  resources.vdso_plan = TRY(launch::ReadElfFile(resources.vdso_stable, launch::kMachine,
                                                elf::kKernelProgramOptions, diagnostics)).plan;
  TRY(base::FromStatus(zx::clock::create(ZX_CLOCK_OPT_MONOTONIC | ZX_CLOCK_OPT_CONTINUOUS,
                                         nullptr, &resources.utc)));
  auto files = TRY(launch::BootFiles::Open(zx::vmo(Take(PA_VMO_BOOTFS)), std::move(vmex),
                                           *zx::vmar::root_self()));
  return Setup{std::move(files), std::move(resources),
               Baseline(std::move(info), std::move(debug))};
}

base::Result<Victim> MakeVictim(const launch::BootFiles& files,
                                const manifest::Component& component) {
  const zx::vmo file = TRY(files.OpenFile(component.binary()));
  const base::Bytes contents = TRY(files.Contents(component.binary()));
  elf::Diagnostics diagnostics;
  const auto elf =
      TRY(launch::ReadElfFile(file, launch::kMachine, elf::kRunnerOptions, diagnostics));
  return Victim{component, contents, Anatomy(contents, elf.plan)};
}

class Storm {
 public:
  // `setup` and `table` outlive it.
  Storm(Setup& setup, const manifest::Table& table, const Options& options)
      : options_(options), table_(table), files_(setup.files), baseline_(setup.baseline),
        launcher_(std::move(setup.resources), setup.files, table,
                  zx::msec(static_cast<int64_t>(options.limit_ms))) {}

  base::Result<> AddVictims() {
    for (; victim_count_ < table_.start_count() && victim_count_ < kMaxVictims; ++victim_count_) {
      const auto component = table_.start(static_cast<uint32_t>(victim_count_));
      victims_[victim_count_].emplace(TRY(MakeVictim(files_, component)));
    }
    return base::FromStatus(victim_count_ > 0 ? ZX_OK : ZX_ERR_NOT_FOUND);
  }

  // Whether everything went as it should.
  base::Result<bool> Run() {
    for (uint64_t i = 0; i < kWarmUp; ++i) TRY(LaunchOne(options_.first + i, warm_up_));
    TRY(baseline_.Take());
    uint64_t losses = 0;
    for (uint64_t done = 0; done < options_.count; ++done) {
      TRY(LaunchOne(options_.first + done, tally_));
      if ((done + 1) % kRound != 0 && done + 1 != options_.count) continue;
      const bool is_sound = TRY(baseline_.Check());
      if (is_sound) continue;
      printf("elf_storm: after %lu launches\n", done + 1);
      ++losses;
    }
    tally_.Print();
    const bool good = losses == 0 && bad_ == 0 && (options_.count < kFull || IsVaried());
    printf("elf_storm: %lu launches, seed %lu: %s\n", options_.count, options_.seed,
           good ? "everything back, every audit clean" : "FAILED");
    return good;
  }

 private:
  base::Result<> LaunchOne(uint64_t number, Tally& tally) {
    const Victim& victim = *victims_[number / 2 % victim_count_];
    if (options_.trace != 0) printf("elf_storm: launch %lu\n", number);
    if (!image_.Copy(victim.file)) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
    Mutator mutator(image_, victim.anatomy, Random(options_.seed, number));
    // One half goes through the fields in turn, the other is left to chance.
    if (number % 2 == 0) {
      mutator.SetField(options_.seed * 10'007 + number / 2 / victim_count_);
    } else {
      mutator.Spoil();
    }
    const Outcome outcome = TRY(launcher_.Launch(victim.component, image_.bytes()));
    if (outcome.is_bad()) {
      ++bad_;
      const std::string_view moniker = victim.component.moniker();
      printf("elf_storm: launch %lu (%.*s): %.*s\n", number, static_cast<int>(moniker.size()),
             moniker.data(), static_cast<int>(outcome.text().size()), outcome.text().data());
    }
    tally.Count(outcome);
    return {};
  }

  bool IsVaried() const {
    const bool varied = tally_.kinds(Ending::kRefused) >= kFindings &&
                        tally_.count(Ending::kEnded) > 0 && tally_.count(Ending::kException) > 0;
    if (!varied) printf("elf_storm: too few different endings\n");
    return varied;
  }

  const Options options_;
  const manifest::Table& table_;
  const launch::BootFiles& files_;
  Baseline& baseline_;
  Launcher launcher_;
  Image image_{image_memory};
  size_t victim_count_ = 0;
  std::optional<Victim> victims_[kMaxVictims];
  Tally warm_up_;
  Tally tally_;
  uint64_t bad_ = 0;
};

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto number = [&](std::string_view name, uint64_t& value) {
      if (argument.starts_with(name)) value = strtoull(argv[i] + name.size(), nullptr, 10);
    };
    number("--seed=", options.seed);
    number("--first=", options.first);
    number("--count=", options.count);
    number("--limit-ms=", options.limit_ms);
    number("--trace=", options.trace);
  }
  return options;
}

base::Result<bool> Run(const Options& options) {
  Setup setup = TRY(Prepare());
  const base::Bytes bytes = TRY(setup.files.Contents(manifest::kBootfsPath));
  manifest::FirstProblem problem;
  const auto table = manifest::Table::Open(bytes, problem);
  if (!table) return base::Error(ZX_ERR_IO_DATA_INTEGRITY);
  const auto storm = std::make_unique<Storm>(setup, *table, options);
  TRY(storm->AddVictims());
  return storm->Run();
}

}  // namespace
}  // namespace elf_storm

int main(int argc, char** argv) {
  const auto good = elf_storm::Run(elf_storm::ReadOptions(argc, argv));
  if (!good) {
    printf("elf_storm: %s\n", zx_status_get_string(good.error()));
    return 1;
  }
  return *good ? 0 : 1;
}
