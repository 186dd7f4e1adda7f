// SPDX-License-Identifier: BSD-2-Clause
#include "runner/start_order.h"

#include <algorithm>
#include <new>

namespace runner {

base::Result<StartOrder> StartOrder::Create(uint32_t count,
                                            std::span<const Dependency> dependencies) {
  for (const Dependency& dependency : dependencies) {
    if (dependency.client >= count || dependency.provider >= count) {
      return base::Error(ZX_ERR_OUT_OF_RANGE);
    }
  }
  std::unique_ptr<Node[]> nodes(new (std::nothrow) Node[count]);
  std::unique_ptr<uint32_t[]> order(new (std::nothrow) uint32_t[count]);
  if (!nodes || !order) return base::Error(ZX_ERR_NO_MEMORY);
  StartOrder result(count, dependencies, std::move(nodes), std::move(order));
  TRY(result.ComputeWaves());
  result.ComputeOrder();
  return result;
}

base::Result<> StartOrder::ComputeWaves() {
  // A path without a circle has fewer steps than there are components.
  for (uint32_t round = 0; round <= count_; ++round) {
    bool changed = false;
    for (const Dependency& dependency : dependencies_) {
      const uint32_t wave = nodes_[dependency.provider].wave + 1;
      if (nodes_[dependency.client].wave >= wave) continue;
      nodes_[dependency.client].wave = wave;
      changed = true;
    }
    if (!changed) return {};
  }
  return base::Error(ZX_ERR_BAD_STATE);
}

void StartOrder::ComputeOrder() {
  const std::span order(order_.get(), count_);
  for (uint32_t i = 0; i < count_; ++i) order[i] = i;
  std::ranges::sort(order, [this](uint32_t a, uint32_t b) {
    return nodes_[a].wave != nodes_[b].wave ? nodes_[a].wave < nodes_[b].wave : a < b;
  });
}

StartOrder::Progress StartOrder::Dependencies(uint32_t component) const {
  Progress progress = Progress::kReady;
  for (const Dependency& dependency : dependencies_) {
    if (dependency.client != component) continue;
    const Progress provider = nodes_[dependency.provider].progress;
    if (provider == Progress::kFailed) return Progress::kFailed;
    if (provider == Progress::kPending) progress = Progress::kPending;
  }
  return progress;
}

}  // namespace runner
