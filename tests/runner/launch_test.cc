// SPDX-License-Identifier: BSD-2-Clause
#include "runner/launch.h"

#include <zircon/processargs.h>

#include <string>
#include <vector>

#include "lib/procargs/procargs.h"
#include "tests/runner/table_fixture.h"

namespace runner {
namespace {

using manifest::Flag;
using manifest::Privilege;
using State = BinaryFacts::State;

class Launch : public TableFixture {
 protected:
  std::expected<LaunchPlan, Refusal> Plan() {
    const manifest::Table& built = table();
    return Decide(built.start(0), built, binary_);
  }
  // Decides and expects a refusal with this code.
  std::string RefusalText(std::string_view code) {
    const auto plan = Plan();
    if (plan) {
      ADD_FAILURE() << "not refused";
      return "";
    }
    EXPECT_EQ(plan.error().code(), code);
    return std::string(plan.error().text());
  }
  std::vector<uint32_t> PolicyConditions() {
    std::vector<uint32_t> conditions;
    const auto plan = Plan();
    if (!plan) return conditions;
    for (const auto& policy : plan->basic_policies()) conditions.push_back(policy.condition);
    return conditions;
  }

  BinaryFacts binary_{.state = State::kGood};
};

TEST_F(Launch, DeniesProcessesAndExecutableMemoryUnlessAllowed) {
  EXPECT_EQ(PolicyConditions(),
            (std::vector<uint32_t>{ZX_POL_NEW_PROCESS, ZX_POL_AMBIENT_MARK_VMO_EXEC}));

  hello().flags = static_cast<uint32_t>(Flag::kCreateRawProcesses);
  Allow(Privilege::kCreateRawProcesses, "/hello");
  EXPECT_EQ(PolicyConditions(), std::vector<uint32_t>{ZX_POL_AMBIENT_MARK_VMO_EXEC});
}

TEST_F(Launch, EveryPolicyIsFinalForTheJobsBelow) {
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  for (const auto& policy : plan->basic_policies()) {
    EXPECT_EQ(policy.action, ZX_POL_ACTION_DENY);
    EXPECT_EQ(policy.flags, ZX_POL_OVERRIDE_DENY);
  }
}

TEST_F(Launch, BadHandlesRaiseAnExceptionWhenTheTableSaysSo) {
  hello().bad_handle_policy = manifest::BadHandlePolicy::kDeny;
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  const auto& policy = plan->basic_policies().back();
  EXPECT_EQ(policy.condition, ZX_POL_BAD_HANDLE);
  EXPECT_EQ(policy.action, ZX_POL_ACTION_DENY_EXCEPTION);
}

TEST_F(Launch, TimerSlackComesFromTheTable) {
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->timer_slack.min_slack, 50'000);
  EXPECT_EQ(plan->timer_slack.default_mode, ZX_TIMER_SLACK_LATE);
}

TEST_F(Launch, HandlesComeInTheDocumentedOrder) {
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  std::vector<uint32_t> infos;
  for (const PlannedHandle& handle : plan->planned_handles()) infos.push_back(handle.info);
  EXPECT_EQ(infos, (std::vector<uint32_t>{procargs::HandleInfo(PA_CLOCK_UTC, 0),
                                          procargs::HandleInfo(PA_FD, 1),
                                          procargs::HandleInfo(PA_FD, 2),
                                          procargs::HandleInfo(PA_JOB_DEFAULT, 0)}));
}

TEST_F(Launch, AReaderOfTheUtcClockCannotSetIt) {
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->planned_handles()[0].rights,
            ZX_RIGHT_READ | ZX_RIGHT_WAIT | ZX_RIGHT_DUPLICATE | ZX_RIGHT_TRANSFER);
}

TEST_F(Launch, SilencedStreamsGetNoHandle) {
  hello().stdout_sink = manifest::Sink::kNone;
  hello().stderr_sink = manifest::Sink::kNone;
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->handle_count, 2u);
}

TEST_F(Launch, TheProcessIsNamedAfterTheUrl) {
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->process_name, "hello");
}

TEST_F(Launch, AMissingBinaryIsNamedWithItsRemedy) {
  binary_.state = State::kMissing;
  EXPECT_EQ(RefusalText("E0201"),
            "bin/hello is not in the boot image; check `program.binary` and the image's files");
}

TEST_F(Launch, ABinaryForAnotherMachineIsNamedWithBothMachines) {
  binary_ = {.state = State::kBroken,
             .finding = {.code = elf::Code::kWrongMachine, .offset = 18, .found = 62, .expected = 183}};
  const std::string text = RefusalText("E0302");
  EXPECT_NE(text.find("bin/hello"), std::string::npos) << text;
  EXPECT_NE(text.find("x86-64"), std::string::npos) << text;
  EXPECT_NE(text.find("arm64"), std::string::npos) << text;
}

TEST_F(Launch, BrokenFilesHaveTheirCodes) {
  for (const auto& [code, expected] : std::vector<std::pair<elf::Code, std::string_view>>{
           {elf::Code::kBeyondFile, "E0303"},
           {elf::Code::kHeadersTruncated, "E0303"},
           {elf::Code::kTypeFixedAddress, "E0305"},
           {elf::Code::kWriteExecute, "E0311"},
           {elf::Code::kBadMagic, "E0301"},
           {elf::Code::kWrongClass, "E0304"},
           {elf::Code::kTypeCore, "E0306"},
           {elf::Code::kNotCongruent, "E0308"},
           {elf::Code::kNothingToLoad, "E0309"},
           {elf::Code::kStackExecutable, "E0312"}}) {
    binary_ = {.state = State::kBroken, .finding = {.code = code}};
    EXPECT_FALSE(RefusalText(expected).empty());
  }
}

TEST_F(Launch, ANeededLibraryIsNamed) {
  binary_.foreign_library = "libc++.so.2";
  EXPECT_EQ(RefusalText("E0307"),
            "bin/hello needs libc++.so.2, which is not in the image; link it statically");
}

TEST_F(Launch, WhatTheRunnerCannotServeIsRefusedNotIgnored) {
  hello().stop_event = manifest::StopEvent::kNotify;
  EXPECT_EQ(RefusalText("E0420"),
            "this runner does not support lifecycle.stop_event: notify; remove it");
}

TEST_F(Launch, PolicyIsCheckedBeforeTheBinary) {
  hello().flags = static_cast<uint32_t>(Flag::kMainProcessCritical);
  binary_.state = State::kMissing;
  RefusalText("E0410");
}

}  // namespace
}  // namespace runner
