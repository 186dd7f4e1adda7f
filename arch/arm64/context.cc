// SPDX-License-Identifier: BSD-2-Clause
#include <arch/context.h>

#include "arch/arm64/offsets.h"
#include "arch/arm64/sysreg.h"
#include "kernel/handoff.h"
#include "lib/base/assert.h"

extern "C" {
void hafnon_thread_start();
[[noreturn]] void hafnon_enter_user(uint64_t pc, uint64_t sp, uint64_t arg1, uint64_t arg2);
// Loads the registers from context.fp as they were saved and renews both numbers.
void hafnon_fp_restore(arch::Context& context);

// Whose FP registers each CPU has, as a number: above the index of the CPU, how often it has loaded some.
constinit uint64_t hafnon_fp_residence[kernel::Handoff::kMaxCpus] = {};
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
CHECK_OFFSET(zeroes, CONTEXT_ZEROES);
CHECK_OFFSET(fp_used, CONTEXT_FP_USED);
CHECK_OFFSET(fp_live, CONTEXT_FP_LIVE);
CHECK_OFFSET(fp_residence, CONTEXT_FP_RESIDENCE);
CHECK_OFFSET(fp, CONTEXT_FP);
#undef CHECK_OFFSET
static_assert(offsetof(FpState, fpcr) == FP_CONTROL && offsetof(FpState, fpsr) == FP_CONTROL + 8);
static_assert(offsetof(FpState, v) == FP_VECTORS);
static_assert(CONTEXT_FP_USED == CONTEXT_CPU + 4 && CONTEXT_FP_LIVE == CONTEXT_CPU + 5);
static_assert(kernel::Handoff::kMaxCpus <= 256);
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
  context.fp = {};
  context.fp_used = false;
  SYSREG_WRITE(cpacr_el1, kTrapUserFp);
  SYSREG_WRITE(tpidr_el0, 0);
  hafnon_enter_user(entry.pc, entry.sp, entry.arg1, entry.arg2);
}

void StartFpState() {
  constexpr uint64_t kAllowFp = uint64_t{3} << 20;
  Context& context = Context::Current();
  DEBUG_ASSERT(context.fp_live);
  hafnon_fp_restore(context);
  SYSREG_WRITE(cpacr_el1, kAllowFp);
  context.fp_used = true;
}

}  // namespace arch
