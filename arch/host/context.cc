// SPDX-License-Identifier: BSD-2-Clause
#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/counter.h>
#include <arch/host_machine.h>
#include <arch/interleave.h>
#include <arch/layout.h>
#include <arch/page_table.h>
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <array>
#include <mutex>
#include <utility>

#include "kernel/handoff.h"
#include "lib/base/assert.h"

namespace arch {
namespace {

// Host code, sanitizers and gtest need far more than a kernel stack. AddressSanitizer forgets the frames of a
// stack that is not larger by itself; of a larger one it asks the host to do it, which takes long.
constexpr size_t kStackSize = 256 * 1024;

thread_local Context own_context;
thread_local Context* current_context = nullptr;

bool user_mode_allowed = false;
host::UserCode user_code = nullptr;

// Stacks that are not in use. Tests make many threads, and mapping memory costs more than a thread does.
class Stacks {
 public:
  void* Take() {
    {
      std::scoped_lock guard(lock_);
      if (count_ > 0) return kept_[--count_];
    }
    void* stack =
        mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT(stack != MAP_FAILED);
    return stack;
  }
  void Give(void* stack) {
    // What its thread left there when it ended is no longer anybody's frame.
    __asan_unpoison_memory_region(stack, kStackSize);
    {
      std::scoped_lock guard(lock_);
      if (count_ < kept_.size()) {
        kept_[count_++] = stack;
        return;
      }
    }
    munmap(stack, kStackSize);
  }

 private:
  std::mutex lock_;
  size_t count_ = 0;
  std::array<void*, 16> kept_;
};
Stacks stacks;

// What a host thread knows of a CPU while it is another one.
struct StoppedCpu {
  Context* context = nullptr;
  uint64_t deadline = UINT64_MAX;
  PageTable* table = nullptr;
};
std::array<StoppedCpu, kernel::Handoff::kMaxCpus> stopped_cpus;

bool IsUserAddress(uint64_t address) { return address < kUserBase + kUserSize; }

}  // namespace

struct Context::Fiber {
  ucontext_t machine = {};
  void* stack = nullptr;  // of the fiber or of the host thread
  size_t stack_size = 0;
  bool owns_stack = false;
  // AddressSanitizer's frames of functions that are not on the stack proper.
  void* fake_stack = nullptr;

  static void Jump(Fiber& left, Fiber& entered) {
    __sanitizer_start_switch_fiber(&left.fake_stack, entered.stack, entered.stack_size);
    swapcontext(&left.machine, &entered.machine);
    // Perhaps on another host thread: nothing that is local to one may be remembered across the
    // switch.
    __sanitizer_finish_switch_fiber(left.fake_stack, nullptr, nullptr);
  }
};

namespace {

// First code on a new stack.
void StartFiber() {
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
  Context& self = Context::Current();
  self.entry(self.argument);
  hafnon_assert_fail("the entry of a context returned", __FILE__, __LINE__);
}

}  // namespace

Context::~Context() {
  if (fiber_ == nullptr) return;
  if (fiber_->owns_stack) stacks.Give(fiber_->stack);
  delete fiber_;
}

// Of the host thread's own stack, unless Prepare() made one.
Context::Fiber& Context::fiber() {
  if (fiber_ != nullptr) return *fiber_;
  fiber_ = new Fiber;
  pthread_attr_t attributes;
  ASSERT(pthread_getattr_np(pthread_self(), &attributes) == 0);
  ASSERT(pthread_attr_getstack(&attributes, &fiber_->stack, &fiber_->stack_size) == 0);
  pthread_attr_destroy(&attributes);
  return *fiber_;
}

void Context::Prepare(VirtualAddress top, VirtualAddress, void (*new_entry)(void*),
                      void* new_argument) {
  stack_top = top;
  entry = new_entry;
  argument = new_argument;
  // A start that failed half-way is repeated.
  if (fiber_ == nullptr) {
    fiber_ = new Fiber;
    fiber_->stack = stacks.Take();
  }
  fiber_->stack_size = kStackSize;
  fiber_->owns_stack = true;
  ASSERT(getcontext(&fiber_->machine) == 0);
  fiber_->machine.uc_stack = {.ss_sp = fiber_->stack, .ss_flags = 0, .ss_size = kStackSize};
  fiber_->machine.uc_link = nullptr;
  makecontext(&fiber_->machine, &StartFiber, 0);
}

Context& Context::Current() { return current_context ? *current_context : own_context; }
void Context::SetCurrent(Context* context) { current_context = context; }

zx_status_t Context::SetUserFs(uint64_t base) {
  if (!IsUserAddress(base)) return ZX_ERR_INVALID_ARGS;
  user_fs = base;
  return ZX_OK;
}

zx_status_t Context::SetUserGs(uint64_t base) {
  if (!IsUserAddress(base)) return ZX_ERR_INVALID_ARGS;
  user_gs = base;
  return ZX_OK;
}

Context& Switch(Context& from, Context& to) {
  Context::Fiber& left = from.fiber();
  Context::Fiber& entered = to.fiber();
  to.cpu = CpuIndex();
  Context::SetCurrent(&to);
  Context::Fiber::Jump(left, entered);
  return from;
}

void host::AddCpu(uint32_t index, Context& boot) { stopped_cpus.at(index) = {.context = &boot}; }

void host::ContinueCpu(uint32_t index) {
  Context& left = Context::Current();
  stopped_cpus.at(CpuIndex()) = {&left, Deadline(), PageTable::Active()};
  const StoppedCpu& entered = stopped_cpus.at(index);
  SetCpu(index);
  SetDeadline(entered.deadline);
  PageTable::Deactivate();
  if (entered.table != nullptr) entered.table->Activate();
  Context::SetCurrent(entered.context);
  Context::Fiber::Jump(left.fiber(), entered.context->fiber());
}

void host::SetUserMode(UserMode mode) { user_mode_allowed = mode == UserMode::kHostFunctions; }

void host::SetUserCode(UserCode code) { user_code = code; }

void EnterUser(const UserEntry& entry) {
  ASSERT(user_mode_allowed);
  if (user_code != nullptr) user_code(entry);
  reinterpret_cast<void (*)(uint64_t, uint64_t)>(entry.pc)(entry.arg1, entry.arg2);
  hafnon_assert_fail("a program returned", __FILE__, __LINE__);
}

bool IsValidUserPc(uint64_t pc) { return pc < kUserBase + kUserSize; }

}  // namespace arch
