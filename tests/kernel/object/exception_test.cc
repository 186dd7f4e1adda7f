// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/exception.h"

#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "kernel/object/exception_channel.h"
#include "kernel/object/exception_delivery.h"
#include "kernel/upcalls.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

using kernel::Channel;
using kernel::Exception;
using kernel::ExceptionChannel;
using kernel::ExceptionOutcome;
using kernel::HandleEntry;
using kernel::Job;
using kernel::Process;
using kernel::Thread;
using State = Exception::State;
using Strategy = Exception::Strategy;

// The reader of an exception channel.
class Handler {
 public:
  static constexpr zx_rights_t kRights = ZX_RIGHT_INSPECT | ZX_RIGHT_TRANSFER;

  // Without a channel it hears nothing.
  Handler() = default;
  explicit Handler(ExceptionChannel& channel) : Handler(*channel.Open(kRights)) {}
  explicit Handler(base::RefPtr<Channel> reader)
      : reader_(reader), handle_(std::move(reader), ZX_EXCEPTION_CHANNEL_RIGHTS) {}

  // What has arrived; the handler keeps the handle.
  std::optional<zx_exception_info_t> Read() {
    auto received = reader_->Read(sizeof(zx_exception_info_t), 1, Channel::TooBig::kKeep);
    if (received.status != ZX_OK) return std::nullopt;
    EXPECT_EQ(received.size, sizeof(zx_exception_info_t));
    EXPECT_EQ(received.handle_count, 1u);
    zx_exception_info_t info = {};
    EXPECT_TRUE(received.message->ForEachPiece(0, sizeof(info), [&](std::span<std::byte> piece) -> base::Result<> {
      memcpy(&info, piece.data(), piece.size());
      return {};
    }));
    exception_ = std::move(received.message->handles()[0]);
    return info;
  }
  Exception& exception() { return static_cast<Exception&>(*exception_.get()); }
  zx_rights_t exception_rights() const { return exception_.rights(); }
  void Finish() { exception_.Close(); }
  void Finish(State state) {
    exception().set_state(state);
    Finish();
  }
  bool is_peer_closed() const { return (reader_->signals() & ZX_CHANNEL_PEER_CLOSED) != 0; }
  void Leave() { handle_.Close(); }

 private:
  base::RefPtr<Channel> reader_;
  HandleEntry handle_;
  HandleEntry exception_;
};

class ExceptionTest : public test::ScheduledMachine {
 protected:
  // A thread of `process_` that raises an exception and notes its outcome.
  base::RefPtr<Thread> StartFaulting(uint32_t type = ZX_EXCP_GENERAL) {
    return Start(process_, [this, type] {
      outcome_ = kernel::DeliverException(kernel::MakeSyntheticReport(type, 7, 8));
      test::ReturnToUser();
      resumed_ = true;
    });
  }
  // The names of those who hear of one exception, in order, each passing it on.
  struct Named {
    std::string name;
    Handler* handler;
  };
  std::string Walk(std::initializer_list<Named> handlers) {
    std::string order;
    bool progress = true;
    while (progress) {
      progress = false;
      Run();
      for (const Named& named : handlers) {
        if (!named.handler->Read()) continue;
        order += named.name + " ";
        named.handler->Finish();
        progress = true;
      }
    }
    return order;
  }

  const base::RefPtr<Job> parent_ = NewJob(root());
  const base::RefPtr<Job> job_ = NewJob(*parent_);
  Process& process_ = NewProcess(*job_);
  std::optional<ExceptionOutcome> outcome_;
  bool resumed_ = false;
};

TEST_F(ExceptionTest, WithoutHandlersItIsUnhandled) {
  StartFaulting();

  Run();

  EXPECT_EQ(outcome_, ExceptionOutcome::kUnhandled);
}

TEST_F(ExceptionTest, HandlersAreAskedFromTheInsideOut) {
  Handler debugger(process_.debugger_channel());
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  Handler parent(parent_->exception_channel());
  Handler top(root().exception_channel());
  const auto thread = StartFaulting();
  Handler own(thread->exception_channel());
  // The start of the thread, which only the debugger hears of.
  Run();
  EXPECT_EQ(debugger.Read()->type, ZX_EXCP_THREAD_STARTING);
  debugger.Finish();

  EXPECT_EQ(Walk({{"root", &top}, {"parent", &parent}, {"job", &job}, {"process", &process}, {"thread", &own},
                  {"debugger", &debugger}}),
            "debugger thread process job parent root ");

  EXPECT_EQ(outcome_, ExceptionOutcome::kUnhandled);
}

