// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/futex_table.h"

#include <string>
#include <vector>

#include "kernel/object/process.h"
#include "kernel/time/clock.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

using kernel::FutexTable;
using kernel::Process;
using test::ReturnToUser;

class FutexTableTest : public test::ScheduledMachine {
 protected:
  // Waits on a word of the test's memory in a thread of its own and writes down the result.
  base::RefPtr<kernel::Thread> StartWaiter(const uint32_t& word, uint32_t expected, char name,
                                           zx_instant_mono_t deadline = ZX_TIME_INFINITE) {
    return Start(process_, [this, &word, expected, name, deadline] {
      const auto result = table().Wait(AddressOf(word), expected, deadline);
      ReturnToUser();
      log_ += name;
      log_ += std::to_string(base::ToStatus(result)) + " ";
    });
  }
  static uint64_t AddressOf(const uint32_t& word) { return reinterpret_cast<uint64_t>(&word); }
  FutexTable& table() { return process_.futexes(); }

  Process& process_ = NewProcess();
  uint32_t words_[2] = {1, 1};
  std::string log_;
};

TEST_F(FutexTableTest, WakesTheLongestWaitingFirst) {
  for (const char name : {'a', 'b', 'c'}) StartWaiter(words_[0], 1, name);
  Run();

  table().Wake(AddressOf(words_[0]), 2);
  Run();
  EXPECT_EQ(log_, "a0 b0 ");

  table().Wake(AddressOf(words_[0]), UINT32_MAX);
  Run();
  EXPECT_EQ(log_, "a0 b0 c0 ");
}

TEST_F(FutexTableTest, AddressesAreKeptApart) {
  StartWaiter(words_[0], 1, 'a');
  StartWaiter(words_[1], 1, 'b');
  Run();

  table().Wake(AddressOf(words_[1]), UINT32_MAX);
  Run();
  EXPECT_EQ(log_, "b0 ");

  table().Wake(AddressOf(words_[0]), 1);
  Run();
}

TEST_F(FutexTableTest, ADifferentValueDoesNotWait) {
  StartWaiter(words_[0], 2, 'a');

  Run();

  EXPECT_EQ(log_, "a" + std::to_string(ZX_ERR_BAD_STATE) + " ");
}

TEST_F(FutexTableTest, AnUnreadableWordIsRefused) {
  Start(process_, [this] {
    EXPECT_EQ(table().Wait(0, 0, ZX_TIME_INFINITE).error(), ZX_ERR_INVALID_ARGS);
    log_ = "done";
  });

  Run();

  EXPECT_EQ(log_, "done");
}

TEST_F(FutexTableTest, TimesOut) {
  const zx_instant_mono_t deadline = kernel::Now() + ZX_MSEC(1);
  StartWaiter(words_[0], 1, 'a', deadline);
  StartWaiter(words_[0], 1, 'b');
  Run();

  RunUntil(deadline);
  EXPECT_EQ(log_, "a" + std::to_string(ZX_ERR_TIMED_OUT) + " ");

  // The one that timed out does not swallow a wake-up.
  table().Wake(AddressOf(words_[0]), 1);
  Run();
  EXPECT_TRUE(log_.ends_with("b0 "));
}

TEST_F(FutexTableTest, ADeadlineInThePastDoesNotBlock) {
  StartWaiter(words_[0], 1, 'a', 0);

  Run();

  EXPECT_EQ(log_, "a" + std::to_string(ZX_ERR_TIMED_OUT) + " ");
}

TEST_F(FutexTableTest, AKilledWaiterLeaves) {
  StartWaiter(words_[0], 1, 'a');
  StartWaiter(words_[0], 1, 'b');
  Run();

  process_.Kill(0);
  Run();

  EXPECT_EQ(log_, "");
  EXPECT_NE(process_.signals() & ZX_PROCESS_TERMINATED, 0u);
}

}  // namespace
