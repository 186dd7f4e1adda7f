// SPDX-License-Identifier: BSD-2-Clause
// The few functions through which arch/ calls the kernel. Interrupts are off in all of them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "arch/syscall_table.h"
#include "kernel/handoff.h"
#include "lib/base/address.h"
#include "lib/base/result.h"

namespace arch {
struct TrapFrame;
struct UserException;
}  // namespace arch

namespace kernel {

// First C++ function of the kernel, on the boot CPU's boot stack. Never returns.
[[noreturn]] void KernelMain(const Handoff& handoff);

// First function of every other CPU, on the stack of the context given to arch::StartCpu().
[[noreturn]] void SecondaryMain();

// An access of the current thread to user memory faulted, in user mode or inside a user copy.
struct PageFault {
  VirtualAddress address;
  bool write = false;
  bool execute = false;
  bool present = false;  // a translation existed: permission fault
};
// Makes the page accessible if the address space allows it.
// Errors: ZX_ERR_NOT_FOUND nothing mapped there, ZX_ERR_ACCESS_DENIED, ZX_ERR_NO_MEMORY,
// ZX_ERR_OUT_OF_RANGE beyond the VMO.
zx_status_t HandlePageFault(const PageFault& fault);

// A fault in user mode that nobody resolved. Returns to resume the (possibly changed) frame;
// a thread that is to die does so here.
void HandleUserException(arch::TrapFrame& frame, const arch::UserException& exception);

// The number is unknown or the instruction is not the vDSO's for it. Returns the value for the
// result register after the policy exception has been handled.
uint64_t HandleBadSyscall(uint64_t number);

// On the way back to user mode while arch::Context::pending is not zero: reschedules, dies, suspends.
// Returns when the thread may go on.
void HandlePending();

// The deadline set by arch::SetDeadline() has passed.
void HandleTimer();

// Another CPU sent arch::SendReschedule().
void HandleReschedule();

// A device interrupt; the line is masked until acknowledged through arch::UnmaskInterrupt().
void HandleDeviceInterrupt(uint32_t irq);

// Pages for page tables: zeroed, physmap-accessible.
// Errors: ZX_ERR_NO_MEMORY.
base::Result<PhysicalAddress> AllocatePageTablePage();
void FreePageTablePage(PhysicalAddress page);

// Stops the machine: message, registers if any, backtrace; then arch::Shutdown with a failing status
// or halt, as the command line says.
[[noreturn]] void Panic(std::string_view what, const arch::TrapFrame* frame = nullptr);

}  // namespace kernel

extern "C" {
// Derived from sdk/abi/syscalls.def (kernel/syscalls/table.cc); indexed by number.
// A call gets the eight raw argument registers.
using HafnonSyscall = uint64_t (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                   uint64_t);
extern const HafnonSyscall hafnon_syscall_table[SYSCALL_TABLE_SIZE];
extern const uint64_t hafnon_syscall_count;
// Offset from the vDSO's code base of the return address of the one entry site of each number; filled
// once at boot from the vDSO image (kernel/vdso). kNoSyscallSite forbids the number: no two user
// addresses are that far apart.
inline constexpr uint64_t kNoSyscallSite = uint64_t{1} << 63;
extern std::array<uint64_t, SYSCALL_TABLE_SIZE> hafnon_syscall_sites;
}
