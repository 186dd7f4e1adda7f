// SPDX-License-Identifier: BSD-2-Clause
// What the storm has seen: how often each call ended with each status. It lies in memory shared
// between the supervisor and the storming process, so that it outlives the latter.
#pragma once

#include <zircon/errors.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace storm {

struct Coverage {
  static constexpr size_t kMaxCalls = 256;
  static constexpr size_t kStatuses = 80;
  static constexpr size_t kMaxThreads = 8;
  static constexpr uint32_t kNoCall = UINT32_MAX;

  // Calls made.
  std::atomic<uint64_t> total;
  // What each thread is in, for a report about a hang: an index into Calls(), or kNoCall.
  std::atomic<uint32_t> current[kMaxThreads];
  std::atomic<uint32_t> seen[kMaxCalls][kStatuses];

  // Where a status counts; results that are not errors count as ZX_OK.
  static size_t Column(int64_t status) {
    return status < 0 && status > -static_cast<int64_t>(kStatuses) ? static_cast<size_t>(-status) : 0;
  }
  void Count(size_t call, int64_t status) {
    seen[call][Column(status)].fetch_add(1, std::memory_order_relaxed);
    total.fetch_add(1, std::memory_order_relaxed);
  }
};

// What the supervisor gives the storming process beyond the usual: PA_HND(PA_USER0, kHandle...).
enum StartHandle : uint32_t { kHandleCoverage, kHandlePlayJob, kHandleFirstToy };
// Handles of kinds the storm cannot make itself, for its pool: from kHandleFirstToy on.
inline constexpr uint32_t kToys = 4;

}  // namespace storm
