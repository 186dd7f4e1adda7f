// SPDX-License-Identifier: BSD-2-Clause
// Who starts before whom, and who stops before whom.
//
// Only strong dependencies count. Wave 0 depends on nothing; every other wave depends on the one
// before it. Within a wave the order of the table holds, so that each boot is like the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "lib/base/result.h"

namespace runner {

struct Dependency {
  uint32_t client;
  uint32_t provider;
};

// Follows a system while it starts and stops. Components are numbered by their place in the table.
class StartOrder {
 public:
  // Errors: ZX_ERR_OUT_OF_RANGE a number is not below `count`; ZX_ERR_BAD_STATE dependencies form a
  // circle; ZX_ERR_NO_MEMORY. `dependencies` outlive the object.
  static base::Result<StartOrder> Create(uint32_t count, std::span<const Dependency> dependencies);

  // All components, by wave and then by number.
  std::span<const uint32_t> order() const { return {order_.get(), count_}; }
  uint32_t wave(uint32_t component) const { return nodes_[component].wave; }

  enum class Progress : uint8_t { kPending, kReady, kFailed };
  void Set(uint32_t component, Progress progress) { nodes_[component].progress = progress; }
  // What the providers of `component` mean for it: kReady when all are, kFailed when one has.
  Progress Dependencies(uint32_t component) const;

  // Stopping: whether every strong client of `component` is down, so that it may be stopped.
  // `is_down(client)` says it.
  template <class IsDown>
  bool MayStop(uint32_t component, IsDown is_down) const {
    for (const Dependency& dependency : dependencies_) {
      if (dependency.provider == component && !is_down(dependency.client)) return false;
    }
    return true;
  }

 private:
  struct Node {
    uint32_t wave = 0;
    Progress progress = Progress::kPending;
  };

  StartOrder(uint32_t count, std::span<const Dependency> dependencies,
             std::unique_ptr<Node[]> nodes, std::unique_ptr<uint32_t[]> order)
      : count_(count), dependencies_(dependencies), nodes_(std::move(nodes)),
        order_(std::move(order)) {}
  base::Result<> ComputeWaves();
  void ComputeOrder();

  uint32_t count_;
  std::span<const Dependency> dependencies_;
  std::unique_ptr<Node[]> nodes_;
  std::unique_ptr<uint32_t[]> order_;
};

// The time a whole system has to stop: nobody's own limit reaches beyond the common one.
class StopDeadline {
 public:
  explicit StopDeadline(int64_t deadline) : deadline_(deadline) {}
  // When a stop that begins `now` and may take `timeout` is over at the latest.
  int64_t For(int64_t now, int64_t timeout) const {
    const bool fits = now < deadline_ && timeout <= deadline_ - now;
    return fits ? now + timeout : deadline_;
  }
  bool Passed(int64_t now) const { return now >= deadline_; }
  int64_t deadline() const { return deadline_; }

 private:
  int64_t deadline_;
};

}  // namespace runner
