// SPDX-License-Identifier: BSD-2-Clause
#include "tests/bench/measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <zircon/status.h>

extern "C" void bench_spin(uint64_t rounds);

namespace bench {
namespace {

// Ticks between two reads with nothing in between.
constinit zx_ticks_t g_overhead = 0;
constinit unsigned g_failed = 0;

int Compare(const void* a, const void* b) {
  const auto x = *static_cast<const zx_ticks_t*>(a);
  const auto y = *static_cast<const zx_ticks_t*>(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

// Nanoseconds, which are instructions under instruction counting; rounded to nearest.
uint64_t ToUnits(zx_ticks_t ticks, uint64_t per) {
  if (ticks < 0) ticks = 0;
  const auto frequency = static_cast<uint64_t>(zx_ticks_per_second());
  const uint64_t scaled = static_cast<uint64_t>(ticks) * 1'000'000'000 / frequency;
  return (scaled + per / 2) / per;
}

zx_ticks_t Smallest(void (*operation)(uint64_t), uint64_t argument) {
  zx_ticks_t smallest = ZX_TIME_INFINITE;
  for (size_t i = 0; i < kSamples; ++i) {
    const zx_ticks_t start = zx_ticks_get();
    if (operation != nullptr) operation(argument);
    const zx_ticks_t taken = zx_ticks_get() - start;
    if (taken < smallest) smallest = taken;
  }
  return smallest;
}

}  // namespace

void Calibrate() {
  constexpr uint64_t kRounds = 1000;
  g_overhead = Smallest(nullptr, 0);
  const zx_ticks_t loop = Smallest(bench_spin, kRounds) - g_overhead;
  printf("calibration: %" PRIu64 " for a loop of %" PRIu64 " instructions, %" PRIu64
         " to read the counter, %" PRId64 " ticks per second\n",
         ToUnits(loop, 1), 2 * kRounds + 1, ToUnits(g_overhead, 1), zx_ticks_per_second());
}

void Row::PrintResult() {
  qsort(samples_, kSamples, sizeof(samples_[0]), Compare);
  printf("BENCH %s %" PRIu64 " %" PRIu64 "\n", name_, ToUnits(samples_[0] - g_overhead, per_),
         ToUnits(samples_[kSamples / 2] - g_overhead, per_));
}

void Row::PrintFailure(zx_status_t status) {
  ++g_failed;
  printf("failed: %s: %s\n", name_, zx_status_get_string(status));
}

unsigned FailedRows() { return g_failed; }

}  // namespace bench
