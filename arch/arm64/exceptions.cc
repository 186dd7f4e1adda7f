// SPDX-License-Identifier: BSD-2-Clause
// What happens after vectors.S has saved a frame.
#include <zircon/syscalls/exception.h>

#include <arch/context.h>
#include <arch/fpu.h>
#include <arch/layout.h>
#include <arch/trap_frame.h>
#include <arch/user_copy.h>

#include "arch/arm64/interrupts.h"
#include "arch/user_landing.h"
#include "kernel/upcalls.h"

extern "C" {
extern const char hafnon_user_copy_begin[];
extern const char hafnon_user_copy_end[];
extern const char hafnon_user_copy_failed[];
}

namespace arch {
namespace {

// Exception classes of ESR_EL1 (DDI 0487, D24.2.40).
enum class ExceptionClass : uint32_t {
  kFpAccess = 0x07,
  kSystemCall = 0x15,
  kInstructionAbortLower = 0x20,
  kPcAlignment = 0x22,
  kDataAbortLower = 0x24,
  kDataAbortSame = 0x25,
  kSpAlignment = 0x26,
  kBreakpointLower = 0x30,
  kStepLower = 0x32,
  kWatchpointLower = 0x34,
  kBreakInstruction = 0x3c,
};

ExceptionClass ClassOf(const TrapFrame& frame) {
  return static_cast<ExceptionClass>((frame.esr >> 26) & 0x3f);
}

// Fault status codes in bits 5:2 of ESR_EL1 for aborts.
enum class FaultStatus : uint32_t { kTranslation = 1, kAccessFlag = 2, kPermission = 3 };

// The page fault behind an abort, if it is one the kernel can do something about.
bool DecodePageFault(const TrapFrame& frame, kernel::PageFault& fault) {
  const auto code = static_cast<uint32_t>(frame.esr & 0x3f);
  if (code >= 16 || (code >> 2) < 1) return false;
  const auto status = static_cast<FaultStatus>(code >> 2);
  const bool fetch = ClassOf(frame) == ExceptionClass::kInstructionAbortLower;
  constexpr uint64_t kCacheMaintenance = uint64_t{1} << 8;
  constexpr uint64_t kWrite = uint64_t{1} << 6;
  fault = {.address = {frame.far},
           // Cache maintenance is reported as a write but needs read access only.
           .write = !fetch && (frame.esr & kWrite) != 0 && (frame.esr & kCacheMaintenance) == 0,
           .execute = fetch,
           .present = status != FaultStatus::kTranslation};
  return true;
}

bool IsUserAddress(uint64_t address) { return address - kUserBase < kUserSize; }

zx_excp_type_t ExceptionType(ExceptionClass exception_class, const TrapFrame& frame) {
  switch (exception_class) {
    case ExceptionClass::kInstructionAbortLower:
    case ExceptionClass::kDataAbortLower:
      return (frame.esr & 0x3f) == 0x21 ? ZX_EXCP_UNALIGNED_ACCESS : ZX_EXCP_FATAL_PAGE_FAULT;
    case ExceptionClass::kPcAlignment:
    case ExceptionClass::kSpAlignment:
      return ZX_EXCP_UNALIGNED_ACCESS;
    case ExceptionClass::kBreakInstruction:
      return ZX_EXCP_SW_BREAKPOINT;
    case ExceptionClass::kBreakpointLower:
    case ExceptionClass::kStepLower:
    case ExceptionClass::kWatchpointLower:
      return ZX_EXCP_HW_BREAKPOINT;
    case ExceptionClass::kFpAccess:
    case ExceptionClass::kSystemCall:
    case ExceptionClass::kDataAbortSame:
      break;
  }
  return static_cast<uint32_t>(exception_class) == 0 || (frame.esr >> 26 & 0x3f) == 0x18 ||
                 (frame.esr >> 26 & 0x3f) == 0x19 || (frame.esr >> 26 & 0x3f) == 0x0e
             ? ZX_EXCP_UNDEFINED_INSTRUCTION
             : ZX_EXCP_GENERAL;
}

// Aborts that nobody resolves end here too, with the reason in synth_code.
void RaiseUserException(TrapFrame& frame, zx_status_t fault_status) {
  UserException exception = {};
  exception.report.header.size = sizeof(exception.report);
  exception.report.header.type = ExceptionType(ClassOf(frame), frame);
  exception.report.context.arch.arm_64.esr = static_cast<uint32_t>(frame.esr);
  exception.report.context.arch.arm_64.far = frame.far;
  exception.report.context.synth_code = static_cast<uint32_t>(fault_status);
  kernel::HandleUserException(frame, exception);
}

}  // namespace
}  // namespace arch

