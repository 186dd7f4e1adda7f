// SPDX-License-Identifier: BSD-2-Clause
// The kernel's last words.
#include <arch/cpu.h>
#include <arch/power.h>
#include <arch/profile.h>
#include <arch/trap_frame.h>

#include <atomic>

#include "kernel/console_sink.h"
#include "kernel/dump.h"
#include "kernel/log.h"
#include "kernel/sched/task.h"
#include "kernel/upcalls.h"
#include "lib/base/assert.h"

namespace kernel {
namespace {

constexpr int kPanicStatus = 70;
constexpr size_t kPanicFrames = 24;

constinit std::atomic<bool> panicking = false;

void PrintBacktrace(base::FormatSink& sink, uint64_t pc, uint64_t frame_pointer) {
  base::FormatTo(sink, "  at {x}\n", pc);
  for (size_t index = 0; index < kPanicFrames; ++index) {
    const auto step = arch::Backtrace(frame_pointer);
    if (!step) return;
    base::FormatTo(sink, "  from {x}\n", step->return_address);
    frame_pointer = step->frame_pointer;
  }
}

}  // namespace

void Panic(std::string_view what, const arch::TrapFrame* frame) {
  // A second panic, here or elsewhere, must not disturb the first.
  if (panicking.exchange(true)) arch::Halt();
  arch::StopOtherCpus();
  ConsoleSink sink;
  base::FormatTo(sink, "\nPANIC on CPU {}: {}\n", arch::CpuIndex(), what);
  if (frame != nullptr) {
    frame->Describe(sink);
    sink.Put("\n");
    PrintBacktrace(sink, frame->pc(), frame->frame_pointer());
  } else {
    PrintBacktrace(sink, reinterpret_cast<uint64_t>(__builtin_return_address(0)),
                   reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
  }
  DumpThreads(sink);
  arch::WriteProfile();
  arch::Shutdown(kPanicStatus);
}

}  // namespace kernel

extern "C" {

void hafnon_assert_fail(const char* what, const char* file, int line) noexcept {
  char text[200];
  kernel::Panic(base::Format(text, "{}:{}: broken invariant: {}", file, line, what));
}

// Called by compiled code when a stack guard has changed.
[[noreturn]] void __stack_chk_fail() { kernel::Panic("a kernel stack was overwritten"); }

}  // extern "C"
