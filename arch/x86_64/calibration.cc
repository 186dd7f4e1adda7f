// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/calibration.h"

#include <arch/counter.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/machine.h"
#include "arch/x86_64/timer.h"
#include "kernel/upcalls.h"

namespace arch {
namespace {

// A counter of known rate behind I/O ports, counting up modulo a power of two.
struct Reference {
  uint32_t (*read)();
  uint32_t mask;
  uint64_t hertz;
};

// ACPI specification, 4.8.3.3: 24 bits at least.
uint32_t ReadPmTimer() { return In32(static_cast<uint16_t>(machine.pm_timer_port)); }
constexpr Reference kPmTimer{&ReadPmTimer, 0xff'ffff, 3'579'545};

// Intel 8254, counter 0, counting down from 65536.
constexpr uint16_t kPitCounter0 = 0x40, kPitControl = 0x43;
uint32_t ReadPit() {
  constexpr uint8_t kLatchCounter0 = 0;
  Out8(kPitControl, kLatchCounter0);
  const uint32_t low = In8(kPitCounter0);
  const uint32_t high = In8(kPitCounter0);
  return 0 - (high << 8 | low);
}
constexpr Reference kPit{&ReadPit, 0xffff, 1'193'182};

void StartPit() {
  constexpr uint8_t kRateGenerator = 0x34;
  Out8(kPitControl, kRateGenerator);
  Out8(kPitCounter0, 0);
  Out8(kPitCounter0, 0);
}

struct Edge {
  uint32_t reference;
  uint64_t counter;
  uint64_t uncertainty;  // counter ticks the read itself took
};

// Waits until the reference has advanced by `ticks` from `from`. Gives up (uncertainty ~0) when it
// does not move.
Edge WaitForEdge(const Reference& reference, uint32_t from, uint32_t ticks) {
  constexpr int kMostReads = 1'000'000;
  for (int i = 0; i < kMostReads; ++i) {
    const uint64_t before = ReadCounter();
    const uint32_t now = reference.read();
    const uint64_t after = ReadCounter();
    if (((now - from) & reference.mask) >= ticks) return {now, before, after - before};
  }
  return {from, 0, ~uint64_t{0}};
}

// The TSC's rate, or 0 if the reference stands still.
uint64_t Measure(const Reference& reference) {
  // An emulated or virtual machine's clocks are exact; real ports need a longer look.
  const uint64_t per_second = features.hypervisor ? 5'000 : 1'000;
  const auto ticks = static_cast<uint32_t>(reference.hertz / per_second);
  constexpr int kTries = 3;
  uint64_t hertz = 0;
  for (int i = 0; i < kTries; ++i) {
    const Edge start = WaitForEdge(reference, reference.read(), 1);
    if (start.uncertainty == ~uint64_t{0}) return 0;
    const Edge end = WaitForEdge(reference, start.reference, ticks);
    if (end.uncertainty == ~uint64_t{0}) return 0;
    const uint64_t elapsed = end.counter - start.counter;
    hertz = elapsed * reference.hertz / ((end.reference - start.reference) & reference.mask);
    // Something (firmware, the host) took the CPU away in the middle of a read: once more.
    if ((start.uncertainty + end.uncertainty) < elapsed / 16) break;
  }
  return hertz;
}

}  // namespace

void CalibrateCounter() {
  uint64_t hertz = 0;
  if (features.crystal_hz != 0) {
    hertz = uint64_t{features.crystal_hz} * features.tsc_numerator / features.tsc_denominator;
  }
  if (hertz == 0 && machine.pm_timer_port != 0) hertz = Measure(kPmTimer);
  if (hertz == 0) {
    StartPit();
    hertz = Measure(kPit);
  }
  if (hertz == 0) kernel::Panic("clock: no PM timer, no 8254, and CPUID does not tell the TSC's rate");
  SetCounterFrequency(hertz);
}

void CalibrateTimer() {
  if (features.tsc_deadline) return;
  // Too short for the count to run out; interrupts are off.
  const uint64_t wait = CounterFrequency() / (features.hypervisor ? 50'000 : 10'000);
  constexpr uint32_t kStart = 0xffff'ffff;
  StartTimerCount(kStart);
  const uint64_t begin = ReadCounter();
  const uint32_t first = ReadTimerCount();
  uint64_t now = begin;
  while (now - begin < wait) now = ReadCounter();
  const uint32_t last = ReadTimerCount();
  StartTimerCount(0);
  SetTimerRatio((uint64_t{first - last} << 32) / (now - begin));
}

}  // namespace arch
