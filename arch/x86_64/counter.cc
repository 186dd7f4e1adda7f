// SPDX-License-Identifier: BSD-2-Clause
#include <arch/counter.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/per_cpu.h"
#include "arch/x86_64/timer.h"
#include "kernel/upcalls.h"

namespace arch {
namespace {

constexpr uint64_t kNoDeadline = ~uint64_t{0};
constinit uint64_t frequency = 0;
constinit uint64_t timer_ratio = 0;

// Programs the timer for the CPU's deadline. An interrupt that comes early is answered by arming again,
// so the conversion only has to be about right, and late rather than early.
void Arm(uint64_t deadline) {
  if (features.tsc_deadline) return WriteMsr(Msr::kIA32_TSC_DEADLINE, deadline);
  constexpr uint64_t kMostTicks = uint64_t{1} << 31;
  const uint64_t now = ReadCounter();
  uint64_t ticks = deadline > now ? deadline - now : 0;
  if (ticks > kMostTicks) ticks = kMostTicks;
  const uint64_t count = (ticks * timer_ratio >> 32) + 1;
  constexpr uint64_t kMostCount = 0xffff'ffff;
  StartTimerCount(static_cast<uint32_t>(count < kMostCount ? count : kMostCount));
}

}  // namespace

uint64_t CounterFrequency() { return frequency; }
void SetCounterFrequency(uint64_t hertz) { frequency = hertz; }
void SetTimerRatio(uint64_t ratio) { timer_ratio = ratio; }

void SetDeadline(uint64_t counter) {
  PerCpu::Current().deadline = counter;
  Arm(counter);
}

void ClearDeadline() {
  PerCpu::Current().deadline = kNoDeadline;
  if (features.tsc_deadline) {
    WriteMsr(Msr::kIA32_TSC_DEADLINE, 0);
  } else {
    StartTimerCount(0);
  }
}

void HandleTimerInterrupt() {
  PerCpu& cpu = PerCpu::Current();
  if (cpu.deadline == kNoDeadline) return;
  if (ReadCounter() < cpu.deadline) return Arm(cpu.deadline);
  cpu.deadline = kNoDeadline;
  kernel::HandleTimer();
}

}  // namespace arch
