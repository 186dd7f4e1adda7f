// SPDX-License-Identifier: BSD-2-Clause
// The first process: from the kernel's handles and the boot image to the next program.
#include <launch/machine.h>
#include <zircon/processargs.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include "lib/procargs/procargs.h"
#include "sdk/launch/boot_files.h"
#include "sdk/launch/elf_file.h"
#include "sdk/launch/kernel_file.h"
#include "sdk/launch/log.h"
#include "sdk/launch/power.h"
#include "sdk/launch/process_builder.h"
#include "userboot/boot_image.h"
#include "userboot/bootstrap.h"
#include "userboot/options.h"

namespace userboot {
namespace {

constexpr std::string_view kCommandLineFile = "boot-options.txt";

// Everything userboot has, for its whole life.
struct Userboot {
  Bootstrap bootstrap;
  zx::debuglog debuglog;
  zx::resource power;
  launch::Log log{debuglog};
  zx_instant_mono_t started = zx_clock_get_monotonic();
};

std::byte message_buffer[procargs::kMaxBytes];
launch::KernelFileText boot_options;

// Ends a boot that cannot go on, so that whoever waits for the machine learns of it.
[[noreturn]] void Stop(const Userboot& userboot, std::string_view what, std::string_view why,
                       std::string_view remedy) {
  userboot.log.Error("{}: {}; {}", what, why, remedy);
  (void)launch::Shutdown(userboot.power, 1);
  zx_process_exit(1);
}

void Require(const Userboot& userboot, const base::Result<>& result, std::string_view what) {
  if (result) return;
  Stop(userboot, what, zx_status_get_string(result.error()),
       "kernel and userboot do not fit each other, build both again");
}

class ReportProblems final : public OptionProblems {
 public:
  explicit ReportProblems(const launch::Log& log) : log_(log) {}
  void UnknownKey(std::string_view key) override {
    log_.Warning("unknown option {}; known: userboot.root, .next, .test.root, .test.next, .crc", key);
  }
  void BadValue(std::string_view key, std::string_view value) override {
    log_.Warning("option {} has no use for the value `{}`; ignored", key, value);
  }

