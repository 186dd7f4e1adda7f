// SPDX-License-Identifier: BSD-2-Clause
// How many objects and handles exist: exact on an idle machine, for the audit.
#pragma once

#include <atomic>
#include <cstdint>

#include <arch/cpu.h>

#include "kernel/handoff.h"

namespace kernel {

class HandleTable;

struct ObjectCounts {
  int64_t objects = 0;
  int64_t handles = 0;  // in tables and in messages

  bool operator==(const ObjectCounts&) const = default;
};

ObjectCounts CountObjects();

namespace counts {

// Each CPU only changes its own, so plain additions do; a CPU's share may be negative.
struct alignas(64) PerCpu {
  std::atomic<int64_t> objects = 0;
  std::atomic<int64_t> handles_in_messages = 0;
};
extern PerCpu per_cpu[Handoff::kMaxCpus];

inline void Add(std::atomic<int64_t>& count, int64_t change) {
  count.store(count.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
}
inline void AddObjects(int64_t change) { Add(per_cpu[arch::CpuIndex()].objects, change); }
inline void AddHandlesInMessages(int64_t change) {
  Add(per_cpu[arch::CpuIndex()].handles_in_messages, change);
}

// The tables whose handles are counted.
void AddTable(HandleTable& table);
void RemoveTable(HandleTable& table);

}  // namespace counts
}  // namespace kernel
