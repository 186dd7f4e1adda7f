// SPDX-License-Identifier: BSD-2-Clause
// Making processes, against the real kernel.
#include "sdk/launch/process_builder.h"

#include <launch/machine.h>
#include <lib/zx/event.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include <array>
#include <vector>

#include "kernel/object/counts.h"
#include "kernel/object/resource.h"
#include "kernel/vm/fault_injection.h"
#include "sdk/launch/elf_file.h"
#include "tests/host_kernel/host_kernel.h"
#include "tests/lib/elf/elf_builder.h"

namespace {

using launch::ProcessBuilder;
using procargs::HandleInfo;

// An image in a memory object, as a boot file system gives it.
struct Image {
  zx::vmo file;
  elf::LoadPlan plan;
};

Image MakeImage() {
  const std::vector<std::byte> bytes = elf::ElfBuilder::Program(launch::kMachine).Build();
  Image image;
  EXPECT_EQ(zx::vmo::create(bytes.size(), 0, &image.file), ZX_OK);
  EXPECT_EQ(image.file.write(bytes.data(), 0, bytes.size()), ZX_OK);
  auto resource = kernel::Resource::CreateRoot(ZX_RSRC_KIND_SYSTEM, "system");
  const zx::resource system(test::HostKernel::Give(*resource, kernel::Resource::kDefaultRights));
  zx::resource vmex;
  EXPECT_EQ(zx::resource::create(system, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1, "vmex", 4, &vmex), ZX_OK);
  EXPECT_EQ(image.file.replace_as_executable(vmex, &image.file), ZX_OK);
  elf::Diagnostics diagnostics;
  const auto file = launch::ReadElfFile(image.file, launch::kMachine, elf::kRunnerOptions, diagnostics);
  EXPECT_TRUE(file);
  if (file) image.plan = file->plan;
  return image;
}

class ProcessBuilderTest : public test::HostKernel {
 protected:
  // Starts a program called hello in the default job. The steps are the builder's.
  static base::Result<zx::process> Launch(const Image& program, const Image& vdso) {
    ProcessBuilder builder;
    TRY(builder.Create(*zx::job::default_job(), "hello"));
    TRY(builder.LoadProgram(program.file, program.plan, vdso.file, vdso.plan));
    zx::event extra;
    TRY(base::FromStatus(zx::event::create(0, &extra)));
    TRY(builder.AddHandle(HandleInfo(PA_USER0, 5), std::move(extra)));
    static constexpr std::string_view kArguments[] = {"/pkg/bin/hello", "world"};
    static constexpr std::string_view kEnvironment[] = {"LOG=debug"};
    std::array<std::byte, 4096> message;
    TRY(builder.Start({.arguments = kArguments, .environment = kEnvironment}, message));
    return builder.TakeProcess();
  }
};

TEST_F(ProcessBuilderTest, TheProgramReadsItsHandlesInOrderAndItsStrings) {
  std::vector<uint32_t> infos;
  std::vector<std::string> strings;
  OnStart("hello", [&](zx_handle_t bootstrap) {
    std::array<std::byte, 4096> bytes;
    std::array<zx_handle_t, 64> handles;
    uint32_t size = 0;
    uint32_t count = 0;
    EXPECT_EQ(zx_channel_read(bootstrap, 0, bytes.data(), handles.data(), bytes.size(), handles.size(), &size, &count),
              ZX_OK);
    const auto message = procargs::Reader::Open(std::span(bytes).first(size), count);
    EXPECT_TRUE(message);
    if (!message) return 1;
    for (size_t index = 0; index < count; ++index) infos.push_back(message->handle_info(index));
    message->ForEachArgument([&](std::string_view text) { strings.emplace_back(text); });
    message->ForEachEnvironment([&](std::string_view text) { strings.emplace_back(text); });
    return 3;
  });
  RunProgram([] {
    const auto process = Launch(MakeImage(), MakeImage());
    ASSERT_TRUE(process) << process.error();
    ASSERT_EQ(process->wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr), ZX_OK);
    zx_info_process_t info = {};
    ASSERT_EQ(process->get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr), ZX_OK);
    EXPECT_EQ(info.return_code, 3);
  });
  EXPECT_EQ(infos, (std::vector<uint32_t>{HandleInfo(PA_PROC_SELF, 0), HandleInfo(PA_THREAD_SELF, 0),
                                          HandleInfo(PA_VMAR_ROOT, 0), HandleInfo(PA_USER0, 5),
                                          HandleInfo(PA_VMAR_LOADED, 0), HandleInfo(PA_VMO_VDSO, 0),
                                          HandleInfo(PA_VMO_STACK, 0)}));
  EXPECT_EQ(strings, (std::vector<std::string>{"/pkg/bin/hello", "world", "LOG=debug"}));
}

// The n-th allocation of the kernel fails, for every n on the way to a running program.
TEST_F(ProcessBuilderTest, AFailureAtAnyPointLeavesNothingBehind) {
  RunProgram([] {
    const Image program = MakeImage();
    const Image vdso = MakeImage();
    const auto launch_and_kill = [&]() -> base::Result<> {
      const zx::process process = TRY(Launch(program, vdso));
      (void)process.kill();
      return base::FromStatus(process.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr));
    };
    ASSERT_TRUE(launch_and_kill());
    const auto settle = [] { zx_nanosleep(zx_deadline_after(ZX_MSEC(1))); };
    settle();
    const kernel::ObjectCounts before = kernel::CountObjects();

    uint64_t failures = 0;
    for (uint64_t n = 1;; ++n) {
      vm::FaultInjection::FailNth(n);
      const auto result = launch_and_kill();
      const bool fired = vm::FaultInjection::fired();
      vm::FaultInjection::FailNth(0);
      settle();
      ASSERT_TRUE(kernel::CountObjects() == before) << "allocation " << n;
      if (!fired) break;
      // Some failures are made good by the kernel: a cache that stays empty, a page taken later.
      if (result) continue;
      EXPECT_EQ(result.error(), ZX_ERR_NO_MEMORY) << "allocation " << n;
      ++failures;
    }
    EXPECT_GT(failures, 20u);
    EXPECT_TRUE(launch_and_kill());
  });
}

}  // namespace
