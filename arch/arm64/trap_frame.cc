// SPDX-License-Identifier: BSD-2-Clause
#include <arch/trap_frame.h>

#include <arch/context.h>
#include <arch/layout.h>

namespace arch {

void TrapFrame::Describe(base::FormatSink& sink) const {
  for (unsigned i = 0; i < 31; ++i) {
    base::FormatTo(sink, i < 10 ? " x{}  {016x}{}" : " x{} {016x}{}", i, x(i), i % 4 == 3 ? "\n" : "");
  }
  base::FormatTo(sink, " sp  {016x}\n pc  {016x} psr {08x} esr {08x} far {016x}\n", stack_pointer,
                 program_counter, static_cast<uint32_t>(psr), static_cast<uint32_t>(esr), far);
}

std::optional<StackStep> Backtrace(uint64_t frame_pointer) {
  // The chain ends where the frame pointer leaves the stack, in particular at the user's.
  const uint64_t top = Context::Current().stack_top;
  const uint64_t base = top - kKernelStackSize;
  if (frame_pointer < base || frame_pointer > top - 16 || (frame_pointer & 7) != 0) return std::nullopt;
  const auto* words = reinterpret_cast<const uint64_t*>(frame_pointer);
  if (words[0] != 0 && words[0] <= frame_pointer) return std::nullopt;
  return StackStep{.return_address = words[1], .frame_pointer = words[0]};
}

}  // namespace arch
