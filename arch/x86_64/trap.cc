// SPDX-License-Identifier: BSD-2-Clause
// What happens after entry code has saved a frame.
#include <arch/trap_frame.h>

#include <arch/context.h>
#include <arch/counter.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/layout.h>

#include "arch/user_landing.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/idt.h"
#include "arch/x86_64/io_apic.h"
#include "arch/x86_64/offsets.h"
#include "arch/x86_64/per_cpu.h"
#include "arch/x86_64/shootdown.h"
#include "arch/x86_64/stop.h"
#include "arch/x86_64/timer.h"
#include "kernel/upcalls.h"
#include "lib/base/format.h"

extern "C" const char hafnon_x64_user_begin[];
extern "C" const char hafnon_x64_user_end[];
extern "C" const char hafnon_x64_user_fault[];

namespace arch {
namespace {

// Page-fault error code, Intel SDM volume 3, 4.7.
constexpr uint64_t kFaultPresent = 1 << 0, kFaultWrite = 1 << 1, kFaultReserved = 1 << 3,
                   kFaultFetch = 1 << 4;

constexpr const char* kExceptionNames[] = {
    "divide error",           "debug",
    "NMI",                    "breakpoint",
    "overflow",               "bound range",
    "invalid opcode",         "device not available",
    "double fault",           "coprocessor overrun",
    "invalid TSS",            "segment not present",
    "stack fault",            "general protection",
    "page fault",             "reserved exception",
    "x87 error",              "alignment check",
    "machine check",          "SIMD error",
    "virtualization",         "control protection"};

void AllowNoUserAccess() {
  // Interrupt gates leave the AC flag alone, and the user may have set it.
  if (features.smap) asm volatile("clac" ::: "memory");
}

// Where an access to user memory that cannot be made ends; 0 if the frame is none.
uint64_t LandingOf(const TrapFrame& frame) {
  if (frame.rip >= reinterpret_cast<uint64_t>(hafnon_x64_user_begin) &&
      frame.rip < reinterpret_cast<uint64_t>(hafnon_x64_user_end)) {
    return reinterpret_cast<uint64_t>(hafnon_x64_user_fault);
  }
  return FindUserLanding(frame.rip);
}

void EndUserAccess(TrapFrame& frame, uint64_t landing) {
  frame.rip = landing;
  frame.rflags &= ~kRflagsAlignmentCheck;
}

[[noreturn]] void PanicInKernel(const TrapFrame& frame, uint64_t cr2) {
  const char* name =
      frame.vector < std::size(kExceptionNames) ? kExceptionNames[frame.vector] : "exception";
  char text[128];
  if (frame.vector == static_cast<uint64_t>(Vector::kPageFault)) {
    const char* what = (frame.error_code & kFaultFetch) != 0   ? "executing"
                       : (frame.error_code & kFaultWrite) != 0 ? "writing"
                                                               : "reading";
    kernel::Panic(base::Format(text, "page fault {} {x} in the kernel (error code {x})", what, cr2,
                               frame.error_code),
                  &frame);
  }
  kernel::Panic(base::Format(text, "{} in the kernel (error code {x})", name, frame.error_code),
                &frame);
}

zx_excp_type_t ExceptionType(uint64_t vector) {
  switch (static_cast<Vector>(vector)) {
    case Vector::kDebug: return ZX_EXCP_HW_BREAKPOINT;
    case Vector::kBreakpoint: return ZX_EXCP_SW_BREAKPOINT;
    case Vector::kInvalidOpcode: return ZX_EXCP_UNDEFINED_INSTRUCTION;
    case Vector::kPageFault: return ZX_EXCP_FATAL_PAGE_FAULT;
    case Vector::kAlignmentCheck: return ZX_EXCP_UNALIGNED_ACCESS;
    default: return ZX_EXCP_GENERAL;
  }
}

// What must hold of a frame that others may have changed before IRET may load it.
void MakeFrameSafe(TrapFrame& frame) {
  constexpr uint64_t kForbidden =
      kRflagsIopl | kRflagsNested | uint64_t{1} << 17 /* VM */ | uint64_t{3} << 19 /* VIF, VIP */;
  frame.cs = USER_CODE;
  frame.ss = USER_DATA;
  frame.rflags = (frame.rflags & ~kForbidden) | kRflagsInterrupt | kRflagsReserved1;
}

void RaiseUserException(TrapFrame& frame, uint64_t cr2, zx_status_t page_fault_status) {
  for (;;) {
    UserException exception = {};
    exception.report.header = {sizeof(exception.report), ExceptionType(frame.vector)};
    exception.report.context.arch.x86_64 = {frame.vector, frame.error_code, cr2};
    exception.report.context.synth_code = static_cast<uint32_t>(page_fault_status);
    kernel::HandleUserException(frame, exception);
    MakeFrameSafe(frame);
    if (IsValidUserPc(frame.rip)) return;
    // A thread that is to end does so on its way out, and hears of no other exception.
    if ((Context::Current().pending.load(std::memory_order_relaxed) & Context::kKill) != 0) return;
    // IRET would fault in the kernel.
    frame.vector = static_cast<uint64_t>(Vector::kGeneralProtection);
    frame.error_code = cr2 = 0;
    page_fault_status = ZX_OK;
  }
}

zx_status_t ResolvePageFault(const TrapFrame& frame, uint64_t cr2) {
  if (cr2 < kUserBase || cr2 - kUserBase >= kUserSize) return ZX_ERR_NOT_FOUND;
  // A reserved bit in a table entry is the kernel's fault and would repeat for ever.
  if ((frame.error_code & kFaultReserved) != 0) PanicInKernel(frame, cr2);
  return kernel::HandlePageFault({.address = {cr2},
                                  .write = (frame.error_code & kFaultWrite) != 0,
                                  .execute = (frame.error_code & kFaultFetch) != 0,
                                  .present = (frame.error_code & kFaultPresent) != 0});
}

void HandlePageFault(TrapFrame& frame) {
  const uint64_t cr2 = ReadCr2();
  if (frame.from_user()) {
    const zx_status_t status = ResolvePageFault(frame, cr2);
    if (status != ZX_OK) RaiseUserException(frame, cr2, status);
    return;
  }
  const uint64_t landing = LandingOf(frame);
  if (landing == 0) PanicInKernel(frame, cr2);
  if (ResolvePageFault(frame, cr2) != ZX_OK) EndUserAccess(frame, landing);
}

void HandleException(TrapFrame& frame) {
  if (!frame.from_user()) {
    if (const uint64_t landing = LandingOf(frame); landing != 0) {
      EndUserAccess(frame, landing);
      return;
    }
    PanicInKernel(frame, 0);
  }
  // Status bits of the debug register are sticky; clear them for the next report.
  if (frame.vector == static_cast<uint64_t>(Vector::kDebug)) {
    asm volatile("mov %0, %%dr6" ::"r"(uint64_t{0xffff'0ff0}));
  }
  RaiseUserException(frame, 0, 0);
}

void HandleInterrupt(uint64_t vector) {
  switch (static_cast<Vector>(vector)) {
    case Vector::kTimer:
      EndOfInterrupt();
      HandleTimerInterrupt();
      return;
    case Vector::kReschedule:
      EndOfInterrupt();
      kernel::HandleReschedule();
      return;
    case Vector::kShootdown:
      EndOfInterrupt();
      ServeShootdowns();
      return;
    default: break;
  }
  constexpr auto kFirst = static_cast<uint64_t>(Vector::kDeviceBase);
  // Anything else is spurious and wants no end-of-interrupt.
  if (vector < kFirst || vector > static_cast<uint64_t>(Vector::kDeviceLast)) return;
  const auto irq = static_cast<uint32_t>(vector - kFirst);
  MaskInterrupt(irq);
  EndOfInterrupt();
  kernel::HandleDeviceInterrupt(irq);
}

// The frame of a thread whose registers somebody may have looked at and changed.
[[gnu::noinline]] void FinishPendingWork(TrapFrame& frame) {
  const Context& context = Context::Current();
  for (;;) {
    while (context.pending.load(std::memory_order_relaxed) != 0) kernel::HandlePending();
    MakeFrameSafe(frame);
    if (IsValidUserPc(frame.rip)) return;
    frame.vector = static_cast<uint64_t>(Vector::kGeneralProtection);
    frame.error_code = 0;
    RaiseUserException(frame, 0, ZX_OK);
  }
}

inline void ReturnToUser(TrapFrame& frame) {
  if (Context::Current().pending.load(std::memory_order_relaxed) != 0) FinishPendingWork(frame);
}

}  // namespace

void TrapFrame::Describe(base::FormatSink& sink) const {
  base::FormatTo(sink, " rip {016x} rsp {016x} rflags {08x} cs {x}\n", rip, rsp, rflags, cs);
  base::FormatTo(sink, " rax {016x} rbx {016x} rcx {016x} rdx {016x}\n", rax, rbx, rcx, rdx);
  base::FormatTo(sink, " rsi {016x} rdi {016x} rbp {016x} r8  {016x}\n", rsi, rdi, rbp, r8);
  base::FormatTo(sink, " r9  {016x} r10 {016x} r11 {016x} r12 {016x}\n", r9, r10, r11, r12);
  base::FormatTo(sink, " r13 {016x} r14 {016x} r15 {016x} vector {} error {x}\n", r13, r14, r15,
                 vector, error_code);
}

std::optional<StackStep> Backtrace(uint64_t frame_pointer) {
  // Kernel stacks lie in the window or, at boot, in the image; both are above the physmap.
  if (frame_pointer < kWindowBase || frame_pointer % 8 != 0) return std::nullopt;
  if (frame_pointer > ~uint64_t{0} - 16) return std::nullopt;
  const auto* words = reinterpret_cast<const uint64_t*>(frame_pointer);
  const VirtualAddress page{frame_pointer & ~(kPageSize - 1)};
  const VirtualAddress last{(frame_pointer + 15) & ~(kPageSize - 1)};
  if (!PageTable::Kernel().Query(page) || !PageTable::Kernel().Query(last)) return std::nullopt;
  if (words[1] == 0) return std::nullopt;
  // Stacks grow down: a caller's frame lies above.
  const uint64_t next = words[0] > frame_pointer ? words[0] : 0;
  return StackStep{words[1], next};
}

}  // namespace arch

using arch::TrapFrame;

// All vectors but those with a stack of their own.
extern "C" void hafnon_x64_trap(TrapFrame& frame) {
  using namespace arch;
  AllowNoUserAccess();
  if (frame.vector == static_cast<uint64_t>(Vector::kPageFault)) [[likely]] {
    HandlePageFault(frame);
  } else if (frame.vector < static_cast<uint64_t>(Vector::kLegacyPicBase)) {
    HandleException(frame);
  } else {
    HandleInterrupt(frame.vector);
  }
  if (frame.from_user()) ReturnToUser(frame);
}

// NMI, double fault, machine check, and debug exceptions in the kernel. Must neither block nor fault.
extern "C" void hafnon_x64_fault_stack_trap(TrapFrame& frame) {
  using namespace arch;
  AllowNoUserAccess();
  switch (static_cast<Vector>(frame.vector)) {
    case Vector::kNmi:
      if (IsStopping()) Halt();
      return;
    case Vector::kDebug:
      // The user's single-step flag or watchpoint reached into the kernel's entry code: ignore it.
      frame.rflags &= ~kRflagsTrap;
      asm volatile("mov %0, %%dr6" ::"r"(uint64_t{0xffff'0ff0}));
      return;
    case Vector::kDoubleFault: {
      // Pushing the frame of a page fault failed: the fault address is just around the stack pointer.
      const uint64_t distance = ReadCr2() - (frame.rsp - kPageSize);
      kernel::Panic(distance < 2 * kPageSize ? "kernel stack overflow" : "double fault", &frame);
    }
    default: kernel::Panic("machine check", &frame);
  }
}

extern "C" void hafnon_x64_return_to_user(TrapFrame& frame) { arch::ReturnToUser(frame); }

extern "C" void hafnon_x64_bad_syscall(TrapFrame& frame) {
  frame.rax = kernel::HandleBadSyscall(frame.rax);
  frame.rdi = frame.rsi = frame.rdx = frame.r8 = frame.r9 = frame.r10 = 0;
  arch::ReturnToUser(frame);
}
