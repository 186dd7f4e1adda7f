// SPDX-License-Identifier: BSD-2-Clause
// A second process that makes the system calls a test asks for.
//
// The child runs a few instructions (child_<arch>.S) that walk a script: call a function of the
// vDSO with arguments, store the result, next. The script is shared memory, so the test reads the
// results. After the last step the child spins until it is killed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <lib/zx/channel.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/vmo.h>

namespace target {

// Layout known to child_<arch>.S.
struct Step {
  uint64_t function;  // Address in the child; 0 ends the script.
  uint64_t arguments[8];
  uint64_t result;
};
static_assert(sizeof(Step) == 80);

// As a step's first argument: the handle the child was started with.
inline constexpr uint64_t kStartHandle = UINT64_MAX;

// Code of the child itself (child_<arch>.S); see there. The addresses are those of the original.
extern "C" {
extern const char target_child_store[];
extern const char target_child_return[];
extern const char target_child_undefined[];
extern const char target_child_breakpoint[];
extern const char target_child_bad_syscall[];
}

// An exception that only one kind of processor has.
struct ProcessorFault {
  uint32_t code;  // Offset in the child's code; 0 ends the list.
  uint32_t type;  // ZX_EXCP_*
};
extern "C" const ProcessorFault target_child_faults[];

class Child {
 public:
  static constexpr size_t kMaxSteps = 32;
  // Where the child's own data may live: the rest of the script's page.
  static constexpr size_t kDataOffset = 3072;

  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Kills the process.
  ~Child();

  // Creates the process in `job` with vDSO, code, stack and empty script, but does not start it. `code` is position
  // independent and starts with the channel or other handle and the script's address as arguments; without it the
  // child walks the script.
  zx_status_t Create(const zx::job& job, std::span<const char> code = {});

  // Adds a call of `function`, a vDSO function of this process, to the script.
  template <class Function, class... Arguments>
  void Call(Function* function, Arguments... arguments) {
    AddStep(reinterpret_cast<uintptr_t>(function), {static_cast<uint64_t>(arguments)...});
  }

  // The same with a piece of the child's own code.
  template <class... Arguments>
  void Run(const char* code, Arguments... arguments) {
    AddOwnStep(code, {static_cast<uint64_t>(arguments)...});
  }
  void Run(const ProcessorFault& fault);
  // The same with whatever is at `address` of the child.
  void RunAt(uint64_t address) { AddStepAt(address, {}); }

  // Starts the first thread with the script; `handle` may be invalid. Consumes it.
  zx_status_t Start(zx::handle handle);

  // What step `index` returned; meaningful once a later step is known to have run.
  zx_status_t result(size_t index) const { return static_cast<zx_status_t>(steps_[index].result); }
  // The same for a function that returns 64 bits.
  uint64_t value(size_t index) const { return steps_[index].result; }
  // Where the child has a piece of its own code.
  uint64_t AddressOf(const char* code) const;
  uint64_t entry() const { return child_code_; }
  // The end of its stack, which is one page.
  uint64_t stack_top() const { return child_stack_top_; }
  // Shared bytes: address in this process, and in the child.
  char* data() const { return reinterpret_cast<char*>(steps_) + kDataOffset; }
  uint64_t child_data() const { return child_script_ + kDataOffset; }

  // Waits until the process has ended; its return code, or INT64_MIN if it does not end in time.
  int64_t WaitForExit(zx::duration limit = zx::sec(5));

  const zx::process& process() const { return process_; }
  const zx::thread& thread() const { return thread_; }
  const zx::vmar& root() const { return root_; }
  // Where the child has its vDSO.
  uintptr_t vdso_base() const { return child_vdso_; }

 private:
  struct ArgumentList {
    uint64_t values[8] = {};
    template <class... T>
    ArgumentList(T... list) : values{list...} {}
  };
  // Of the vDSO, by its address in this process.
  void AddStep(uintptr_t function, const ArgumentList& arguments);
  void AddOwnStep(const char* code, const ArgumentList& arguments);
  void AddStepAt(uintptr_t address, const ArgumentList& arguments);
  zx_status_t MapVdso();
  zx_status_t MapCode(std::span<const char> code);
  zx_status_t MapScript();
  void NoteResults() const;

  zx::process process_;
  zx::thread thread_;
  zx::vmar root_;
  Step* steps_ = nullptr;
  size_t step_count_ = 0;
  uintptr_t own_vdso_ = 0;
  uintptr_t child_vdso_ = 0;
  uintptr_t child_code_ = 0;
  uintptr_t child_script_ = 0;
  uintptr_t child_stack_top_ = 0;
};

}  // namespace target
