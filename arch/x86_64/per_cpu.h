// SPDX-License-Identifier: BSD-2-Clause
// One block per CPU, found through GS: what entry code needs first, descriptor tables, the CPU's share
// in TLB shootdowns and its timer.
#pragma once

#include <cstddef>
#include <cstdint>

#include <arch/context.h>
#include <arch/page_table.h>

#include "arch/x86_64/instructions.h"
#include "kernel/handoff.h"

namespace arch {

// Task state segment, Intel SDM volume 3, 8.7.
struct [[gnu::packed]] Tss {
  uint32_t reserved0;
  uint64_t rsp0;
  uint64_t rsp1;
  uint64_t rsp2;
  uint64_t reserved1;
  uint64_t ist[7];
  uint64_t reserved2;
  uint16_t reserved3;
  uint16_t io_map_base;
};

// Stacks the processor switches to by itself (IDT's IST field), because the current one may be bad
// (double fault, machine check) or GS may be the user's although the code is the kernel's (NMI, debug).
enum class FaultStack : uint8_t { kFatal = 1, kNmi = 2, kDebug = 3 };
inline constexpr size_t kFaultStackCount = 3;
inline constexpr size_t kFaultStackPages[kFaultStackCount] = {2, 1, 1};

struct PerCpu {
  // Known to entry code and the compiler by offset (offsets.h).
  PerCpu* self;
  uint64_t user_sp;      // scratch of the system-call entry
  uint64_t stack_guard;  // the same random word on all CPUs
  uint64_t kernel_sp;    // where a system call starts its stack
  Context* context;

  uint32_t index;
  uint32_t apic_id;
  PageTable* active_table;
  uint64_t deadline;  // in counter ticks, ~0: none

  alignas(16) Tss tss;
  alignas(16) uint64_t gdt[8];
  Context boot_context;  // what runs before the first Switch()

  static PerCpu& Current() {
    PerCpu* cpu;
    asm volatile("mov %%gs:0, %0" : "=r"(cpu));
    return *cpu;
  }

  // Tells the CPU where interrupts and system calls from user mode start their stack.
  void SetKernelStack(uint64_t top) {
    // A system call pushes five words before it calls a function, so this keeps calls aligned.
    kernel_sp = top - 8;
    tss.rsp0 = top;
  }
};
static_assert(sizeof(PerCpu) <= 4096);

// All blocks; null for CPUs that were never started.
extern PerCpu* per_cpus[kernel::Handoff::kMaxCpus];
extern PerCpu boot_per_cpu;

// Fills a block: descriptor tables and fault stacks (their tops, in order of FaultStack).
void PreparePerCpu(PerCpu& cpu, uint32_t index, uint32_t apic_id,
                   const uint64_t (&fault_stack_tops)[kFaultStackCount]);

// Loads GDT, TSS, IDT, control registers and system-call entry on this CPU. GS base is set already.
void LoadProcessorState(PerCpu& cpu);

}  // namespace arch