TEST_F(ExceptionTest, ADebuggerMayHaveASecondChance) {
  Handler debugger(process_.debugger_channel());
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  StartFaulting();
  Run();
  ASSERT_TRUE(debugger.Read());
  debugger.Finish();
  Run();

  ASSERT_TRUE(debugger.Read());
  EXPECT_EQ(debugger.exception().strategy(), Strategy::kFirstChance);
  EXPECT_TRUE(debugger.exception().SetStrategy(Strategy::kSecondChance));
  debugger.Finish();
  Run();
  EXPECT_FALSE(debugger.Read());
  ASSERT_TRUE(process.Read());
  process.Finish();
  Run();
  EXPECT_FALSE(job.Read());
  ASSERT_TRUE(debugger.Read());
  EXPECT_EQ(debugger.exception().strategy(), Strategy::kSecondChance);
  debugger.Finish();
  Run();
  EXPECT_FALSE(debugger.Read()) << "there is no third chance";
  ASSERT_TRUE(job.Read());
  job.Finish(State::kHandled);
  Run();

  EXPECT_EQ(outcome_, ExceptionOutcome::kResumes);
}

TEST_F(ExceptionTest, OnlyTheDebuggerOfAProcessHasAStrategy) {
  Handler process(process_.exception_channel());
  StartFaulting();
  Run();

  ASSERT_TRUE(process.Read());
  EXPECT_EQ(process.exception().SetStrategy(Strategy::kSecondChance).error(), ZX_ERR_BAD_STATE);
}

TEST_F(ExceptionTest, TheFirstWhoHandlesItEndsTheWalk) {
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  const auto thread = StartFaulting();
  Run();

  ASSERT_TRUE(process.Read());
  EXPECT_FALSE(outcome_);
  EXPECT_EQ(thread->GetInfo().state, ZX_THREAD_STATE_BLOCKED_EXCEPTION);
  EXPECT_EQ(thread->GetInfo().wait_exception_channel_type, ZX_EXCEPTION_CHANNEL_TYPE_PROCESS);
  process.Finish(State::kHandled);
  Run();

  EXPECT_EQ(outcome_, ExceptionOutcome::kResumes);
  EXPECT_TRUE(resumed_);
  EXPECT_FALSE(job.Read());
  EXPECT_EQ(thread->GetInfo().wait_exception_channel_type, ZX_EXCEPTION_CHANNEL_TYPE_NONE);
}

TEST_F(ExceptionTest, AHandlerCanEndTheThread) {
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  const auto thread = StartFaulting();
  Run();

  ASSERT_TRUE(process.Read());
  process.Finish(State::kThreadExit);
  Run();

  EXPECT_EQ(outcome_, ExceptionOutcome::kDies);
  EXPECT_FALSE(resumed_);
  EXPECT_NE(thread->signals() & ZX_THREAD_TERMINATED, 0u);
  EXPECT_EQ(process_.GetInfo().return_code, 0);
}

TEST_F(ExceptionTest, ItSaysWhoWhereAndWhat) {
  Handler process(process_.exception_channel());
  const auto thread = StartFaulting(ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_EQ(thread->GetExceptionReport().error(), ZX_ERR_BAD_STATE);
  Run();

  const auto info = process.Read();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, process_.koid());
  EXPECT_EQ(info->tid, thread->koid());
  EXPECT_EQ(info->type, ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_EQ(process.exception_rights(), ZX_DEFAULT_EXCEPTION_RIGHTS);
  const auto report = thread->GetExceptionReport();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->header.size, 40u);
  EXPECT_EQ(report->header.type, ZX_EXCP_UNDEFINED_INSTRUCTION);
  EXPECT_EQ(report->context.synth_code, 7u);
  EXPECT_EQ(report->context.synth_data, 8u);
  process.Finish(State::kHandled);
  Run();
  EXPECT_EQ(thread->GetExceptionReport().error(), ZX_ERR_BAD_STATE);
}

