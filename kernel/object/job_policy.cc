// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/job_policy.h"

namespace kernel {
namespace {

// What ZX_POL_NEW_ANY stands for.
constexpr uint32_t kNewConditions[] = {
    ZX_POL_NEW_VMO,    ZX_POL_NEW_CHANNEL, ZX_POL_NEW_EVENT,   ZX_POL_NEW_EVENTPAIR,
    ZX_POL_NEW_PORT,   ZX_POL_NEW_SOCKET,  ZX_POL_NEW_FIFO,    ZX_POL_NEW_TIMER,
    ZX_POL_NEW_PROCESS, ZX_POL_NEW_PROFILE, ZX_POL_NEW_PAGER,  ZX_POL_NEW_IOB,
};

}  // namespace

base::Result<> JobPolicy::Apply(Conflict conflict, std::span<const zx_policy_basic_v2_t> changes) {
  JobPolicy changed = *this;
  for (const zx_policy_basic_v2_t& change : changes) {
    if (change.flags != ZX_POL_OVERRIDE_ALLOW && change.flags != ZX_POL_OVERRIDE_DENY) {
      return base::Error(ZX_ERR_INVALID_ARGS);
    }
    TRY(changed.ApplyOne(conflict, *this, change.condition, change));
    if (change.condition != ZX_POL_NEW_ANY) continue;
    for (const uint32_t condition : kNewConditions) {
      TRY(changed.ApplyOne(conflict, *this, condition, change));
    }
  }
  *this = changed;
  return {};
}

base::Result<> JobPolicy::ApplyOne(Conflict conflict, const JobPolicy& before, uint32_t condition,
                                   const zx_policy_basic_v2_t& change) {
  if (condition >= ZX_POL_MAX) return base::Error(ZX_ERR_INVALID_ARGS);
  if (change.action > ZX_POL_ACTION_KILL) return base::Error(ZX_ERR_NOT_SUPPORTED);
  // What earlier entries of the same call have fixed is still open.
  const Entry& old = before.entries_[condition];
  if (old.fixed) {
    if (old.action == change.action || conflict == Conflict::kSkip) return {};
    return base::Error(ZX_ERR_ALREADY_EXISTS);
  }
  entries_[condition] = {.action = static_cast<uint8_t>(change.action),
                         .fixed = change.flags == ZX_POL_OVERRIDE_DENY};
  return {};
}

base::Result<> JobPolicy::ApplyTimerSlack(const zx_policy_timer_slack_t& slack) {
  if (slack.min_slack < 0 || slack.default_mode > ZX_TIMER_SLACK_LATE) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  if (slack.min_slack > timer_slack_.amount) timer_slack_.amount = slack.min_slack;
  timer_slack_.mode = slack.default_mode;
  return {};
}

}  // namespace kernel
