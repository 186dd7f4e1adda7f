// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/vm/fault_injection.h"

#include <atomic>

namespace vm {
namespace {

constinit std::atomic<uint64_t> target = 0;
constinit std::atomic<uint64_t> decisions = 0;

}  // namespace

void FaultInjection::FailNth(uint64_t n) {
  decisions = 0;
  target = n;
}

bool FaultInjection::fired() { return target != 0 && decisions >= target; }

bool FaultInjection::Count() { return ++decisions == target; }

}  // namespace vm
