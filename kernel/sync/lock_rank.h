// SPDX-License-Identifier: BSD-2-Clause
// The order in which locks may be taken.
#pragma once

#include <cstdint>

namespace kernel {

// From outer to inner: a CPU that holds a lock may only acquire locks of a greater rank. Two locks of
// one rank are never held together.
enum class LockRank : uint8_t {
  kJobTree,
  kProcess,
  kThread,
  kExceptionChannel,
  kFutex,
  kHandleTables,
  kHandleTable,
  kResources,
  kLogReaders,
  kTimer,
  kObject,
  kChannelNest,
  kPort,
  kAddressSpace,
  kVmoFamily,
  kVmo,
  kPageTable,
  kName,
  kKernelWindow,
  kLog,
  kRandom,
  kTask,
  kRunQueue,
  kTimerQueue,
  kHeap,
  kPages,
  kConsole,
};

}  // namespace kernel
