// SPDX-License-Identifier: BSD-2-Clause
// Two CPUs on one host thread, with the real kernel on them. Whose step comes next is decided by a schedule, so
// that a run can be repeated exactly.
//
// A step ends before each access to an atomic object, the word of a lock included; what lies between two
// accesses belongs to one CPU alone or is guarded by them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit.h"
#include "kernel/object/job.h"

namespace interleave {

inline constexpr uint32_t kCpus = 2;

// A CPU goes on until it has nothing to do or the schedule lets the other one go on.
struct Schedule {
  uint32_t first = 0;
  // Numbers of steps, ascending, before which the CPUs change.
  std::vector<uint32_t> preemptions;

  // "first,step,step..."
  std::string Text() const;
  static Schedule Parse(std::string_view text);
};

struct Step {
  const volatile void* word;
  uint8_t cpu;
  bool writes;
  // How many steps had begun when the access was made: more than this one's number, after a preemption by as much
  // as the other CPU has done meanwhile.
  uint32_t done;
};

class Machine {
 public:
  // There is one, which lives as long as the test program.
  static Machine& The();

  // Lets the CPUs go on until both are idle and no deadline is set. False if they stop making progress: they
  // spin, or there is no end of steps. After that the machine is of no use.
  [[nodiscard]] bool Run(const Schedule& schedule);
  // What was done in the last Run().
  const std::vector<Step>& steps() const { return steps_; }

  // Breaks the kernel until the next play: whoever wants a lock that lies in `object` gets it, even if another
  // CPU has it. While somebody has it, steps end before each comparison as well.
  template <class T>
  void LeaveOutLocksOf(const T& object) {
    left_out_ = std::as_bytes(std::span(&object, 1));
  }
  void LeaveNothingOut() { left_out_ = {}; }

  // The counts of a machine that has nothing in its caches.
  static kernel::AuditCounts TakeCounts();
  kernel::Job& root() { return *root_; }

  // In a program: a moment in user mode. Interrupts are taken; the thread may die or go on on the other CPU.
  static void UserMode();
  // The kernel compares two values: an object file with coverage feedback says so.
  static void OnComparison();
  // The same after time has passed.
  static void PassTime(uint64_t nanoseconds);

 private:
  struct Cpu;
  enum class Doing : uint8_t { kRuns, kSpins, kIdles };
  // The one that runs the test; it has no tasks.
  static constexpr uint32_t kDriver = kCpus;
  static constexpr size_t kMaxSteps = 20'000;

  Machine() = default;
  void Start();
  static void OnAccess(const volatile void* word, arch::host::Access access);
  void Advance(const volatile void* word, bool writes);
  void LeaveOut(const volatile void* word);
  static void OnSpin();
  static void OnIdle();
  static void TakeInterrupts();
  bool CanGoOn(uint32_t cpu) const;
  // Who goes on when `cpu` cannot: the other one, or the driver when all is done.
  uint32_t Successor(uint32_t cpu);
  void GoOn(uint32_t cpu);

  base::RefPtr<kernel::Job> root_;
  Cpu* cpus_[kCpus] = {};
  bool running_ = false;
  bool stuck_ = false;
  std::span<const std::byte> left_out_;
  // The lock that is left out and that a CPU believes to have.
  const volatile void* believed_[kCpus + 1] = {};
  // Comparisons of the machine itself are no steps. Another CPU that goes on does so in here as well.
  static inline constinit bool deciding_ = true;
  const Schedule* schedule_ = nullptr;
  size_t next_preemption_ = 0;
  std::vector<Step> steps_;
};

}  // namespace interleave
