// SPDX-License-Identifier: BSD-2-Clause
#include "runner/launch.h"

#include <zircon/processargs.h>
#include <zircon/rights.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lib/manifest/component_check.h"
#include "lib/manifest/start_message.h"
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

TEST_F(Launch, BadHandlesMeetTheActionOfTheTable) {
  using manifest::BadHandlePolicy;
  for (const auto& [value, action] : std::vector<std::pair<BadHandlePolicy, uint32_t>>{
           {BadHandlePolicy::kDeny, ZX_POL_ACTION_DENY},
           {BadHandlePolicy::kDenyException, ZX_POL_ACTION_DENY_EXCEPTION},
           {BadHandlePolicy::kAllowException, ZX_POL_ACTION_ALLOW_EXCEPTION}}) {
    hello().bad_handle_policy = value;
    const auto plan = Plan();
    ASSERT_TRUE(plan);
    const auto& policy = plan->basic_policies().back();
    EXPECT_EQ(policy.condition, ZX_POL_BAD_HANDLE);
    EXPECT_EQ(policy.action, action);
  }
}

TEST_F(Launch, FurtherPoliciesComeFromTheTable) {
  hello().job_policies = {{ZX_POL_VMAR_WX, ZX_POL_ACTION_KILL}, {ZX_POL_NEW_SOCKET, 1}};
  EXPECT_EQ(PolicyConditions(),
            (std::vector<uint32_t>{ZX_POL_NEW_PROCESS, ZX_POL_AMBIENT_MARK_VMO_EXEC,
                                   ZX_POL_VMAR_WX, ZX_POL_NEW_SOCKET}));
  EXPECT_EQ(Plan()->basic_policies()[2].action, ZX_POL_ACTION_KILL);
}

TEST_F(Launch, EveryConditionFitsIntoThePlan) {
  for (uint32_t condition = 0; condition < ZX_POL_MAX; ++condition) {
    if (manifest::IsExtraCondition(condition)) hello().job_policies.push_back({condition, 1});
  }
  hello().bad_handle_policy = manifest::BadHandlePolicy::kDeny;
  EXPECT_EQ(PolicyConditions().size(), ZX_POL_MAX - 1u);  // all but NEW_ANY
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
  using manifest::ComponentSpec;
  struct Case {
    std::string_view field;
    void (*set)(ComponentSpec&);
  };
  for (const Case& c : {
           Case{"a stream forwarded to the console",
                [](ComponentSpec& s) { s.stderr_sink = manifest::Sink::kConsole; }},
           Case{"capabilities (an outgoing directory)",
                [](ComponentSpec& s) { s.flags = uint32_t(Flag::kOutgoingDirectory); }},
           Case{"use (services of other components)",
                [](ComponentSpec& s) {
                  s.wave = 1;
                  s.uses = {{.path = "/svc/a", .provider = "/other", .provider_path = "svc/a"}};
                }},
           Case{"hafnon.limits", [](ComponentSpec& s) { s.limits.memory_bytes = 1; }},
           Case{"hafnon.limits", [](ComponentSpec& s) { s.limits.handles = 1; }},
           Case{"hafnon.limits", [](ComponentSpec& s) { s.limits.processes = 1; }},
           Case{"hafnon.limits", [](ComponentSpec& s) { s.limits.threads = 1; }},
           Case{"hafnon.restart with give_up or scope",
                [](ComponentSpec& s) { s.restart.give_up = manifest::GiveUp::kStopDependents; }},
           Case{"hafnon.restart with give_up or scope",
                [](ComponentSpec& s) {
                  s.restart.scope = manifest::RestartScope::kSelfAndDependents;
                }},
           Case{"hafnon.readiness",
                [](ComponentSpec& s) {
                  s.readiness = manifest::Readiness::kEventpair;
                  s.handles = {{.type = PA_USER0,
                                .source = manifest::HandleSource::kReadiness,
                                .rights = ZX_RIGHT_SIGNAL}};
                }},
           Case{"hafnon.log with tag or min_severity", [](ComponentSpec& s) { s.log_tag = "tag"; }},
           Case{"hafnon.log with tag or min_severity",
                [](ComponentSpec& s) { s.log.min_severity = manifest::Severity::kError; }},
           Case{"hafnon.crash", [](ComponentSpec& s) { s.crash.frames = 1; }},
           Case{"hafnon.debug", [](ComponentSpec& s) { s.break_on_start_ms = 300; }},
           Case{"hafnon.namespace",
                [](ComponentSpec& s) {
                  s.name_space = {{.path = "/tmp", .source = manifest::NamespaceSource::kEmpty}};
                }},
           Case{"hafnon.handles",
                [](ComponentSpec& s) {
                  s.handles = {{.type = PA_USER0, .rights = ZX_RIGHT_WAIT, .name = "e"}};
                }},
           Case{"hafnon.config", [](ComponentSpec& s) { s.config = {0, 0}; }},
       }) {
    const ComponentSpec before = hello();
    c.set(hello());
    EXPECT_EQ(RefusalText("E0420"),
              "this runner does not support " + std::string(c.field) + "; remove it");
    hello() = before;
  }
}

TEST_F(Launch, WhatTheSystemAsksForInVainRefusesEveryComponent) {
  system().on_fatal = manifest::OnFatal::kHalt;
  EXPECT_EQ(RefusalText("E0420"), "this runner does not support hafnon.system.on_fatal; remove it");
  system() = {.hardware_watchdog_ms = 1};
  EXPECT_EQ(RefusalText("E0420"),
            "this runner does not support hafnon.system.hardware_watchdog_ms; remove it");
}

// Everything the launcher puts into the message, in its order, except for what it adds itself.
TEST_F(Launch, PlansTheHandlesThatTheTableWasCheckedWith) {
  const auto plan = Plan();
  ASSERT_TRUE(plan);
  const manifest::StartMessage checked({});
  for (const PlannedHandle& handle : plan->planned_handles()) {
    EXPECT_NE(std::ranges::find(checked.handles(), handle.info), checked.handles().end());
  }
  const std::vector<uint32_t> builders = {PA_PROC_SELF,   PA_THREAD_SELF, PA_VMAR_ROOT, PA_NS_DIR,
                                          PA_VMAR_LOADED, PA_VMO_VDSO,    PA_VMO_STACK};
  EXPECT_EQ(checked.handles().size(), plan->handle_count + builders.size());
}

TEST_F(Launch, PolicyIsCheckedBeforeTheBinary) {
  hello().flags = static_cast<uint32_t>(Flag::kMainProcessCritical);
  binary_.state = State::kMissing;
  RefusalText("E0410");
}

}  // namespace
}  // namespace runner
