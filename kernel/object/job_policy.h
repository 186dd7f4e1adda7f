// SPDX-License-Identifier: BSD-2-Clause
// What a job lets its processes do.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <zircon/syscalls/policy.h>

#include "kernel/time/deadline.h"
#include "lib/base/result.h"

namespace kernel {

// One action per condition, and whether jobs below may change it. A value: copied to child jobs and
// to processes when they are made.
class JobPolicy {
 public:
  // Everything allowed and changeable, no timer slack: the root job's.
  constexpr JobPolicy() = default;

  // How conflicts with what is fixed already are treated: skipped, or ZX_ERR_ALREADY_EXISTS.
  enum class Conflict : uint8_t { kSkip, kFail };
  // Applies `changes` in order; all or nothing.
  // Errors: ZX_ERR_INVALID_ARGS unknown condition or override, ZX_ERR_NOT_SUPPORTED unknown action,
  // ZX_ERR_ALREADY_EXISTS.
  base::Result<> Apply(Conflict conflict, std::span<const zx_policy_basic_v2_t> changes);
  // The amount never shrinks; the mode is replaced.
  // Errors: ZX_ERR_INVALID_ARGS negative amount, unknown mode.
  base::Result<> ApplyTimerSlack(const zx_policy_timer_slack_t& slack);

  // ZX_POL_ACTION_*; `condition` is below ZX_POL_MAX.
  uint32_t ActionFor(uint32_t condition) const { return entries_[condition].action; }
  TimerSlack timer_slack() const { return timer_slack_; }

 private:
  struct Entry {
    uint8_t action = ZX_POL_ACTION_ALLOW;
    bool fixed = false;
  };
  // `before`: the policy before the call, whose fixed entries stay.
  base::Result<> ApplyOne(Conflict conflict, const JobPolicy& before, uint32_t condition,
                          const zx_policy_basic_v2_t& change);

  std::array<Entry, ZX_POL_MAX> entries_ = {};
  TimerSlack timer_slack_;
};

}  // namespace kernel
