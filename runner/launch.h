// SPDX-License-Identifier: BSD-2-Clause
// Decides how a component is started: data in, plan out, no system calls.
//
// `spawn` carries the plan out. What can be refused without a kernel object is refused here.
#pragma once

#include <zircon/syscalls/policy.h>

#include <array>
#include <expected>
#include <span>
#include <string_view>

#include "lib/elf/load_plan.h"
#include "lib/manifest/table.h"
#include "runner/refusal.h"

namespace runner {

// Where a planned handle comes from.
enum class HandleSource : uint8_t { kUtcClock, kLog, kJob };

struct PlannedHandle {
  HandleSource source;
  uint32_t info;       // procargs::HandleInfo
  zx_rights_t rights;  // ZX_RIGHT_SAME_RIGHTS or less
};

// What was learned about the component's binary before the decision.
struct BinaryFacts {
  enum class State : uint8_t { kMissing, kUnreadable, kBroken, kGood };
  State state = State::kMissing;
  zx_status_t status = ZX_OK;            // kUnreadable
  elf::Finding finding = {};             // kBroken
  std::string_view foreign_library = {}; // kGood: a needed library other than the vDSO, or empty
};

struct LaunchPlan {
  // One for each condition at most.
  static constexpr size_t kMaxPolicies = ZX_POL_MAX;
  static constexpr size_t kMaxHandles = 8;

  manifest::Component component;
  std::string_view process_name;

  zx_policy_timer_slack_t timer_slack = {};
  size_t policy_count = 0;
  std::array<zx_policy_basic_v2_t, kMaxPolicies> policies = {};
  bool nested_job = false;
  bool critical = false;
  bool next_vdso = false;

  size_t handle_count = 0;
  std::array<PlannedHandle, kMaxHandles> handles = {};

  std::span<const zx_policy_basic_v2_t> basic_policies() const {
    return std::span(policies).first(policy_count);
  }
  std::span<const PlannedHandle> planned_handles() const {
    return std::span(handles).first(handle_count);
  }
};

// Checks policy, then what this runner supports, then the binary, and plans job and handles.
std::expected<LaunchPlan, Refusal> Decide(const manifest::Component& component,
                                          const manifest::Table& table, const BinaryFacts& binary);

}  // namespace runner
