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
