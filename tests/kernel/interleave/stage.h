// SPDX-License-Identifier: BSD-2-Clause
// What a scenario is made of: two programs, each a thread that starts on a CPU of its own, and the objects they
// share. What they observe becomes a line of text, the outcome.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <zircon/syscalls/port.h>
#include <zircon/types.h>

#include "kernel/object/process.h"
#include "tests/kernel/interleave/machine.h"

namespace interleave {

class Stage;

// System calls by whoever runs, with what the scenarios need of them. Each ends with a moment in user mode, where
// the thread may die; so programs own nothing.
namespace call {
zx_status_t Close(zx_handle_t handle);
zx_status_t Duplicate(zx_handle_t handle);
zx_status_t Signal(zx_handle_t handle, zx_signals_t set);
zx_status_t SignalPeer(zx_handle_t handle, zx_signals_t set);
zx_status_t Wait(zx_handle_t handle, zx_signals_t signals, zx_instant_mono_t deadline = ZX_TIME_INFINITE);
zx_status_t WaitAsync(zx_handle_t handle, zx_handle_t port, uint64_t key, zx_signals_t signals, uint32_t options = 0);
// Without a deadline to wait for, ZX_ERR_TIMED_OUT if there is nothing.
zx_status_t PortWait(zx_handle_t port, zx_instant_mono_t deadline = ZX_TIME_INFINITE);
zx_status_t PortQueue(zx_handle_t port);
zx_status_t PortCancel(zx_handle_t port, zx_handle_t source, uint64_t key);
// A message of four bytes, with a handle or without.
zx_status_t Write(zx_handle_t channel, zx_handle_t handle = ZX_HANDLE_INVALID);
zx_status_t Read(zx_handle_t channel);
// Answers the first message.
zx_status_t Answer(zx_handle_t channel);
zx_status_t ChannelCall(zx_handle_t channel, zx_instant_mono_t deadline = ZX_TIME_INFINITE);
zx_status_t SocketWrite(zx_handle_t socket);
zx_status_t SocketRead(zx_handle_t socket);
zx_status_t TimerSet(zx_handle_t timer, zx_instant_mono_t deadline);
zx_status_t TimerCancel(zx_handle_t timer);
zx_status_t VmoWrite(zx_handle_t vmo, uint8_t value);
// The first byte, or the status as a negative number.
int32_t VmoRead(zx_handle_t vmo);
zx_status_t VmoSetSize(zx_handle_t vmo, uint64_t size);
zx_status_t VmoClone(zx_handle_t vmo, zx_handle_t& out);
zx_status_t VmoDecommit(zx_handle_t vmo);
zx_status_t Map(zx_handle_t vmar, zx_handle_t vmo, uint64_t offset);
zx_status_t Unmap(zx_handle_t vmar, uint64_t address);
zx_status_t VmarDestroy(zx_handle_t vmar);
zx_status_t Kill(zx_handle_t task);
zx_status_t JobCreate(zx_handle_t job, zx_handle_t& out);
zx_status_t ProcessCreate(zx_handle_t job, zx_handle_t& out);
zx_status_t FutexWait(const zx_futex_t& word, zx_futex_t value, zx_instant_mono_t deadline = ZX_TIME_INFINITE);
zx_status_t FutexWake(const zx_futex_t& word, uint32_t count);
zx_status_t OpenExceptionChannel(zx_handle_t task, zx_handle_t& out);
[[noreturn]] void Exit();
}  // namespace call

struct Scenario {
  enum class Processes : uint8_t { kOne, kTwo };
  using Program = void (*)(Stage&);

  std::string_view name;
  Processes processes;
  // By the process of the first program.
  Program set_up;
  Program first;
  Program second;
  // All there are: nothing else may happen, and each of them does. "first / second".
  std::vector<std::string> outcomes;
};

class Stage {
 public:
  enum class Result : uint8_t { kDone, kStuck, kDeadlock, kLeak };

  explicit Stage(const Scenario& scenario) : scenario_(scenario) {}

  // Plays the scenario once.
  Result Play(const Schedule& schedule);
  const std::string& outcome() const { return outcome_; }

  // For programs: appends to the outcome.
  void Note(zx_status_t status);
  void Note(std::string_view text);

  // Objects and numbers for the scenario's use.
  std::array<zx_handle_t, 8> handle = {};
  zx_futex_t word{0};
  uint64_t address = 0;
  // The kernel's view of the two.
  kernel::Process& process(uint32_t index) { return static_cast<kernel::Process&>(*processes_[index].get()); }
  // A new handle of one of the two processes.
  zx_handle_t Add(uint32_t process, base::RefPtr<kernel::Object> object, zx_rights_t rights);
  zx_handle_t AddProcess(uint32_t process, uint32_t target);
  zx_handle_t AddJob(uint32_t process);
  zx_handle_t AddRootVmar();
  // Moves a handle of the first program's process to the other.
  zx_handle_t MoveToOther(zx_handle_t handle);

 private:
  struct Actor {
    Stage* stage;
    Scenario::Program program;
  };
  static void RunProgram(uint64_t actor, uint64_t);
  void Start(uint32_t index);
  void SetUp();
  bool BothEnded();

  const Scenario& scenario_;
  std::string outcome_;
  std::array<std::string, 2> notes_;
  std::array<Actor, 2> actors_ = {};
  base::RefPtr<kernel::Job> job_;
  kernel::HandleEntry job_handle_;
  std::array<kernel::HandleEntry, 2> processes_;
  std::array<kernel::Thread*, 2> threads_ = {};
};

}  // namespace interleave
