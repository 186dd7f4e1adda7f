// SPDX-License-Identifier: BSD-2-Clause
// Exceptions on several CPUs: faults, verdicts and kills meet.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <random>

#include "kernel/object/exception.h"
#include "kernel/object/exception_delivery.h"
#include "tests/kernel/sched/smp_machine.h"

namespace {

using kernel::Channel;
using kernel::Exception;
using kernel::ExceptionOutcome;
using kernel::HandleEntry;
using kernel::Process;
using kernel::Thread;
using sched::Task;
using test::ProcessOf;
using test::SmpMachine;
using test::UserMode;

ExceptionOutcome Fault() {
  const ExceptionOutcome outcome =
      kernel::DeliverException(kernel::MakeSyntheticReport(ZX_EXCP_GENERAL));
  UserMode();
  return outcome;
}

// The reader of an exception channel, as a program owns it. Programs are kept until the machine ends, so they take
// what they own with them when they run.
struct Reader {
  base::RefPtr<Channel> channel;
  std::shared_ptr<HandleEntry> handle;

  explicit Reader(Process& process)
      : channel(*process.exception_channel().Open(0)),
        handle(std::make_shared<HandleEntry>(channel, ZX_EXCEPTION_CHANNEL_RIGHTS)) {}
};

// Answers what arrives with what `choose` returns, until the channel's task is dead and nothing is left.
template <class Choose>
void Serve(Channel& reader, Choose choose) {
  for (;;) {
    auto received = reader.Read(sizeof(zx_exception_info_t), 1, Channel::TooBig::kKeep);
    if (received.status == ZX_ERR_PEER_CLOSED) return;
    if (received.status == ZX_OK) {
      HandleEntry handle = std::move(received.message->handles()[0]);
      static_cast<Exception&>(*handle.get()).set_state(choose());
    }
    Task::Yield();
    UserMode();
  }
}

TEST(ExceptionSmp, EachFaultGetsOneVerdict) {
  constexpr uint32_t kThreads = 5;
  constexpr uint32_t kRounds = 300;
  std::atomic<uint32_t> resumed = 0;
  std::atomic<uint32_t> answered = 0;

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry faulting = machine.NewProcess();
    HandleEntry handling = machine.NewProcess();
    Reader reader(ProcessOf(faulting));
    for (int handler = 0; handler < 2; ++handler) {
      machine.Start(ProcessOf(handling), [&answered, reader]() mutable {
        const Reader own = std::move(reader);
        Serve(*own.channel, [&] {
          ++answered;
          return Exception::State::kHandled;
        });
      });
    }
    for (uint32_t thread = 0; thread < kThreads; ++thread) {
      machine.Start(ProcessOf(faulting), [&] {
        for (uint32_t round = 0; round < kRounds; ++round) {
          if (Fault() == ExceptionOutcome::kResumes) ++resumed;
        }
      });
    }
  });

  EXPECT_TRUE(clean);
  EXPECT_EQ(resumed.load(), kThreads * kRounds);
  EXPECT_EQ(answered.load(), kThreads * kRounds);
}

TEST(ExceptionSmp, VerdictsAndKillsMeet) {
  constexpr uint32_t kLives = 60;
  std::array<std::atomic<uint32_t>, 3> outcomes = {};

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry guardians = machine.NewProcess();
    machine.Start(ProcessOf(guardians), [&] {
      std::minstd_rand random(7);
      for (uint32_t life = 0; life < kLives; ++life) {
        HandleEntry victim = machine.NewProcess();
        Reader reader(ProcessOf(victim));
        for (int thread = 0; thread < 3; ++thread) {
          machine.Start(ProcessOf(victim), [&] {
            for (;;) ++outcomes[static_cast<size_t>(Fault())];
          });
        }
        machine.Start(Process::Current(), [reader = std::move(reader), seed = random()]() mutable {
          const Reader own = std::move(reader);
          std::minstd_rand dice(seed);
          Serve(*own.channel, [&] { return dice() % 16 == 0 ? Exception::State::kThreadExit : Exception::State::kHandled; });
        });
        for (uint32_t pause = random() % 200; pause > 0; --pause) Task::Yield(), UserMode();
        ProcessOf(victim).Kill(life);
      }
    });
  });

  EXPECT_TRUE(clean);
  EXPECT_GT(outcomes[static_cast<size_t>(ExceptionOutcome::kResumes)].load(), 0u);
}

TEST(ExceptionSmp, HandlersComeAndGo) {
  constexpr uint32_t kRounds = 300;
  std::atomic<bool> over = false;
  std::atomic<uint32_t> unhandled = 0;
  std::atomic<uint32_t> handled = 0;

  const bool clean = SmpMachine::Run([&](SmpMachine& machine) {
    HandleEntry faulting = machine.NewProcess();
    HandleEntry handling = machine.NewProcess();
    machine.Start(ProcessOf(faulting), [&] {
      for (uint32_t round = 0; round < kRounds; ++round) {
        ++(Fault() == ExceptionOutcome::kResumes ? handled : unhandled);
      }
      over = true;
    });
    base::RefPtr<Process> task(&ProcessOf(faulting));
    for (uint32_t handler = 0; handler < 3; ++handler) {
      machine.Start(ProcessOf(handling), [&over, task, handler]() mutable {
        const base::RefPtr<Process> own = std::move(task);
        std::minstd_rand random(handler + 1);
        while (!over.load()) {
          if (auto reader = own->exception_channel().Open(0)) {
            HandleEntry handle(*reader, ZX_EXCEPTION_CHANNEL_RIGHTS);
            for (uint32_t pause = random() % 8; pause > 0; --pause) Task::Yield();
            auto received = (*reader)->Read(sizeof(zx_exception_info_t), 1, Channel::TooBig::kKeep);
            if (received.status == ZX_OK && random() % 2 == 0) {
              static_cast<Exception&>(*received.message->handles()[0].get()).set_state(Exception::State::kHandled);
            }
          }
          Task::Yield();
          UserMode();
        }
      });
    }
  });

  EXPECT_TRUE(clean);
  EXPECT_EQ(handled.load() + unhandled.load(), kRounds);
}

}  // namespace
