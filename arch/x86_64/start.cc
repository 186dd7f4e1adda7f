// SPDX-License-Identifier: BSD-2-Clause
// The boot CPU's way from the first instruction to kernel::KernelMain().
#include <cstddef>
#include <cstdint>

#include "arch/x86_64/features.h"
#include "arch/x86_64/idt.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/per_cpu.h"
#include "kernel/handoff.h"
#include "kernel/upcalls.h"

namespace arch {
namespace {

alignas(4096) constinit std::byte fatal_stack[kFaultStackPages[0] * 4096] = {};
alignas(4096) constinit std::byte nmi_stack[kFaultStackPages[1] * 4096] = {};
alignas(4096) constinit std::byte debug_stack[kFaultStackPages[2] * 4096] = {};

}  // namespace
}  // namespace arch

// Called by start.S. Sets up what every later function relies on: GS for the stack guard, then
// descriptor tables, so that an exception from here on ends in a panic message.
extern "C" [[noreturn, gnu::no_stack_protector]] void hafnon_x64_start(
    const kernel::Handoff& handoff) {
  using namespace arch;
  // The lowest byte is zero, so that overrunning text cannot contain the guard.
  boot_per_cpu.stack_guard = handoff.stack_guard << 8;
  WriteMsr(Msr::kIA32_GS_BASE, reinterpret_cast<uint64_t>(&boot_per_cpu));
  WriteMsr(Msr::kIA32_KERNEL_GS_BASE, 0);
  WriteMsr(Msr::kIA32_FS_BASE, 0);
  const uint64_t tops[] = {reinterpret_cast<uint64_t>(std::end(fatal_stack)),
                           reinterpret_cast<uint64_t>(std::end(nmi_stack)),
                           reinterpret_cast<uint64_t>(std::end(debug_stack))};
  per_cpus[0] = &boot_per_cpu;
  PreparePerCpu(boot_per_cpu, 0, static_cast<uint32_t>(handoff.cpus[0].hardware_id), tops);
  DetectFeatures();
  BuildIdt();
  LoadProcessorState(boot_per_cpu);
  kernel::KernelMain(handoff);
}
