// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/job_policy.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace {

using kernel::JobPolicy;
using Conflict = JobPolicy::Conflict;
using Change = zx_policy_basic_v2_t;

constexpr uint32_t kKeep = ZX_POL_OVERRIDE_DENY;
constexpr uint32_t kOpen = ZX_POL_OVERRIDE_ALLOW;

TEST(JobPolicy, TheRootAllowsEverything) {
  const JobPolicy policy;
  for (uint32_t condition = 0; condition < ZX_POL_MAX; ++condition) {
    EXPECT_EQ(policy.ActionFor(condition), ZX_POL_ACTION_ALLOW);
  }
  EXPECT_EQ(policy.timer_slack().amount, 0);
}

TEST(JobPolicy, LaterEntriesOfACallWin) {
  JobPolicy policy;
  const Change changes[] = {{ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY, kOpen},
                            {ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW, kOpen}};

  ASSERT_TRUE(policy.Apply(Conflict::kFail, changes));

  EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_VMO), ZX_POL_ACTION_ALLOW);
  EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_IOB), ZX_POL_ACTION_DENY);
  EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_PROFILE), ZX_POL_ACTION_DENY);
  EXPECT_EQ(policy.ActionFor(ZX_POL_BAD_HANDLE), ZX_POL_ACTION_ALLOW);
  EXPECT_EQ(policy.ActionFor(ZX_POL_AMBIENT_MARK_VMO_EXEC), ZX_POL_ACTION_ALLOW);
}

// What one call fixes, its later entries may still change; only then it is decided.
TEST(JobPolicy, LaterEntriesOfACallWinOverWhatTheCallItselfFixes) {
  for (const Conflict conflict : {Conflict::kFail, Conflict::kSkip}) {
    JobPolicy policy;
    const Change changes[] = {{ZX_POL_NEW_ANY, ZX_POL_ACTION_DENY, kKeep},
                              {ZX_POL_NEW_VMO, ZX_POL_ACTION_ALLOW, kKeep},
                              {ZX_POL_NEW_PORT, ZX_POL_ACTION_KILL, kOpen}};

    ASSERT_TRUE(policy.Apply(conflict, changes));

    EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_VMO), ZX_POL_ACTION_ALLOW);
    EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_PORT), ZX_POL_ACTION_KILL);
    EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_EVENT), ZX_POL_ACTION_DENY);
    const Change vmo[] = {{ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, kKeep}};
    EXPECT_EQ(policy.Apply(Conflict::kFail, vmo).error(), ZX_ERR_ALREADY_EXISTS);
    const Change port[] = {{ZX_POL_NEW_PORT, ZX_POL_ACTION_ALLOW, kKeep}};
    EXPECT_TRUE(policy.Apply(Conflict::kFail, port));
  }
}

TEST(JobPolicy, WhatIsFixedStaysFixed) {
  JobPolicy policy;
  const Change fix[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, kKeep}};
  const Change same[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, kKeep}};
  const Change other[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_ALLOW, kKeep}};
  ASSERT_TRUE(policy.Apply(Conflict::kFail, fix));

  EXPECT_TRUE(policy.Apply(Conflict::kFail, same));
  EXPECT_TRUE(policy.Apply(Conflict::kSkip, other));
  EXPECT_EQ(policy.Apply(Conflict::kFail, other).error(), ZX_ERR_ALREADY_EXISTS);

  EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_EVENT), ZX_POL_ACTION_DENY);
}

TEST(JobPolicy, AFailureChangesNothing) {
  struct Case {
    Change last;
    zx_status_t error;
  };
  const Case cases[] = {{{ZX_POL_MAX, ZX_POL_ACTION_DENY, kKeep}, ZX_ERR_INVALID_ARGS},
                        {{ZX_POL_NEW_VMO, ZX_POL_ACTION_KILL + 1, kKeep}, ZX_ERR_NOT_SUPPORTED},
                        {{ZX_POL_NEW_VMO, ZX_POL_ACTION_DENY, kKeep + 1}, ZX_ERR_INVALID_ARGS}};
  for (const Case& wrong : cases) {
    JobPolicy policy;
    const Change changes[] = {{ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY, kKeep}, wrong.last};

    EXPECT_EQ(policy.Apply(Conflict::kSkip, changes).error(), wrong.error);

    EXPECT_EQ(policy.ActionFor(ZX_POL_NEW_EVENT), ZX_POL_ACTION_ALLOW);
  }
}

TEST(JobPolicy, TimerSlackNeverShrinks) {
  JobPolicy policy;
  ASSERT_TRUE(policy.ApplyTimerSlack({.min_slack = 500, .default_mode = ZX_TIMER_SLACK_LATE, .padding1 = {}}));
  ASSERT_TRUE(policy.ApplyTimerSlack({.min_slack = 100, .default_mode = ZX_TIMER_SLACK_EARLY, .padding1 = {}}));

  EXPECT_EQ(policy.timer_slack().amount, 500);
  EXPECT_EQ(policy.timer_slack().mode, ZX_TIMER_SLACK_EARLY);
  EXPECT_EQ(policy.ApplyTimerSlack({.min_slack = -1, .default_mode = 0, .padding1 = {}}).error(),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(policy.ApplyTimerSlack({.min_slack = 1, .default_mode = 3, .padding1 = {}}).error(),
            ZX_ERR_INVALID_ARGS);
}

// Random single changes against the rule written as a table.
TEST(JobPolicy, AgreesWithTheRule) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    JobPolicy policy;
    std::vector<uint32_t> actions(ZX_POL_MAX, ZX_POL_ACTION_ALLOW);
    std::vector<bool> fixed(ZX_POL_MAX, false);
    for (int step = 0; step < 40; ++step) {
      uint32_t condition = random() % ZX_POL_MAX;
      if (condition == ZX_POL_NEW_ANY) condition = ZX_POL_NEW_VMO;
      const uint32_t action = random() % (ZX_POL_ACTION_KILL + 1);
      const bool keep = random() % 4 == 0;
      const bool fail = random() % 2 == 0;
      const Change change[] = {{condition, action, keep ? kKeep : kOpen}};

      const auto applied = policy.Apply(fail ? Conflict::kFail : Conflict::kSkip, change);

      if (!fixed[condition]) {
        ASSERT_TRUE(applied);
        actions[condition] = action;
        fixed[condition] = keep;
      } else {
        ASSERT_EQ(applied.has_value(), !fail || actions[condition] == action);
      }
      for (uint32_t i = 0; i < ZX_POL_MAX; ++i) ASSERT_EQ(policy.ActionFor(i), actions[i]);
    }
  }
}

}  // namespace
