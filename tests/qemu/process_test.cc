// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/process.h"

#include <gtest/gtest.h>

namespace qemu {
namespace {

using namespace std::chrono_literals;

Ended Shell(const std::string& script, std::chrono::milliseconds timeout = 20s) {
  return Run({.arguments = {"sh", "-c", script},
              .folder = "",
              .output = Output::kCapture,
              .has_input = false,
              .timeout = timeout});
}

TEST(Process, GivesExitStatusAndOutput) {
  const Ended ended = Shell("echo out; echo err >&2; exit 7");

  EXPECT_EQ(ended.how, Ended::How::kExited);
  EXPECT_EQ(ended.code, 7);
  EXPECT_EQ(ended.output, "out\nerr\n");
  EXPECT_FALSE(ended.succeeded());
}

TEST(Process, SaysWhenItWasKilledBySignal) {
  const Ended ended = Shell("kill -TERM $$");

  EXPECT_EQ(ended.how, Ended::How::kSignalled);
  EXPECT_EQ(ended.code, 15);
}

TEST(Process, IsEndedAtItsTimeLimit) {
  const Ended ended = Shell("echo before; exec cat /dev/zero > /dev/null", 200ms);

  EXPECT_EQ(ended.how, Ended::How::kTimeout);
  EXPECT_EQ(ended.output, "before\n");
}

TEST(Process, IsEndedAtItsTimeLimitWithClosedOutput) {
  EXPECT_EQ(Shell("exec cat /dev/zero > /dev/null 2> /dev/null", 200ms).how, Ended::How::kTimeout);
}

TEST(Process, HasNoInputUnlessAskedFor) { EXPECT_EQ(Shell("cat").output, ""); }

TEST(Process, IsTypedAtOnceItHasAskedForIt) {
  std::string problem;
  auto dialogue = Dialogue::Parse("wait name?\nsend hafnon\\n\n", problem);
  ASSERT_TRUE(dialogue) << problem;
  const Ended ended = qemu::Run({.arguments = {"sh", "-c", "echo 'name?'; read name; echo \"<$name>\""},
                           .output = Output::kCapture,
                           .has_input = false,
                           .dialogue = &*dialogue,
                           .timeout = 20s});

  EXPECT_TRUE(ended.succeeded());
  EXPECT_EQ(ended.output, "name?\n<hafnon>\n");
  EXPECT_FALSE(dialogue->awaited());
}

TEST(Process, MayEndBeforeItHasReadItsInput) {
  std::string problem;
  auto dialogue = Dialogue::Parse("wait a\nsend 1\nwait never\n", problem);
  ASSERT_TRUE(dialogue) << problem;
  const Ended ended = qemu::Run({.arguments = {"sh", "-c", "exec 0<&-; echo a; exit 3"},
                           .output = Output::kCapture,
                           .has_input = false,
                           .dialogue = &*dialogue,
                           .timeout = 20s});

  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(dialogue->awaited(), "never");
}

TEST(Process, SaysWhenTheProgramDoesNotExist) {
  EXPECT_EQ(qemu::Run({.arguments = {"hafnon-no-such-program"}}).how, Ended::How::kNotStarted);
}

}  // namespace
}  // namespace qemu
