// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log/console_input.h"

#include <optional>

#include <arch/console.h>
#include <arch/irq.h>

#include "kernel/log.h"
#include "kernel/log/input_ring.h"
#include "kernel/sync/spinlock.h"

namespace kernel {
namespace {

// The port's receiver and what came out of it.
constinit Spinlock input_lock{LockRank::kConsole};
constinit InputRing typed GUARDED_BY(input_lock);

// Constant after InitConsoleInput(), before which the line is masked.
constinit std::optional<uint32_t> input_line = {};

void Drain() REQUIRES(input_lock) {
  for (int c = arch::ConsoleGet(); c >= 0; c = arch::ConsoleGet()) typed.Put(static_cast<char>(c));
}

}  // namespace

void InitConsoleInput() {
  input_line = arch::ConsoleEnableInput();
  if (input_line) arch::UnmaskInterrupt(*input_line);
}

bool HandleConsoleInterrupt(uint32_t irq) {
  if (input_line != irq) return false;
  SpinlockGuard guard(input_lock);
  Drain();
  arch::UnmaskInterrupt(irq);
  // A line that signals edges has shown none to the masked controller for what came in between.
  Drain();
  return true;
}

size_t ConsoleRead(std::span<char> to) {
  size_t size = 0;
  uint64_t lost = 0;
  {
    SpinlockGuard guard(input_lock);
    if (!input_line) Drain();
    size = typed.Take(to);
    lost = typed.TakeLost();
  }
  if (lost != 0) Log(Severity::kWarning, "console: {} characters typed were lost, nobody read them", lost);
  return size;
}

}  // namespace kernel
