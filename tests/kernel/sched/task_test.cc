// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/sched/task.h"

#include <arch/counter.h>

#include <string>
#include <vector>

#include "kernel/sched/run_queue.h"
#include "kernel/time/clock.h"
#include "kernel/upcalls.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

using sched::Task;
using test::ReturnToUser;

constexpr zx_instant_mono_t kStart = 1'000'000;

class TaskTest : public test::ScheduledMachine {};

TEST_F(TaskTest, AnUnparkThatCameFirstEndsTheNextParkOnly) {
  std::vector<zx_status_t> results;
  const auto thread = Start([&] {
    Task::Current().Unpark();
    Task::Current().Unpark();
    results.push_back(Task::Park(ZX_TIME_INFINITE));
    results.push_back(Task::Park(0));
  });

  Run();

  EXPECT_EQ(results, (std::vector<zx_status_t>{ZX_OK, ZX_ERR_TIMED_OUT}));
}

TEST_F(TaskTest, ParkedUntilUnparked) {
  int steps = 0;
  const auto thread = Start([&] {
    steps = 1;
    EXPECT_EQ(Task::Park(ZX_TIME_INFINITE), ZX_OK);
    steps = 2;
  });

  Run();
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(thread->task().state(), Task::State::kParked);

  thread->task().Unpark();
  Run();
  EXPECT_EQ(steps, 2);
}

TEST_F(TaskTest, ParkTimesOutAtItsDeadlineAndNotBefore) {
  zx_status_t status = ZX_OK;
  zx_instant_mono_t woken = 0;
  const auto thread = Start([&] {
    status = Task::Park(kStart + 5000);
    woken = kernel::Now();
  });
  Run();

  RunAt(kStart + 4999);
  EXPECT_EQ(woken, 0);

  RunAt(kStart + 5000);
  EXPECT_EQ(status, ZX_ERR_TIMED_OUT);
  EXPECT_EQ(woken, kStart + 5000);
}

// Three deadlines, one interrupt: what has slack goes along with what has none.
TEST_F(TaskTest, ParksWithSlackEndTogetherWithANearbyDeadline) {
  std::vector<zx_instant_mono_t> woken;
  const auto sleep = [&](kernel::Deadline deadline) {
    Start([&woken, deadline] {
      EXPECT_EQ(Task::Park(deadline), ZX_ERR_TIMED_OUT);
      woken.push_back(kernel::Now());
    });
    Run();
  };
  sleep(kStart + 5000);
  sleep({kStart + 4500, {.amount = 600, .mode = ZX_TIMER_SLACK_LATE}});
  sleep({kStart + 5500, {.amount = 600, .mode = ZX_TIMER_SLACK_EARLY}});

  RunAt(kStart + 4999);
  EXPECT_TRUE(woken.empty());

  RunAt(kStart + 5000);
  EXPECT_EQ(woken, std::vector<zx_instant_mono_t>(3, kStart + 5000));
}

TEST_F(TaskTest, DeadlinesOfManyTasksPassInTheirOrder) {
  std::string order;
  for (const char name : {'e', 'b', 'd', 'a', 'c'}) {
    Start([&order, name] {
      Task::Park(kStart + (name - 'a' + 1) * ZX_MSEC(20));
      order += name;
    });
  }
  Run();

  RunUntil(kStart + ZX_SEC(1));

  EXPECT_EQ(order, "abcde");
}

TEST_F(TaskTest, AnUnparkedTaskIsNotWokenAgainByItsOldDeadline) {
  std::vector<zx_status_t> results;
  const auto thread = Start([&] {
    results.push_back(Task::Park(kStart + 5000));
    results.push_back(Task::Park(ZX_TIME_INFINITE));
  });
  Run();
  thread->task().Unpark();
  Run();

  RunAt(kStart + 6000);

  EXPECT_EQ(results, std::vector<zx_status_t>{ZX_OK});
  thread->task().Unpark();
  Run();
}

TEST_F(TaskTest, YieldTakesTurns) {
  std::string order;
  for (const char name : {'a', 'b', 'c'}) {
    Start([&order, name] {
      for (int turn = 0; turn < 3; ++turn) {
        order += name;
        Task::Yield();
      }
    });
  }

  Run();

  EXPECT_EQ(order, "abcabcabc");
}

TEST_F(TaskTest, YieldWithNobodyReadyDoesNotSwitch) {
  uint64_t switches = 0;
  Start([&] {
    const uint64_t before = sched::RunQueue::This().switch_count();
    Task::Yield();
    switches = sched::RunQueue::This().switch_count() - before;
  });

  Run();

  EXPECT_EQ(switches, 0u);
}

// Plays a program that computes for `duration` and is interrupted when the hardware says so.
void Compute(zx_duration_t duration) {
  const zx_instant_mono_t end = kernel::Now() + duration;
  while (kernel::Now() < end) {
    arch::host::SetCounter(static_cast<uint64_t>(kernel::Now() + ZX_USEC(100)));
    if (arch::host::Deadline() <= static_cast<uint64_t>(kernel::Now())) {
      arch::ClearDeadline();
      kernel::HandleTimer();
    }
    ReturnToUser();
  }
}

TEST_F(TaskTest, TasksThatNeverYieldShareTheCpu) {
  std::string order;
  for (const char name : {'a', 'b'}) {
    Start([&order, name] {
      for (int step = 0; step < 30; ++step) {
        if (order.empty() || order.back() != name) order += name;
        Compute(ZX_MSEC(1));
      }
    });
  }

  Run();

  // 30 ms each: with slices of 5 ms neither waits long for the other.
  EXPECT_GE(order.size(), 8u) << order;
}