TEST_F(ExceptionTest, HandlesMadeFromItHaveTheRightsOfTheTaskHandle) {
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  const auto thread = StartFaulting();
  Handler own(thread->exception_channel());
  Run();

  ASSERT_TRUE(own.Read());
  EXPECT_EQ(own.exception().thread_rights(), Handler::kRights);
  EXPECT_EQ(own.exception().process_rights(), ZX_RIGHT_NONE);
  own.Finish();
  Run();
  ASSERT_TRUE(process.Read());
  EXPECT_EQ(process.exception().thread_rights(), Thread::kDefaultRights);
  EXPECT_EQ(process.exception().process_rights(), Handler::kRights);
  process.Finish();
  Run();
  ASSERT_TRUE(job.Read());
  EXPECT_EQ(job.exception().thread_rights(), Thread::kDefaultRights);
  EXPECT_EQ(job.exception().process_rights(), Process::kDefaultRights);
}

TEST_F(ExceptionTest, AnUnreadMessageThatIsThrownAwayPassesItOn) {
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  StartFaulting();
  Run();

  process.Leave();
  Run();

  EXPECT_TRUE(job.Read());
}

TEST_F(ExceptionTest, AHandlerWhoLeftIsPassedOver) {
  Handler process(process_.exception_channel());
  process.Leave();
  Handler job(job_->exception_channel());

  StartFaulting();
  Run();

  EXPECT_TRUE(job.Read());
}

TEST_F(ExceptionTest, AnOldExceptionHasNoSayInTheNext) {
  Handler process(process_.exception_channel());
  Handler job(job_->exception_channel());
  StartFaulting();
  Run();
  ASSERT_TRUE(process.Read());
  // As a call does that is still at work while another thread closes the handle.
  const base::RefPtr<Exception> old(&process.exception());
  process.Finish();
  Run();

  old->set_state(State::kHandled);
  ASSERT_TRUE(job.Read());
  job.Finish();
  Run();

  EXPECT_EQ(outcome_, ExceptionOutcome::kUnhandled);
}

TEST_F(ExceptionTest, AKillReachesAThreadThatWaitsForAVerdict) {
  Handler process(process_.exception_channel());
  const auto thread = StartFaulting();
  Handler own(thread->exception_channel());
  Run();

  process_.Kill(5);
  Run();

  EXPECT_EQ(outcome_, ExceptionOutcome::kDies);
  EXPECT_EQ(process_.GetInfo().return_code, 5);
  EXPECT_TRUE(own.is_peer_closed());
  EXPECT_TRUE(process.is_peer_closed());
  // What was sent is still there, and harmless.
  ASSERT_TRUE(own.Read());
  EXPECT_EQ(own.exception().thread().get(), thread.get());
  own.Finish(State::kHandled);
  Run();
}

TEST_F(ExceptionTest, OneListensAtATime) {
  auto first = process_.exception_channel().Open(0);
  ASSERT_TRUE(first);
  HandleEntry reader(*first, ZX_EXCEPTION_CHANNEL_RIGHTS);
  EXPECT_EQ(process_.exception_channel().Open(0).error(), ZX_ERR_ALREADY_BOUND);

  reader.Close();

  Handler second(process_.exception_channel());
  StartFaulting();
  Run();
  EXPECT_TRUE(second.Read());
}

