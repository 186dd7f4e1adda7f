// SPDX-License-Identifier: BSD-2-Clause
// Several CPUs at once: nothing is lost, run twice or left behind.
#include <arch/user_copy.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <vector>

#include "kernel/sched/run_queue.h"
#include "kernel/time/clock.h"
#include "tests/kernel/sched/smp_machine.h"

namespace {

using kernel::HandleEntry;
using kernel::Thread;
using sched::Task;
using test::ProcessOf;
using test::SmpMachine;
using test::UserMode;

// Parks until `condition` holds; whoever makes it true unparks.
template <class Condition>
void Await(Condition condition) {
  while (!condition()) {
    if (Task::Park(ZX_TIME_INFINITE) == sched::kParkKilled) UserMode();
  }
}

TEST(Smp, NoUnparkIsLostBetweenPairs) {
  constexpr uint32_t kPairs = 6;
  constexpr uint32_t kRounds = 1000;
  struct Pair {
    std::array<std::atomic<uint32_t>, 2> turns = {0, 0};
    std::array<std::atomic<Task*>, 2> tasks = {nullptr, nullptr};
  };
  std::array<Pair, kPairs> pairs;

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry process = machine.NewProcess();
    for (Pair& pair : pairs) {
      for (size_t side = 0; side < 2; ++side) {
        machine.Start(ProcessOf(process), [&pair, side] {
          pair.tasks[side] = &Task::Current();
          while (pair.tasks[1 - side].load() == nullptr) Task::Yield(), UserMode();
          for (uint32_t round = 1; round <= kRounds; ++round) {
            if (side == 1) Await([&] { return pair.turns[0].load() >= round; });
            pair.turns[side] = round;
            pair.tasks[1 - side].load()->Unpark();
            if (side == 0) Await([&] { return pair.turns[1].load() >= round; });
            UserMode();
          }
          // A partner may still be about to unpark this one.
          ++pair.turns[side];
          while (pair.turns[1 - side].load() <= kRounds) Task::Yield(), UserMode();
        });
      }
    }
  });

  EXPECT_TRUE(clean);
  for (const Pair& pair : pairs) EXPECT_EQ(pair.turns[1].load(), kRounds + 1);
}

// A lock made of a futex: a lost wake-up hangs, a double entry shows in the count.
TEST(Smp, AFutexLockExcludes) {
  constexpr uint32_t kTasks = 6;
  constexpr uint32_t kRounds = 300;
  std::atomic<uint32_t> word = 0;  // 0 free, 1 taken, 2 taken and perhaps awaited
  uint32_t count = 0;
  const auto address = reinterpret_cast<uint64_t>(&word);

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry process = machine.NewProcess();
    for (uint32_t task = 0; task < kTasks; ++task) {
      machine.Start(ProcessOf(process), [&] {
        kernel::FutexTable& futexes = kernel::Process::Current().futexes();
        for (uint32_t round = 0; round < kRounds; ++round) {
          uint32_t expected = 0;
          if (!word.compare_exchange_strong(expected, 1)) {
            while (word.exchange(2) != 0) (void)futexes.Wait(address, 2, ZX_TIME_INFINITE);
          }
          const uint32_t before = count;
          UserMode();
          count = before + 1;
          if (word.exchange(0) == 2) futexes.Wake(address, 1);
          UserMode();
        }
      });
    }
  });

  EXPECT_TRUE(clean);
  EXPECT_EQ(count, kTasks * kRounds);
}

TEST(Smp, DeadlinesAndUnparksMayCoincide) {
  constexpr uint32_t kTasks = 8;
  constexpr uint32_t kRounds = 50;
  std::array<std::atomic<Task*>, kTasks> tasks = {};
  std::atomic<uint32_t> done = 0;
  std::atomic<uint32_t> early = 0;

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry process = machine.NewProcess();
    for (uint32_t self = 0; self < kTasks; ++self) {
      machine.Start(ProcessOf(process), [&, self] {
        std::minstd_rand random(self + 1);
        tasks[self] = &Task::Current();
        for (uint32_t round = 0; round < kRounds; ++round) {
          const zx_instant_mono_t deadline = kernel::Now() + static_cast<int64_t>(random() % ZX_USEC(200));
          const zx_status_t status = Task::Park(deadline);
          if (status == ZX_ERR_TIMED_OUT && kernel::Now() < deadline) ++early;
          if (Task* other = tasks[random() % kTasks].load()) other->Unpark();
          UserMode();
        }
        // Nobody leaves while others may unpark it.
        ++done;
        while (done.load() < kTasks) Task::Park(kernel::Now() + ZX_USEC(100)), UserMode();
      });
    }
  });

  EXPECT_TRUE(clean);
  EXPECT_EQ(early.load(), 0u);
}

TEST(Smp, ProcessesKilledAtAnyMomentLeaveNothingBehind) {
  constexpr uint32_t kProcesses = 100;
  std::atomic<uint32_t> survivors = 0;

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry killer = machine.NewProcess();
    machine.Start(ProcessOf(killer), [&] {
      std::minstd_rand random(5);
      for (uint32_t i = 0; i < kProcesses; ++i) {
        HandleEntry victim = machine.NewProcess();
        for (uint32_t thread = 0; thread < 3; ++thread) {
          machine.Start(ProcessOf(victim), [&, thread] {
            while (true) {
              if (thread == 0) Task::Park(ZX_TIME_INFINITE);
              if (thread == 1) Task::Park(kernel::Now() + ZX_USEC(30));
              if (thread == 2) Task::Yield();
              UserMode();
            }
            ++survivors;
          });
        }
        for (uint32_t turns = random() % 20; turns > 0; --turns) Task::Yield(), UserMode();
        ProcessOf(victim).Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
        while ((victim.get()->signals() & ZX_PROCESS_TERMINATED) == 0) Task::Yield(), UserMode();
      }
    });
  });

  EXPECT_TRUE(clean);
  EXPECT_EQ(survivors.load(), 0u);
}

// All start on CPU 0 and none of them ever parks: the other CPUs have to come and take them.
TEST(Smp, IdleCpusTakeWaitingTasks) {
  constexpr uint64_t kAll = (uint64_t{1} << SmpMachine::kCpus) - 1;
  std::atomic<uint64_t> seen = 0;

  EXPECT_TRUE(SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry process = machine.NewProcess();
    for (uint32_t i = 0; i < SmpMachine::kCpus; ++i) {
      machine.Start(ProcessOf(process), [&] {
        while (seen.load() != kAll) {
          seen |= uint64_t{1} << arch::CpuIndex();
          UserMode();
        }
      });
    }
  }));
}

}  // namespace