 private:
  const launch::Log& log_;
};

// The path of `program` below `root`, in `buffer`.
std::string_view FullPath(std::string_view root, std::string_view path, std::span<char> buffer) {
  return root.empty() ? path : base::Format(buffer, "{}/{}", root, path);
}

struct ProgramFile {
  zx::vmo file;
  elf::LoadPlan plan;
};

ProgramFile OpenProgram(const Userboot& userboot, const launch::BootFiles& files,
                        std::string_view path) {
  ProgramFile program;
  auto file = files.OpenExecutable(path);
  if (!file) {
    Stop(userboot, path, zx_status_get_string(file.error()),
         "name a program of the boot image with userboot.next, or add the file to the image");
  }
  program.file = std::move(*file);
  elf::Diagnostics diagnostics;
  const auto elf_file = launch::ReadElfFile(program.file, launch::kMachine, elf::kUserbootOptions,
                                            diagnostics);
  if (!elf_file) {
    char text[128];
    base::BufferSink sink(text);
    diagnostics.Describe(sink);
    Stop(userboot, path, diagnostics.failed() ? sink.text() : zx_status_get_string(elf_file.error()),
         "build it again with the SDK");
  }
  program.plan = elf_file->plan;
  return program;
}

base::Result<> HandOn(launch::ProcessBuilder& builder, uint32_t type, uint32_t argument,
                      const zx::object_base& object) {
  zx::handle copy;
  TRY(base::FromStatus(zx_handle_duplicate(object.get(), ZX_RIGHT_SAME_RIGHTS,
                                           copy.reset_and_get_address())));
  return builder.AddHandle(procargs::HandleInfo(type, argument), std::move(copy));
}

// Everything the kernel gave, but for userboot's own process, thread and address space.
base::Result<> HandOnAll(launch::ProcessBuilder& builder, const Userboot& userboot,
                         const launch::BootFiles& files) {
  const Bootstrap& all = userboot.bootstrap;
  TRY(HandOn(builder, PA_JOB_DEFAULT, 0, all.root_job));
  TRY(HandOn(builder, PA_MMIO_RESOURCE, 0, all.mmio));
  TRY(HandOn(builder, PA_IRQ_RESOURCE, 0, all.irq));
  TRY(HandOn(builder, launch::kMachineResource, 0, all.machine));
  TRY(HandOn(builder, PA_SYSTEM_RESOURCE, 0, all.system));
  TRY(HandOn(builder, PA_VMO_BOOTDATA, 0, all.zbi));
  TRY(HandOn(builder, PA_VMO_BOOTFS, 0, files.vmo()));
  for (uint32_t index = 1; index < Bootstrap::kVdsoCount; ++index) {
    TRY(HandOn(builder, PA_VMO_VDSO, index, all.vdsos[index]));
  }
  for (uint32_t index = 0; index < all.kernel_file_count; ++index) {
    TRY(HandOn(builder, PA_VMO_KERNEL_FILE, index, all.kernel_files[index]));
  }
  return HandOn(builder, PA_FD, launch::kStandardStreams, userboot.debuglog);
}

base::Result<> Launch(launch::ProcessBuilder& builder, const Userboot& userboot,
                      const launch::BootFiles& files, const Program& program,
                      const ProgramFile& file) {
  elf::Diagnostics diagnostics;
  const zx::vmo& vdso = userboot.bootstrap.vdsos[0];
  const auto vdso_file =
      TRY(launch::ReadElfFile(vdso, launch::kMachine, elf::kKernelProgramOptions, diagnostics));

  const size_t slash = program.path.rfind('/');
  TRY(builder.Create(userboot.bootstrap.root_job, program.path.substr(slash + 1)));
  TRY(builder.LoadProgram(file.file, file.plan, vdso, vdso_file.plan));
  TRY(HandOnAll(builder, userboot, files));

  char started[48];
  const std::string_view environment[] = {
      base::Format(started, "USERBOOT_START_NS={}", userboot.started)};
  return builder.Start({.arguments = std::span(program.arguments).first(program.argument_count),
                        .environment = environment},
                       message_buffer);
}

// Starts `program` and returns its process.
zx::process StartProgram(const Userboot& userboot, const launch::BootFiles& files,
                         std::string_view root, const Program& program) {
  char path_buffer[2 * Options::kMaxValueBytes + 2];
  const std::string_view path = FullPath(root, program.path, path_buffer);
  const ProgramFile file = OpenProgram(userboot, files, path);
  launch::ProcessBuilder builder;
  if (const auto started = Launch(builder, userboot, files, program, file); !started) {
    char what[64];
    Stop(userboot, base::Format(what, "{} while {}", path, launch::Describe(builder.failed_step())),
         zx_status_get_string(started.error()), "see the kernel's log");
  }
  return builder.TakeProcess();
}

// Waits for the test's end and takes the machine down with its outcome.
[[noreturn]] void FinishTest(const Userboot& userboot, const Program& test, const zx::process& process) {
  zx_info_process_t info = {};
  zx_status_t status = process.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr);
  if (status == ZX_OK) {
    status = process.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  }
  if (status != ZX_OK) {
    Stop(userboot, test.path, zx_status_get_string(status), "its outcome is unknown");
  }
  if (info.return_code == 0) {
    userboot.log.Info("{} passed", test.path);
    (void)launch::Shutdown(userboot.power, 0);
  } else {
    userboot.log.Error("{} failed with return code {}", test.path, info.return_code);
    const bool is_status = info.return_code > 0 && info.return_code < 100;
    (void)launch::Shutdown(userboot.power, is_status ? static_cast<uint32_t>(info.return_code) : 1);
  }
  zx_process_exit(1);
}

void TakeBootstrap(Userboot& userboot, zx_handle_t channel) {
  // Without a log there is no one to tell; a return code is all that is left.
  if (!Bootstrap::Read(zx::channel(channel), userboot.bootstrap)) zx_process_exit(2);
  if (zx::debuglog::create(zx::resource(), 0, &userboot.debuglog) != ZX_OK) zx_process_exit(3);
  // Nobody changes the image any more, so nobody needs the right to.
  userboot.bootstrap.loaded_vmar.reset();
  Require(userboot,
          launch::CreateSystemResource(userboot.bootstrap.system, ZX_RSRC_SYSTEM_POWER_BASE,
                                       userboot.power),
          "power resource");
}

launch::BootFiles OpenBootFiles(const Userboot& userboot, const Options& options) {
  zx::resource vmex;
  Require(userboot,
          launch::CreateSystemResource(userboot.bootstrap.system, ZX_RSRC_SYSTEM_VMEX_BASE, vmex),
          "vmex resource");
  const auto checksum = options.check_crc ? zbi::Checksum::kVerify : zbi::Checksum::kTrust;
  BootImageReport report;
  auto bootfs = FindBootfs(userboot.bootstrap.zbi, userboot.bootstrap.root_vmar, checksum, report);
  if (!bootfs) {
    Stop(userboot, "boot image", report.text(), "make the image again with `hafnon image`");
  }
  auto files = launch::BootFiles::Open(std::move(*bootfs), std::move(vmex), userboot.bootstrap.root_vmar);
  if (!files) {
    Stop(userboot, "boot file system", zx_status_get_string(files.error()),
         "make the image again with `hafnon image`");
  }
  userboot.log.Info("bootfs {} files {} KiB{}", files->file_count(), files->size_bytes() / 1024,
                    options.check_crc ? " crc ok" : "");
  return std::move(*files);
}

}  // namespace

// Called by the start-up code with the bootstrap channel.
[[noreturn]] void Main(zx_handle_t channel) {
  Userboot userboot;
  TakeBootstrap(userboot, channel);
  const Bootstrap& bootstrap = userboot.bootstrap;
  for (size_t index = 0; index < bootstrap.kernel_file_count; ++index) {
    if (boot_options.TakeIfNamed(bootstrap.kernel_files[index], kCommandLineFile)) break;
  }
  ReportProblems problems(userboot.log);
  const Options options = Options::Parse(boot_options.text(), problems);
  const launch::BootFiles files = OpenBootFiles(userboot, options);

  if (!options.test.path.empty()) {
    const zx::process test = StartProgram(userboot, files, options.test_root, options.test);
    FinishTest(userboot, options.test, test);
  }
  StartProgram(userboot, files, options.root, options.next);
  zx_process_exit(0);
}

}  // namespace userboot
