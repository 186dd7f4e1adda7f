// SPDX-License-Identifier: BSD-2-Clause
#include <arch/context.h>

#include <arch/fpu.h>
#include <arch/layout.h>

#include "arch/x86_64/features.h"
#include "arch/x86_64/per_cpu.h"
#include "arch/x86_64/segment_bases.h"
#include "lib/base/assert.h"

extern "C" void hafnon_x64_context_start();
extern "C" [[noreturn]] void hafnon_x64_enter_user(uint64_t pc, uint64_t sp, uint64_t arg1,
                                                   uint64_t arg2, uint64_t stack_top);

namespace arch {
namespace {

bool IsUserAddress(uint64_t address) { return address < kUserBase + kUserSize; }

void WriteUserGs(uint64_t base) {
  if (!features.fsgsbase) return WriteMsr(Msr::kIA32_KERNEL_GS_BASE, base);
  asm volatile("swapgs\n wrgsbase %0\n swapgs" ::"r"(base) : "memory");
}

void WriteUserFs(uint64_t base) {
  if (!features.fsgsbase) return WriteMsr(Msr::kIA32_FS_BASE, base);
  asm volatile("wrfsbase %0" ::"r"(base));
}

void RestoreUserState(Context& context) {
  RestoreFpState(context.fp_state);
  WriteUserFs(context.fs_base);
  WriteUserGs(context.gs_base);
}

// Context::fp_room, aligned.
std::byte* AlignFpRoom(Context& context) {
  return context.fp_room +
         (0 - reinterpret_cast<uintptr_t>(context.fp_room)) % Context::kFpAlignment;
}

}  // namespace

// The user's GS base is in IA32_KERNEL_GS_BASE while the kernel runs; interrupts are off, so the swap
// is not seen.
uint64_t ReadUserGs() {
  if (!features.fsgsbase) return ReadMsr(Msr::kIA32_KERNEL_GS_BASE);
  uint64_t base;
  asm volatile("swapgs\n rdgsbase %0\n swapgs" : "=r"(base)::"memory");
  return base;
}

uint64_t ReadUserFs() {
  if (!features.fsgsbase) return ReadMsr(Msr::kIA32_FS_BASE);
  uint64_t base;
  asm volatile("rdfsbase %0" : "=r"(base));
  return base;
}

void Context::Prepare(VirtualAddress top, VirtualAddress, void (*entry)(void*), void* argument) {
  ASSERT(top.value % 16 == 0);
  stack_top = top.value;
  fs_base = 0;
  gs_base = 0;
  fp_state = AlignFpRoom(*this);
  InitFpState(fp_state);
  // As Switch() leaves a stack: rbp, return address; then what hafnon_x64_context_start takes, and two
  // words that keep its call aligned.
  auto* stack = reinterpret_cast<uint64_t*>(top.value) - 6;
  stack[0] = 0;
  stack[1] = reinterpret_cast<uint64_t>(&hafnon_x64_context_start);
  stack[2] = reinterpret_cast<uint64_t>(entry);
  stack[3] = reinterpret_cast<uint64_t>(argument);
  stack[4] = 0;
  stack[5] = 0;
  saved_sp = reinterpret_cast<uint64_t>(stack);
}

zx_status_t Context::SetUserFs(uint64_t base) {
  if (!IsUserAddress(base)) return ZX_ERR_INVALID_ARGS;
  fs_base = base;
  if (this == &Current()) WriteUserFs(base);
  return ZX_OK;
}

zx_status_t Context::SetUserGs(uint64_t base) {
  if (!IsUserAddress(base)) return ZX_ERR_INVALID_ARGS;
  gs_base = base;
  if (this == &Current()) WriteUserGs(base);
  return ZX_OK;
}

void EnterUser(const UserEntry& entry) {
  Context& context = Context::Current();
  ASSERT(IsValidUserPc(entry.pc));
  // Whatever the registers hold may be another thread's.
  context.user = features.fast_user_state ? Context::UserState::kFast : Context::UserState::kSlow;
  InitFpState(context.fp_state);
  RestoreUserState(context);
  hafnon_x64_enter_user(entry.pc, entry.sp, entry.arg1, entry.arg2, context.stack_top);
}

}  // namespace arch

// What Switch() calls on processors without the instructions it wants.
extern "C" void hafnon_x64_save_user_state(arch::Context& context) {
  arch::SaveFpState(context.fp_state);
  context.fs_base = arch::ReadUserFs();
  context.gs_base = arch::ReadUserGs();
}
extern "C" void hafnon_x64_restore_user_state(arch::Context& context) {
  arch::RestoreUserState(context);
}
