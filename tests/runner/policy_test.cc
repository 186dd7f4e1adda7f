// SPDX-License-Identifier: BSD-2-Clause
#include "runner/policy.h"

#include "tests/runner/table_fixture.h"

namespace runner {
namespace {

using manifest::Flag;
using manifest::Privilege;

class Policy : public TableFixture {
 protected:
  std::optional<Refusal> Check() {
    const manifest::Table& built = table();
    return CheckPolicy(built.start(0), built);
  }
};

TEST_F(Policy, AComponentWithoutWishesNeedsNoAllowlist) { EXPECT_FALSE(Check()); }

TEST_F(Policy, EveryPrivilegeIsDeniedByDefault) {
  for (const Flag flag :
       {Flag::kAmbientMarkVmoExec, Flag::kMainProcessCritical, Flag::kCreateRawProcesses}) {
    hello().flags = static_cast<uint32_t>(flag);
    const auto refusal = Check();
    ASSERT_TRUE(refusal) << static_cast<uint32_t>(flag);
    EXPECT_EQ(refusal->status(), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(refusal->code(), "E0410");
  }
}

TEST_F(Policy, RebootOnTerminateAndTheUtcMaintainerAreDeniedByDefault) {
  hello().on_terminate = manifest::OnTerminate::kReboot;
  EXPECT_TRUE(Check());
  hello().on_terminate = manifest::OnTerminate::kNone;
  hello().utc_clock = manifest::UtcClock::kMaintainer;
  EXPECT_TRUE(Check());
}

TEST_F(Policy, WhoeverMayRebootTheMachineIsInTheAllowlist) {
  hello().restart.give_up = manifest::GiveUp::kReboot;
  EXPECT_EQ(Check().value().text(),
            "policy refuses `restart.give_up: reboot`; add the moniker to the system's allowlist "
            "`reboot_on_terminate`");
  hello().restart.give_up = manifest::GiveUp::kLeaveFailed;
  hello().watchdog.action = manifest::WatchdogAction::kReboot;
  EXPECT_TRUE(Check());
  Allow(Privilege::kRebootOnTerminate, "/hello");
  EXPECT_FALSE(Check());
}

// The catalogue's four tests of one form: nobody by default; then exactly who is named.
void ExpectScoped(Privilege privilege) {
  manifest::SystemSpec system;
  for (const bool named : {false, true}) {
    if (named) system.policy = {{privilege, "/foo/bar"}, {privilege, "/baz/fiz"}};
    const auto bytes = manifest::Build(system);
    manifest::FirstProblem problem;
    const auto table = manifest::Table::Open(bytes, problem);
    ASSERT_TRUE(table);
    for (const char* moniker : {"/foo/bar", "/baz/fiz"}) {
      EXPECT_EQ(table->Allows(privilege, moniker), named) << moniker;
    }
    for (const char* moniker : {"/", "/foo", "/baz", "/foo/bar/baz", "/foo/ba", "/fiz"}) {
      EXPECT_FALSE(table->Allows(privilege, moniker)) << moniker;
    }
  }
}

TEST(ScopedPolicy, scoped_policy_checker_vmex) { ExpectScoped(Privilege::kAmbientMarkVmoExec); }
TEST(ScopedPolicy, scoped_policy_checker_create_raw_processes) {
  ExpectScoped(Privilege::kCreateRawProcesses);
}
TEST(ScopedPolicy, scoped_policy_checker_main_process_critical_allowed) {
  ExpectScoped(Privilege::kMainProcessCritical);
}
TEST(ScopedPolicy, scoped_policy_checker_reboot_policy_allowed) {
  ExpectScoped(Privilege::kRebootOnTerminate);
}

TEST_F(Policy, AnAllowlistEntryGrantsItsOwnPrivilegeOnly) {
  hello().flags = static_cast<uint32_t>(Flag::kMainProcessCritical);
  Allow(Privilege::kAmbientMarkVmoExec, "/hello");
  EXPECT_TRUE(Check());
  Allow(Privilege::kMainProcessCritical, "/**");
  EXPECT_FALSE(Check());
}

TEST_F(Policy, TheRefusalNamesFieldAndAllowlist) {
  hello().flags = static_cast<uint32_t>(Flag::kCreateRawProcesses);

  const auto refusal = Check();

  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->text(),
            "policy refuses `job_policy_create_raw_processes`; add the moniker to the system's "
            "allowlist `create_raw_processes`");
}

}  // namespace
}  // namespace runner