using arch::ExceptionClass;
using arch::TrapFrame;

extern "C" {

void hafnon_user_sync(TrapFrame& frame) {
  switch (arch::ClassOf(frame)) {
    case ExceptionClass::kFpAccess:
      arch::StartFpState();
      return;
    case ExceptionClass::kInstructionAbortLower:
    case ExceptionClass::kDataAbortLower: {
      kernel::PageFault fault;
      zx_status_t status = ZX_ERR_NOT_FOUND;
      if (arch::DecodePageFault(frame, fault) && arch::IsUserAddress(frame.far)) {
        status = kernel::HandlePageFault(fault);
        if (status == ZX_OK) return;
      }
      arch::RaiseUserException(frame, status);
      return;
    }
    default:
      arch::RaiseUserException(frame, ZX_OK);
  }
}

void hafnon_user_interrupt(TrapFrame&) { arch::interrupts::Dispatch(); }

// The instruction right behind the svc is next: outside the vDSO there are no barriers to skip.
void hafnon_bad_syscall(TrapFrame& frame) { frame.x(0) = kernel::HandleBadSyscall(frame.x(16)); }

void hafnon_pending() { kernel::HandlePending(); }

// A fault of an access to user memory; everything else is a bug.
void hafnon_kernel_sync(TrapFrame& frame) {
  const uint64_t landing = arch::FindUserLanding(frame.pc());
  if (landing != 0 && !arch::IsUserAddress(frame.far)) {
    // Unprivileged accesses leave it to the processor to check the address.
    frame.program_counter = landing;
    return;
  }
  const auto begin = reinterpret_cast<uintptr_t>(hafnon_user_copy_begin);
  const auto end = reinterpret_cast<uintptr_t>(hafnon_user_copy_end);
  kernel::PageFault fault;
  if (arch::ClassOf(frame) != ExceptionClass::kDataAbortSame ||
      (landing == 0 && frame.pc() - begin >= end - begin) || !arch::IsUserAddress(frame.far) ||
      !arch::DecodePageFault(frame, fault)) {
    kernel::Panic("unexpected exception in the kernel", &frame);
  }
  if (kernel::HandlePageFault(fault) == ZX_OK) return;
  if (landing != 0) {
    frame.program_counter = landing;
  } else {
    frame.program_counter = reinterpret_cast<uintptr_t>(hafnon_user_copy_failed);
    frame.x(0) = static_cast<uint64_t>(ZX_ERR_INVALID_ARGS);
  }
}

[[noreturn]] void hafnon_kernel_fatal(TrapFrame& frame, uint64_t vector) {
  if (vector >= 12) kernel::Panic("user mode left AArch64", &frame);
  switch (vector & 3) {
    case 0:
      kernel::Panic("exception on a stack the kernel does not use", &frame);
    case 1:
      kernel::Panic("interrupt while interrupts are masked", &frame);
    case 2:
      kernel::Panic("fast interrupt", &frame);
    default:
      kernel::Panic("system error (SError) reported by the memory system", &frame);
  }
}

[[noreturn]] void hafnon_kernel_stack_overflow(TrapFrame& frame) {
  kernel::Panic("kernel stack overflow", &frame);
}

}  // extern "C"