TEST_F(ExceptionTest, NobodyListensToTheDead) {
  Handler process(process_.exception_channel());
  Handler debugger(process_.debugger_channel());
  const auto thread = StartFaulting();
  process_.Kill(0);
  Run();

  EXPECT_TRUE(process.is_peer_closed());
  EXPECT_TRUE(debugger.is_peer_closed());
  EXPECT_EQ(thread->exception_channel().Open(0).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(process_.exception_channel().Open(0).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(process_.debugger_channel().Open(0).error(), ZX_ERR_BAD_STATE);
}

TEST_F(ExceptionTest, ADeadJobClosesItsChannels) {
  const auto lonely = NewJob(root());
  Handler job(lonely->exception_channel());
  Handler debugger(*lonely->debuggers().Open(0));

  lonely->Kill(0);

  EXPECT_TRUE(job.is_peer_closed());
  EXPECT_TRUE(debugger.is_peer_closed());
  EXPECT_EQ(lonely->exception_channel().Open(0).error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(lonely->debuggers().Open(0).error(), ZX_ERR_BAD_STATE);
  const auto other = NewJob(root());
  other->Kill(0);
  EXPECT_EQ(other->debuggers().Open(0).error(), ZX_ERR_BAD_STATE) << "also without any there before";
}

TEST_F(ExceptionTest, AJobHasRoomFor32Debuggers) {
  std::vector<HandleEntry> readers;
  for (size_t count = 0; count < kernel::JobDebuggers::kMax; ++count) {
    auto reader = job_->debuggers().Open(0);
    ASSERT_TRUE(reader);
    readers.emplace_back(*reader, ZX_EXCEPTION_CHANNEL_RIGHTS);
  }
  EXPECT_EQ(job_->debuggers().Open(0).error(), ZX_ERR_ALREADY_BOUND);

  readers[5].Close();

  auto reader = job_->debuggers().Open(0);
  ASSERT_TRUE(reader);
  readers.emplace_back(*reader, ZX_EXCEPTION_CHANNEL_RIGHTS);
}

TEST_F(ExceptionTest, ThreadsComeAndGoBeforeTheEyesOfTheDebugger) {
  Handler debugger(process_.debugger_channel());
  Handler process(process_.exception_channel());
  bool ran = false;
  const auto thread = Start(process_, [&] {
    ran = true;
    Thread::ExitGracefully();
  });
  Run();
  EXPECT_FALSE(ran);
  EXPECT_EQ(thread->GetInfo().state, ZX_THREAD_STATE_BLOCKED_EXCEPTION);
  EXPECT_EQ(debugger.Read()->type, ZX_EXCP_THREAD_STARTING);
  debugger.Finish();
  Run();
  EXPECT_TRUE(ran);
  EXPECT_EQ(thread->signals() & ZX_THREAD_TERMINATED, 0u);
  EXPECT_EQ(debugger.Read()->type, ZX_EXCP_THREAD_EXITING);
  debugger.Finish();
  Run();
  EXPECT_NE(thread->signals() & ZX_THREAD_TERMINATED, 0u);
  EXPECT_FALSE(process.Read());
}

TEST_F(ExceptionTest, ADebuggerCanPreventAThreadFromRunning) {
  Handler debugger(process_.debugger_channel());
  bool ran = false;
  Start(process_, [&] { ran = true; });
  Run();

  ASSERT_TRUE(debugger.Read());
  debugger.Finish(State::kThreadExit);
  Run();

  EXPECT_FALSE(ran);
  EXPECT_NE(process_.signals() & ZX_PROCESS_TERMINATED, 0u);
}

TEST_F(ExceptionTest, AKilledThreadDoesNotAnnounceItsEnd) {
  Handler debugger(process_.debugger_channel());
  Start(process_, [] { sched::Task::Park(ZX_TIME_INFINITE); test::ReturnToUser(); });
  Run();
  ASSERT_TRUE(debugger.Read());
  debugger.Finish();
  Run();

  process_.Kill(0);
  Run();

  EXPECT_FALSE(debugger.Read());
}

TEST_F(ExceptionTest, DebuggersOfAllJobsHearOfANewProcess) {
  Handler nearest(*job_->debuggers().Open(0));
  Handler second(*job_->debuggers().Open(0));
  Handler parent(*parent_->debuggers().Open(0));
  Handler handler(job_->exception_channel());
  bool ran = false;
  const auto first = Start(process_, [&] {
    ran = true;
    sched::Task::Park(ZX_TIME_INFINITE);
  });

  EXPECT_EQ(Walk({{"parent", &parent}, {"second", &second}, {"nearest", &nearest}, {"handler", &handler}}),
            "nearest second parent ");
  EXPECT_TRUE(ran);

  Start(process_, [] {});
  EXPECT_EQ(Walk({{"nearest", &nearest}, {"parent", &parent}}), "") << "a further thread is no new process";
  first->task().Unpark();
  Run();
}

TEST_F(ExceptionTest, OrOnlyTheNearestJobsDebuggers) {
  kernel::SetJobDebuggerReach(kernel::JobDebuggerReach::kNearest);
  Handler nearest(*job_->debuggers().Open(0));
  Handler parent(*parent_->debuggers().Open(0));
  Start(process_, [] {});

  EXPECT_EQ(Walk({{"parent", &parent}, {"nearest", &nearest}}), "nearest ");
  kernel::SetJobDebuggerReach(kernel::JobDebuggerReach::kAll);
}

TEST_F(ExceptionTest, TheDebuggerOfAJobCanPreventAProcess) {
  Handler nearest(*job_->debuggers().Open(0));
  Handler parent(*parent_->debuggers().Open(0));
  bool ran = false;
  Start(process_, [&] { ran = true; });
  Run();

  const auto info = nearest.Read();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->type, ZX_EXCP_PROCESS_STARTING);
  nearest.Finish(State::kThreadExit);
  Run();

  EXPECT_FALSE(parent.Read());
  EXPECT_FALSE(ran);
}

TEST_F(ExceptionTest, RegistersCanBeReadAndWrittenWhileAThreadWaits) {
  Handler process(process_.exception_channel());
  uint64_t register_after = 0;
  const auto thread = Start(process_, [&] {
    auto& frame = arch::Context::Current().user_frame();
    memset(&frame.registers, 0x11, sizeof(frame.registers));
    kernel::DeliverException(kernel::MakeSyntheticReport(ZX_EXCP_GENERAL));
    memcpy(&register_after, &frame.registers, sizeof(register_after));
  });
  EXPECT_EQ(thread->ReadRegisters().error(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(thread->WriteRegisters({}).error(), ZX_ERR_BAD_STATE);
  Run();

  ASSERT_TRUE(process.Read());
  auto registers = thread->ReadRegisters();
  ASSERT_TRUE(registers);
  memset(&*registers, 0x22, sizeof(*registers));
  EXPECT_TRUE(thread->WriteRegisters(*registers));
  process.Finish(State::kHandled);
  Run();

  EXPECT_EQ(register_after, 0x2222'2222'2222'2222u);
  EXPECT_EQ(thread->ReadRegisters().error(), ZX_ERR_BAD_STATE);
}

TEST_F(ExceptionTest, AThreadThatExitsHasNoRegistersAnyMore) {
  Handler debugger(process_.debugger_channel());
  const auto thread = Start(process_, [] { Thread::ExitGracefully(); });
  Run();
  ASSERT_TRUE(debugger.Read());
  EXPECT_TRUE(thread->ReadRegisters());
  debugger.Finish();
  Run();
  ASSERT_TRUE(debugger.Read());
  EXPECT_EQ(thread->ReadRegisters().error(), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(thread->WriteRegisters({}).error(), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(ExceptionTest, AProgramCanTellTheDebuggersOfItsJobs) {
  bool went_on = false;
  const auto thread = Start(process_, [&] {
    sched::Task::Park(ZX_TIME_INFINITE);
    Thread::Current().RaiseUserException(ZX_EXCP_USER_CODE_USER0, 5);
    test::ReturnToUser();
    went_on = true;
  });
  Run();
  Handler debugger(*job_->debuggers().Open(0));
  Handler handler(job_->exception_channel());
  thread->task().Unpark();
  Run();

  ASSERT_TRUE(debugger.Read());
  const auto report = thread->GetExceptionReport();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->header.type, ZX_EXCP_USER);
  EXPECT_EQ(report->context.synth_code, ZX_EXCP_USER_CODE_USER0);
  EXPECT_EQ(report->context.synth_data, 5u);
  debugger.Finish();
  Run();
  EXPECT_TRUE(went_on);
  EXPECT_FALSE(handler.Read());
}

TEST_F(ExceptionTest, APolicyExceptionIsRaisedOnTheWayBackAndCanBeHandled) {
  const zx_policy_basic_v2_t raise[] = {
      {ZX_POL_NEW_EVENT, ZX_POL_ACTION_DENY_EXCEPTION, ZX_POL_OVERRIDE_DENY},
      {ZX_POL_NEW_PORT, ZX_POL_ACTION_ALLOW_EXCEPTION, ZX_POL_OVERRIDE_DENY}};
  const auto strict = NewJob(root());
  ASSERT_TRUE(strict->SetPolicy(kernel::JobPolicy::Conflict::kFail, raise));
  Process& process = NewProcess(*strict);
  Handler handler(process.exception_channel());
  bool went_on = false;
  Start(process, [&] {
    EXPECT_EQ(process.EnforcePolicy(ZX_POL_NEW_EVENT).error(), ZX_ERR_ACCESS_DENIED);
    EXPECT_TRUE(process.EnforcePolicy(ZX_POL_NEW_PORT)) << "only the first counts";
    test::ReturnToUser();
    EXPECT_TRUE(process.EnforcePolicy(ZX_POL_NEW_PORT));
    test::ReturnToUser();
    went_on = true;
  });
  Run();

  for (const uint32_t code : {ZX_EXCP_POLICY_CODE_NEW_EVENT, ZX_EXCP_POLICY_CODE_NEW_PORT}) {
    EXPECT_FALSE(went_on);
    const auto info = handler.Read();
    ASSERT_TRUE(info);
    EXPECT_EQ(info->type, ZX_EXCP_POLICY_ERROR);
    EXPECT_EQ(handler.exception().thread()->GetExceptionReport()->context.synth_code, code);
    handler.Finish(State::kHandled);
    Run();
  }
  EXPECT_TRUE(went_on);
}

}  // namespace
