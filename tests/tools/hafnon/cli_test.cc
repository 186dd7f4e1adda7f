// SPDX-License-Identifier: BSD-2-Clause
// The tool as a whole: what it prints and the exit status it ends with.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "qemu/process.h"

namespace hafnon {
namespace {

namespace fs = std::filesystem;

qemu::Ended Tool(std::vector<std::string> arguments, const std::string& folder = ROOT) {
  arguments.insert(arguments.begin(), TOOL);
  return qemu::Run({.arguments = arguments,
                    .folder = folder,
                    .output = qemu::Output::kCapture,
                    .has_input = false,
                    .timeout = std::chrono::seconds(30)});
}

bool Has(const qemu::Ended& ended, std::string_view text) {
  return ended.output.find(text) != std::string::npos;
}

TEST(Cli, ExplainsACode) {
  const auto ended = Tool({"explain", "e0104"}, "/");
  EXPECT_EQ(ended.code, 0);
  EXPECT_TRUE(ended.output.starts_with("E0104: unknown field\n\n")) << ended.output;
  EXPECT_EQ(Tool({"explain", "E9999"}).code, 1);
}

TEST(Cli, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Tool({}).code, 1);
  EXPECT_EQ(Tool({"fly"}).code, 1);
  EXPECT_EQ(Tool({"run", "--arch", "mips"}).code, 1);
  EXPECT_EQ(Tool({"list", "planets"}).code, 1);
  EXPECT_EQ(Tool({"--help"}).code, 0);
}

TEST(Cli, NeedsATree) {
  unsetenv("HAFNON_ROOT");
  const auto ended = Tool({"list", "machines"}, "/");
  EXPECT_EQ(ended.code, 1);
  EXPECT_TRUE(Has(ended, "not inside a Hafnon tree")) << ended.output;
}

TEST(Cli, ChecksAndShowsManifests) {
  const std::string folder = ROOT "/tests/tools/golden";
  const auto good = Tool({"manifest", "show", "good_system.cml"}, folder);
  EXPECT_EQ(good.code, 0) << good.output;
  EXPECT_TRUE(good.output.starts_with("1. /good\n")) << good.output;

  const auto bad = Tool({"manifest", "check", "E0104_binray.cml"}, folder);
  EXPECT_EQ(bad.code, 1);
  EXPECT_TRUE(bad.output.starts_with("error[E0104]: unknown field `binray`")) << bad.output;
}

TEST(Cli, NamesAMachineThatDoesNotExist) {
  const auto ended = Tool({"exec", "--kernel", "/dev/null", "-M", "q35"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_TRUE(Has(ended, "error[E0603]: arm64 does not run on the machine q35\n")) << ended.output;
}

TEST(Cli, NamesAMissingKernel) {
  const auto ended = Tool({"exec", "--kernel", "/nowhere/kernel.img"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_TRUE(Has(ended, "error[E0602]: file not found: /nowhere/kernel.img\n")) << ended.output;
}

TEST(Cli, NamesThePackageOfAMissingQemu) {
  const std::string path = getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const auto ended = Tool({"exec", "--kernel", "/dev/null", "--arch", "x64"});
  setenv("PATH", path.c_str(), 1);

  EXPECT_EQ(ended.code, 4);
  EXPECT_TRUE(Has(ended, "error[E0601]: qemu-system-x86_64 cannot be started\n")) << ended.output;
  EXPECT_TRUE(Has(ended, "help: apt-get install qemu-system-x86\n")) << ended.output;
}

// A program called like QEMU that behaves as the test wants.
class FakeQemu : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("hafnon-qemu-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    old_path_ = getenv("PATH");
    setenv("PATH", (folder_.string() + ":" + old_path_).c_str(), 1);
  }
  void TearDown() override {
    setenv("PATH", old_path_.c_str(), 1);
    fs::remove_all(folder_);
  }
  void Behave(const std::string& script) {
    for (const char* name : {"qemu-system-aarch64", "qemu-system-x86_64"}) {
      std::ofstream(folder_ / name) << "#!/bin/sh\n" << script << "\n";
      fs::permissions(folder_ / name, fs::perms::owner_all);
    }
  }
  qemu::Ended Exec(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"exec", "--kernel", "/dev/null"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Tool(arguments);
  }

  fs::path folder_;
  std::string old_path_;
};

TEST_F(FakeQemu, PassesWhenTheGuestReportsItsStatus) {
  Behave("exit 0");
  EXPECT_EQ(Exec({}).code, 0);
  EXPECT_EQ(Exec({"--status", "3"}).code, 2);
  Behave("exit 33");
  EXPECT_EQ(Exec({"--arch", "x64"}).code, 0);
  Behave("exit 39");
  EXPECT_EQ(Exec({"--arch", "x64", "--status", "3"}).code, 0);
}

TEST_F(FakeQemu, FailsWhenX64GoesOffWithoutAStatus) {
  Behave("exit 0");
  const auto ended = Exec({"--arch", "x64"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(Has(ended, "went off without a status")) << ended.output;
}

TEST_F(FakeQemu, EndsAtTheTimeLimit) {
  Behave("exec cat /dev/zero > /dev/null");
  const auto ended = Exec({"--timeout", "1"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_TRUE(Has(ended, "QEMU was stopped")) << ended.output;
}

TEST_F(FakeQemu, ComparesTheTranscript) {
  Behave("echo 'hello, world'");
  const std::string expect = (folder_ / "a.expect").string();
  std::ofstream(expect) << "hello, *\n";
  EXPECT_EQ(Exec({"--expect", expect}).code, 0);
  std::ofstream(expect) << "goodbye\n";
  const auto ended = Exec({"--expect", expect});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(Has(ended, "missing after the start: goodbye")) << ended.output;
}

TEST_F(FakeQemu, EndsEveryBootOfAChangedImageInTimeOrFails) {
  const std::string image = (folder_ / "a.zbi").string();
  std::ofstream(image) << "some image";
  const auto flip = [&] {
    return Tool({"flip", "--kernel", "/dev/null", "--image", image, "--count", "3"});
  };
  Behave("exit 0");
  EXPECT_TRUE(Has(flip(), "3 passed, 0 failed\n"));
  Behave("echo '[zbi] ERROR: bad magic'; exit 1");
  EXPECT_EQ(flip().code, 0);
  Behave("echo silence; exit 1");
  const auto ended = flip();
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(Has(ended, "failed without naming an error\n")) << ended.output;
}

TEST_F(FakeQemu, GetsTheSeedAndPrintsItOnFailure) {
  Behave("echo \"$@\"; exit 1");
  const auto ended = Exec({"--seed", "42"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(Has(ended, "kernel.exit=semihosting kernel.seed=42")) << ended.output;
  EXPECT_TRUE(Has(ended, "seed: 42\n")) << ended.output;
}

}  // namespace
}  // namespace hafnon