TEST_F(TaskTest, ATaskAloneIsNotPreempted) {
  bool preempted = false;
  Start([&] {
    const uint64_t before = sched::RunQueue::This().switch_count();
    Compute(ZX_MSEC(50));
    preempted = sched::RunQueue::This().switch_count() != before;
  });

  Run();

  EXPECT_FALSE(preempted);
  // Tickless: no interrupt is pending that nobody waits for.
  EXPECT_EQ(arch::host::Deadline(), UINT64_MAX);
}

TEST_F(TaskTest, TheCpuIsHandedOverAndComesBackBeforeOthersRun) {
  std::string order;
  const auto receiver = Start([&] {
    Task::Park(ZX_TIME_INFINITE);
    order += 'r';
    Task::Park(ZX_TIME_INFINITE);
  });
  Run();
  Start([&] {
    receiver->task().UnparkNext();
    order += 'g';
    Task::GiveWay();
    order += 'b';
  });
  Start([&] { order += 'o'; });

  Run();

  EXPECT_EQ(order, "grbo");
  receiver->task().Unpark();
  Run();
}

TEST_F(TaskTest, UnparkNextOfARunningOrReadyTaskIsAnUnpark) {
  std::string order;
  base::RefPtr<kernel::Thread> ready;
  Start([&] {
    Task::Current().UnparkNext();
    Task::GiveWay();
    EXPECT_EQ(Task::Park(ZX_TIME_INFINITE), ZX_OK) << "it left a permit";
    ready->task().UnparkNext();
    Task::GiveWay();
    order += 'g';
  });
  ready = Start([&] {
    EXPECT_EQ(Task::Park(ZX_TIME_INFINITE), ZX_OK);
    order += 'r';
  });

  Run();

  EXPECT_EQ(order, "gr");
}

TEST_F(TaskTest, OnlyOneSuccessorIsChosen) {
  std::string order;
  std::vector<base::RefPtr<kernel::Thread>> parked;
  for (const char name : {'a', 'b'}) {
    parked.push_back(Start([&order, name] {
      Task::Park(ZX_TIME_INFINITE);
      order += name;
    }));
  }
  Run();
  Start([&] {
    for (const auto& thread : parked) thread->task().UnparkNext();
    Task::GiveWay();
    order += 'g';
  });

  Run();

  EXPECT_EQ(order, "agb");
}

TEST_F(TaskTest, AKilledSuccessorDies) {
  const auto receiver = Start([] {
    Task::Park(ZX_TIME_INFINITE);
    ReturnToUser();
    ADD_FAILURE() << "a killed task reached user mode";
  });
  Run();
  Start([&] {
    receiver->task().UnparkNext();
    receiver->task().Kill();
    Task::GiveWay();
  });

  Run();

  EXPECT_EQ(receiver->task().state(), Task::State::kDead);
}

// As a client and a server that answer each other all the time.
TEST_F(TaskTest, TwoThatHandOverToEachOtherShareTheCpuWithOthers) {
  base::RefPtr<kernel::Thread> client;
  bool over = false;
  int exchanges = 0;
  int exchanges_meanwhile = 0;
  const auto server = Start([&] {
    while (!over) {
      Task::Park(ZX_TIME_INFINITE);
      Compute(ZX_USEC(200));
      client->task().UnparkNext();
      Task::GiveWay();
      ReturnToUser();
    }
  });
  client = Start([&] {
    while (!over) {
      ++exchanges;
      server->task().Unpark();
      Task::Park(ZX_TIME_INFINITE);
      Compute(ZX_USEC(200));
    }
    server->task().Unpark();
  });
  Start([&] {
    exchanges_meanwhile = exchanges;
    Compute(ZX_MSEC(50));
    exchanges_meanwhile = exchanges - exchanges_meanwhile;
    over = true;
  });

  Run();

  // About half of the time is theirs.
  EXPECT_GE(exchanges_meanwhile, 20);
  EXPECT_LE(exchanges_meanwhile, 400);
}

TEST_F(TaskTest, RunTimeIsWhatWasSpentOnTheCpu) {
  const auto busy = Start([] { Compute(ZX_MSEC(12)); });
  const auto lazy = Start([] { Task::Park(ZX_TIME_INFINITE); });

  Run();

  EXPECT_EQ(busy->run_time(), ZX_MSEC(12));
  EXPECT_EQ(lazy->run_time(), 0);
  lazy->task().Unpark();
  Run();
}

TEST_F(TaskTest, KillWakesAParkedTask) {
  zx_status_t status = ZX_OK;
  const auto thread = Start([&] {
    status = Task::Park(ZX_TIME_INFINITE);
    ReturnToUser();
    ADD_FAILURE() << "a killed task reached user mode";
  });
  Run();

  thread->task().Kill();
  Run();

  EXPECT_EQ(status, sched::kParkKilled);
  EXPECT_EQ(thread->task().state(), Task::State::kDead);
}

TEST_F(TaskTest, AKilledTaskDoesNotParkAgain) {
  std::vector<zx_status_t> results;
  const auto thread = Start([&] {
    Task::Current().Kill();
    results.push_back(Task::Park(ZX_TIME_INFINITE));
    results.push_back(Task::Park(kStart + ZX_SEC(1)));
  });

  Run();

  EXPECT_EQ(results, (std::vector<zx_status_t>{sched::kParkKilled, sched::kParkKilled}));
}

TEST_F(TaskTest, AnEndedTaskIsFreedByWhoRunsNext) {
  auto thread = Start([] {});
  const uint32_t references = thread->ref_count();
  Run();

  EXPECT_EQ(thread->task().state(), Task::State::kDead);
  EXPECT_LT(thread->ref_count(), references);
}

}  // namespace
