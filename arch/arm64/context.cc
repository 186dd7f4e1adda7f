// SPDX-License-Identifier: BSD-2-Clause
#include <arch/context.h>

#include "arch/arm64/offsets.h"
#include "arch/arm64/sysreg.h"

extern "C" {
void hafnon_thread_start();
[[noreturn]] void hafnon_enter_user(uint64_t pc, uint64_t sp, uint64_t arg1, uint64_t arg2);
}

namespace arch {
namespace {

constexpr size_t FromThreadPointer(size_t offset) { return offset - Context::kThreadPointerOffset; }
#define CHECK_OFFSET(field, expected) \
  static_assert(FromThreadPointer(offsetof(Context, field)) == static_cast<size_t>(expected))
CHECK_OFFSET(stack_guard, CONTEXT_STACK_GUARD);
CHECK_OFFSET(saved_frame, CONTEXT_SAVED_FRAME);
CHECK_OFFSET(saved_pc, CONTEXT_SAVED_FRAME + 8);
CHECK_OFFSET(saved_sp, CONTEXT_SAVED_SP);
CHECK_OFFSET(saved_shadow, CONTEXT_SAVED_SP + 8);
CHECK_OFFSET(shadow_base, CONTEXT_SHADOW_BASE);
CHECK_OFFSET(vdso_code_base, CONTEXT_VDSO_CODE_BASE);
CHECK_OFFSET(pending, CONTEXT_PENDING);
CHECK_OFFSET(cpu, CONTEXT_CPU);
CHECK_OFFSET(stack_top, CONTEXT_STACK_TOP);
CHECK_OFFSET(user_sp, CONTEXT_USER_SP);
CHECK_OFFSET(user_thread_pointer, CONTEXT_USER_SP + 8);
CHECK_OFFSET(user, CONTEXT_USER);
CHECK_OFFSET(fp_used, CONTEXT_FP_USED);
CHECK_OFFSET(fp, CONTEXT_FP);
#undef CHECK_OFFSET
static_assert(Context::kThreadPointerOffset == CONTEXT_THREAD_POINTER);
static_assert(offsetof(TrapFrame, low) == FRAME_LOW);
static_assert(offsetof(TrapFrame, platform) == FRAME_PLATFORM);
static_assert(offsetof(TrapFrame, link) == FRAME_LINK);
static_assert(offsetof(TrapFrame, high) == FRAME_HIGH);
static_assert(offsetof(TrapFrame, high[10]) == FRAME_X29);
static_assert(offsetof(TrapFrame, stack_pointer) == FRAME_SP);
static_assert(offsetof(TrapFrame, program_counter) == FRAME_PC);
static_assert(offsetof(TrapFrame, psr) == FRAME_PSR);
static_assert(offsetof(TrapFrame, esr) == FRAME_ESR);
static_assert(sizeof(TrapFrame) == FRAME_SIZE);
static_assert(kKernelStackSize == KERNEL_STACK_SIZE && kShadowStackSize == SHADOW_STACK_SIZE);

}  // namespace

void Context::Prepare(VirtualAddress stack_top_address, VirtualAddress shadow_base_address,
                      void (*entry)(void*), void* argument) {
  stack_guard = Current().stack_guard;
  stack_top = stack_top_address.value;
  shadow_base = shadow_base_address.value;
  // Where hafnon_thread_start finds them.
  auto* words = reinterpret_cast<uint64_t*>(stack_top) - 2;
  words[0] = reinterpret_cast<uintptr_t>(entry);
  words[1] = reinterpret_cast<uintptr_t>(argument);
  saved_frame = 0;
  saved_pc = reinterpret_cast<uintptr_t>(&hafnon_thread_start);
  saved_sp = reinterpret_cast<uintptr_t>(words);
  saved_shadow = shadow_base;
}

void EnterUser(const UserEntry& entry) {
  constexpr uint64_t kTrapUserFp = uint64_t{1} << 20;
  Context& context = Context::Current();
  context.user = true;
  context.fp = {};
  context.fp_used = false;
  SYSREG_WRITE(cpacr_el1, kTrapUserFp);
  SYSREG_WRITE(tpidr_el0, 0);
  hafnon_enter_user(entry.pc, entry.sp, entry.arg1, entry.arg2);
}

void SaveFpState() {
  Context& context = Context::Current();
  if (context.fp_used) hafnon_fp_save(context.fp);
}

void LoadFpState() {
  constexpr uint64_t kAllowFp = uint64_t{3} << 20;
  Context& context = Context::Current();
  hafnon_fp_restore(context.fp);
  SYSREG_WRITE(cpacr_el1, kAllowFp);
  context.fp_used = true;
}

}  // namespace arch
