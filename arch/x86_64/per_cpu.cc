// SPDX-License-Identifier: BSD-2-Clause
#include "arch/x86_64/per_cpu.h"

#include <arch/cpu.h>
#include <arch/trap_frame.h>

#include "arch/x86_64/features.h"
#include "arch/x86_64/idt.h"
#include "arch/x86_64/offsets.h"

extern "C" void hafnon_x64_syscall_entry();

namespace arch {

constinit PerCpu boot_per_cpu = {};
constinit PerCpu* per_cpus[kernel::Handoff::kMaxCpus] = {};

static_assert(offsetof(PerCpu, self) == CPU_SELF);
static_assert(offsetof(PerCpu, user_sp) == CPU_USER_SP);
static_assert(offsetof(PerCpu, stack_guard) == CPU_STACK_GUARD);
static_assert(offsetof(PerCpu, kernel_sp) == CPU_KERNEL_SP);
static_assert(offsetof(PerCpu, context) == CPU_CONTEXT);
static_assert(offsetof(PerCpu, context) == Context::kPerCpuContext);
static_assert(offsetof(PerCpu, index) == kPerCpuIndex);
static_assert(offsetof(PerCpu, index) == CPU_INDEX);
static_assert(offsetof(PerCpu, tss) + offsetof(Tss, rsp0) == CPU_TSS_RSP0);
static_assert(offsetof(Context, stack_top) == CONTEXT_STACK_TOP);
static_assert(offsetof(Context, fs_base) == CONTEXT_FS_BASE);
static_assert(offsetof(Context, gs_base) == CONTEXT_GS_BASE);
static_assert(offsetof(Context, fp_state) == CONTEXT_FP_STATE);
static_assert(offsetof(Context, user) == CONTEXT_USER);
static_assert(offsetof(CpuFeatures, fp_mask) == FEATURES_FP_MASK);
static_assert(offsetof(Context, saved_sp) == CONTEXT_SAVED_SP);
static_assert(offsetof(Context, vdso_code_base) == CONTEXT_VDSO_CODE_BASE);
static_assert(offsetof(Context, pending) == CONTEXT_PENDING);
static_assert(sizeof(TrapFrame) == FRAME_SIZE);
static_assert(offsetof(TrapFrame, rax) == FRAME_RAX);
static_assert(offsetof(TrapFrame, cs) == FRAME_CS);
static_assert(TrapFrame::kSyscallVector == SYSCALL_VECTOR);
static_assert(sizeof(Tss) == 104);

namespace {


// Flat 64-bit segments, present and accessed (Intel SDM volume 3, 3.4.5).
constexpr uint64_t kKernelCodeSegment = 0x00af'9b00'0000'ffff;
constexpr uint64_t kKernelDataSegment = 0x00cf'9300'0000'ffff;
constexpr uint64_t kUserDataSegment = 0x00cf'f300'0000'ffff;
constexpr uint64_t kUserCodeSegment = 0x00af'fb00'0000'ffff;

struct [[gnu::packed]] TablePointer {
  uint16_t limit;
  uint64_t base;
};

void FillGdt(PerCpu& cpu) {
  const auto tss = reinterpret_cast<uint64_t>(&cpu.tss);
  cpu.gdt[KERNEL_CODE / 8] = kKernelCodeSegment;
  cpu.gdt[KERNEL_DATA / 8] = kKernelDataSegment;
  cpu.gdt[USER_DATA / 8] = kUserDataSegment;
  cpu.gdt[USER_CODE / 8] = kUserCodeSegment;
  cpu.gdt[TSS_SELECTOR / 8] = (sizeof(Tss) - 1) | (tss & 0xff'ffff) << 16 | uint64_t{0x89} << 40 |
                              (tss >> 24 & 0xff) << 56;
  cpu.gdt[TSS_SELECTOR / 8 + 1] = tss >> 32;
}

void LoadGdt(PerCpu& cpu) {
  const TablePointer pointer{sizeof(cpu.gdt) - 1, reinterpret_cast<uint64_t>(cpu.gdt)};
  // The null selectors in FS and GS would clear the GS base on some processors, so they are left out.
  asm volatile(
      "lgdt %0\n"
      "pushq %1\n"
      "leaq 1f(%%rip), %%rax\n"
      "pushq %%rax\n"
      "lretq\n"
      "1: movl %2, %%eax\n"
      "movl %%eax, %%ss\n"
      "xorl %%eax, %%eax\n"
      "movl %%eax, %%ds\n"
      "movl %%eax, %%es\n"
      "movw %3, %%ax\n"
      "ltr %%ax\n" ::"m"(pointer),
      "i"(KERNEL_CODE), "i"(KERNEL_DATA), "i"(TSS_SELECTOR)
      : "rax", "memory");
}

void SetControlRegisters() {
  uint64_t cr0 = ReadCr0();
  cr0 &= ~(kCr0Emulate | kCr0TaskSwitched);
  // Alignment checks are for programs that ask for them with the AC flag.
  WriteCr0(cr0 | kCr0Monitor | kCr0NumericError | kCr0WriteProtect | kCr0AlignmentMask);

  uint64_t cr4 = ReadCr4() | kCr4GlobalPages | kCr4Fxsr | kCr4SimdExceptions;
  if (features.fsgsbase) cr4 |= kCr4FsGsBase;
  if (features.smep) cr4 |= kCr4Smep;
  if (features.smap) cr4 |= kCr4Smap;
  if (features.umip) cr4 |= kCr4Umip;
  if (features.xsave) cr4 |= kCr4Xsave;
  WriteCr4(cr4);
  if (features.xsave) asm volatile("xsetbv" ::"c"(0), "a"(features.fp_mask), "d"(0));

  // PAT entry 1 (page-table bit PWT alone) becomes write-combining; the rest keeps its reset value.
  WriteMsr(Msr::kIA32_PAT, 0x0007'0406'0007'0106);
}

void SetSyscallEntry() {
  WriteMsr(Msr::kIA32_EFER, ReadMsr(Msr::kIA32_EFER) | kEferSyscall | kEferNoExecute);
  WriteMsr(Msr::kIA32_STAR, uint64_t{USER_DATA - 8} << 48 | uint64_t{KERNEL_CODE} << 32);
  WriteMsr(Msr::kIA32_LSTAR, reinterpret_cast<uint64_t>(&hafnon_x64_syscall_entry));
  // From a 32-bit code segment, which user space does not have; the site check refuses it anyway.
  WriteMsr(Msr::kIA32_CSTAR, reinterpret_cast<uint64_t>(&hafnon_x64_syscall_entry));
  WriteMsr(Msr::kIA32_FMASK, kRflagsTrap | kRflagsInterrupt | kRflagsDirection | kRflagsIopl |
                                 kRflagsNested | kRflagsAlignmentCheck);
}

}  // namespace

void PreparePerCpu(PerCpu& cpu, uint32_t index, uint32_t apic_id,
                   const uint64_t (&fault_stack_tops)[kFaultStackCount]) {
  cpu.self = &cpu;
  cpu.index = index;
  cpu.apic_id = apic_id;
  cpu.deadline = ~uint64_t{0};
  cpu.context = &cpu.boot_context;
  FillGdt(cpu);
  // Beyond the segment's limit: no port is allowed in user mode.
  cpu.tss.io_map_base = sizeof(Tss);
  for (size_t i = 0; i < kFaultStackCount; ++i) {
    // The top word leads the entry code of these stacks to the block without trusting GS.
    const uint64_t top = fault_stack_tops[i] - 16;
    *reinterpret_cast<PerCpu**>(top) = &cpu;
    cpu.tss.ist[i] = top;
  }
}

void LoadProcessorState(PerCpu& cpu) {
  LoadGdt(cpu);
  LoadIdt();
  SetControlRegisters();
  SetSyscallEntry();
}

}  // namespace arch
