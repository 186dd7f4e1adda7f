// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace qemu {
namespace {

using tools::Architecture;

bool Has(const std::vector<std::string>& arguments, const std::string& option,
         const std::string& value) {
  const auto place = std::ranges::find(arguments, option);
  return place != arguments.end() && place + 1 != arguments.end() && *(place + 1) == value;
}

TEST(CommandLine, StartsArm64OnVirtWithSemihosting) {
  const auto arguments =
      CommandLine({.kernel = "k.img", .initrd = "demo.zbi", .command_line = "a=b c=d"});

  EXPECT_EQ(arguments[0], "qemu-system-aarch64");
  EXPECT_TRUE(Has(arguments, "-M", "virt"));
  EXPECT_TRUE(Has(arguments, "-smp", "4"));
  EXPECT_TRUE(Has(arguments, "-m", "512M"));
  EXPECT_TRUE(Has(arguments, "-kernel", "k.img"));
  EXPECT_TRUE(Has(arguments, "-initrd", "demo.zbi"));
  EXPECT_TRUE(Has(arguments, "-append", "a=b c=d"));
  EXPECT_TRUE(Has(arguments, "-semihosting-config", "enable=on,target=native"));
  EXPECT_EQ(std::ranges::count(arguments, "-icount"), 0);
}

TEST(CommandLine, ProfilesOfCoverageBuildsGoToTheFile) {
  Options options;
  options.profile = "p/1.profraw";
  EXPECT_TRUE(Has(CommandLine(options), "-semihosting-config", "enable=on,target=native,arg=p/1.profraw"));

  options.architecture = Architecture::kX64;
  EXPECT_TRUE(Has(CommandLine(options), "-chardev", "file,id=profile,path=p/1.profraw"));
  EXPECT_TRUE(Has(CommandLine(options), "-device", "isa-debugcon,iobase=0xe9,chardev=profile"));
}

TEST(NextProfile, IsANewFileEachTimeInTheFolderOfTheEnvironment) {
  unsetenv("HAFNON_PROFILES");
  EXPECT_EQ(NextProfile(), "");

  setenv("HAFNON_PROFILES", "/there", 1);
  const std::string first = NextProfile();
  EXPECT_TRUE(first.starts_with("/there/") && first.ends_with(".profraw")) << first;
  EXPECT_NE(NextProfile(), first);
  unsetenv("HAFNON_PROFILES");
}

TEST(CommandLine, StartsX64OnTheMachineAskedFor) {
  Options options;
  options.architecture = Architecture::kX64;
  options.machine = "microvm";
  options.time = Time::kCounted;
  options.console = Console::kCaptured;
  const auto arguments = CommandLine(options);

  EXPECT_EQ(arguments[0], "qemu-system-x86_64");
  EXPECT_TRUE(Has(arguments, "-M", "microvm"));
  EXPECT_TRUE(Has(arguments, "-device", "isa-debug-exit,iobase=0xf4,iosize=4"));
  EXPECT_TRUE(Has(arguments, "-icount", "shift=0,sleep=off"));
  EXPECT_TRUE(Has(arguments, "-serial", "stdio"));
}

TEST(Machine, IsKnownWithItsProperties) {
  EXPECT_TRUE(IsKnownMachine(Architecture::kArm64, "virt,gic-version=3"));
  EXPECT_TRUE(IsKnownMachine(Architecture::kX64, "microvm"));
  EXPECT_FALSE(IsKnownMachine(Architecture::kArm64, "q35"));
  EXPECT_FALSE(IsKnownMachine(Architecture::kX64, ""));
}

TEST(GuestStatus, SurvivesTheWayThroughQemu) {
  for (int status = 0; status <= kMaxGuestStatus; ++status) {
    EXPECT_EQ(GuestStatus(Architecture::kArm64, status), status);
    const int qemu_status = ((status + 16) << 1) | 1;
    ASSERT_LE(qemu_status, 255);
    EXPECT_EQ(GuestStatus(Architecture::kX64, qemu_status), status);
  }
}

TEST(GuestStatus, IsAbsentWhenX64PoweredOffOrQemuFailed) {
  EXPECT_EQ(GuestStatus(Architecture::kX64, 0), std::nullopt);
  EXPECT_EQ(GuestStatus(Architecture::kX64, 1), std::nullopt);
}

}  // namespace
}  // namespace qemu
