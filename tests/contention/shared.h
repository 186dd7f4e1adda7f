// SPDX-License-Identifier: BSD-2-Clause
// What the supervisor and its workers have in common.
#pragma once

#include <atomic>
#include <cstdint>

#include <zircon/processargs.h>

namespace contention {

inline constexpr uint32_t kWorkers = 4;
inline constexpr uint32_t kMaxRows = 32;

// Startup handles of a worker, PA_USER0 with these arguments.
enum Argument : uint32_t { kSharedMemory, kDebug, kSharedEvent };

enum class Verdict : uint32_t { kNotRun, kNobodyWaited, kSomebodyWaited, kFailed };

// Memory all of them map. Workers meet here without a system call, so that nothing is counted but the rows.
struct Shared {
  std::atomic<uint32_t> arrived;
  std::atomic<uint32_t> meetings;
  std::atomic<uint32_t> failures;
  std::atomic<Verdict> verdicts[kMaxRows];
  char names[kMaxRows][32];

  void Meet() {
    const uint32_t meeting = meetings.load();
    if (arrived.fetch_add(1) + 1 == kWorkers) {
      arrived.store(0);
      meetings.store(meeting + 1);
      return;
    }
    while (meetings.load() == meeting) {
    }
  }
};
static_assert(sizeof(Shared) <= 4096);

// The body of worker `index`; returns its exit status.
int Work(uint32_t index);

}  // namespace contention
