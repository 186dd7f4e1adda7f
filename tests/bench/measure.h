// SPDX-License-Identifier: BSD-2-Clause
// How a figure is taken: the counter is read around one operation, the cost of reading it is taken
// off, and of many samples the smallest and the middle one are printed. Where the machine counts
// instructions as time (1 instruction = 1 ns) the figure is a number of instructions.
#pragma once

#include <cstddef>
#include <cstdint>

#include <zircon/syscalls.h>

namespace bench {

inline constexpr size_t kSamples = 256;
// Runs before the first sample: page faults, lazily made structures.
inline constexpr size_t kWarmUp = 16;

// Measures the counter itself and a loop of known length; prints both. Must come first.
void Calibrate();

class Row {
 public:
  // `per` operations are done in one sample; the figure is per operation.
  explicit Row(const char* name, uint64_t per = 1) : name_(name), per_(per) {}

  // Takes the samples of an operation that returns a status. A failing one ends the row.
  template <class Operation>
  void Measure(Operation operation) {
    Measure([] {}, operation, [] {});
  }

  // With steps before and after each sample that are not part of it.
  template <class Before, class Operation, class After>
  void Measure(Before before, Operation operation, After after) {
    for (size_t i = 0; i < kWarmUp + kSamples; ++i) {
      before();
      const zx_ticks_t start = zx_ticks_get();
      const zx_status_t status = operation();
      const zx_ticks_t end = zx_ticks_get();
      after();
      if (status != ZX_OK) {
        PrintFailure(status);
        return;
      }
      if (i >= kWarmUp) samples_[i - kWarmUp] = end - start;
    }
    PrintResult();
  }

 private:
  void PrintResult();
  void PrintFailure(zx_status_t status);

  const char* name_;
  const uint64_t per_;
  zx_ticks_t samples_[kSamples];
};

// How many rows could not be measured.
unsigned FailedRows();

}  // namespace bench
