// SPDX-License-Identifier: BSD-2-Clause
// What the rest of the kernel does for these parts on a machine.
#include <cstdio>
#include <cstdlib>

#include "kernel/command_line.h"
#include "kernel/shutdown.h"
#include "kernel/upcalls.h"
#include "tests/kernel/interleave/machine.h"

namespace kernel {

void OnRootJobEmpty() {}
void Panic(std::string_view what, const arch::TrapFrame*) {
  fprintf(stderr, "panic: %.*s\n", static_cast<int>(what.size()), what.data());
  abort();
}
void ShutdownMachine(uint32_t status) { exit(static_cast<int>(status)); }
const Options& TheOptions() {
  static constexpr Options kOptions;
  return kOptions;
}

}  // namespace kernel

// What object files with coverage feedback call before they compare.
extern "C" {
#define ON_COMPARISON(type, size)                                                                           \
  void __sanitizer_cov_trace_cmp##size(type, type) { interleave::Machine::OnComparison(); }                 \
  void __sanitizer_cov_trace_const_cmp##size(type, type) { interleave::Machine::OnComparison(); }
ON_COMPARISON(uint8_t, 1)
ON_COMPARISON(uint16_t, 2)
ON_COMPARISON(uint32_t, 4)
ON_COMPARISON(uint64_t, 8)
}
