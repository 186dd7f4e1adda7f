// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/exception_delivery.h"

#include <cstring>
#include <utility>

#include <zircon/syscalls/object.h>

#include "kernel/object/exception.h"
#include "kernel/object/exception_channel.h"
#include "kernel/object/job.h"
#include "kernel/object/message.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"

namespace kernel {
namespace {

constinit JobDebuggerReach the_job_debugger_reach = JobDebuggerReach::kAll;

// What a handler answered.
struct Verdict {
  enum class Kind : uint8_t { kNotAsked, kTryNext, kHandled, kDies };
  Kind kind = Kind::kNotAsked;
  Exception::Strategy strategy = Exception::Strategy::kFirstChance;

  bool is_final() const { return kind == Kind::kHandled || kind == Kind::kDies; }
};

// The current thread's round with one report.
class Round {
 public:
  explicit Round(const zx_exception_report_t& report)
      : report_(report), thread_(Thread::Current()), shown_(report, AccessDuring(report.header.type)) {}

  // Asks one handler and waits for its verdict.
  Verdict Ask(ExceptionChannel& channel, ExceptionLevel level,
              Exception::Strategy strategy = Exception::Strategy::kFirstChance) {
    if (!channel.is_bound()) [[likely]] return {};
    return AskListener(channel, level, strategy);
  }

 private:
  [[gnu::noinline]] Verdict AskListener(ExceptionChannel& channel, ExceptionLevel level,
                                        Exception::Strategy strategy) {
    const base::RefPtr<Exception> exception = Exception::TryCreate(thread_, level, strategy);
    if (!exception || !Send(channel, *exception)) [[unlikely]] return {};

    const BlockedScope blocked(thread_, ZX_THREAD_STATE_BLOCKED_EXCEPTION);
    const ExceptionLevelScope waits_for(thread_, level);
    if (!exception->WaitForVerdict()) [[unlikely]] return {Verdict::Kind::kDies};
    return Read(*exception);
  }
  // Returns whether the handler gets it.
  [[gnu::always_inline]] bool Send(ExceptionChannel& channel, Exception& exception) {
    const zx_exception_info_t info = {.pid = thread_.process().koid(),
                                      .tid = thread_.koid(),
                                      .type = report_.header.type,
                                      .padding1 = {}};
    Message::Pointer message = Message::TryCreate(sizeof(info), 1);
    if (!message) [[unlikely]] return false;
    std::memcpy(message->whole(), &info, sizeof(info));
    message->handles()[0] = HandleEntry(base::RefPtr<Exception>(&exception), Exception::kDefaultRights);
    return channel.Send(message, exception.task_rights()) == ZX_OK;
  }

  // Who exits does not come back to user mode.
  static ExceptionScope::Registers AccessDuring(zx_excp_type_t type) {
    return type == ZX_EXCP_THREAD_EXITING ? ExceptionScope::Registers::kGone
                                          : ExceptionScope::Registers::kAccessible;
  }

  Verdict Read(const Exception& exception) {
    switch (exception.state()) {
      case Exception::State::kHandled:
        return {Verdict::Kind::kHandled, exception.strategy()};
      case Exception::State::kThreadExit:
        thread_.task().Kill();
        return {Verdict::Kind::kDies};
      case Exception::State::kTryNext:
        break;
    }
    return {Verdict::Kind::kTryNext, exception.strategy()};
  }

  const zx_exception_report_t& report_;
  Thread& thread_;
  const ExceptionScope shown_;
};

Verdict AskAll(Round& round, Thread& thread) {
  Process& process = thread.process();
  const Verdict first = round.Ask(process.debugger_channel(), ExceptionLevel::kDebugger);
  if (first.is_final()) return first;
  Verdict verdict = round.Ask(thread.exception_channel(), ExceptionLevel::kThread);
  if (verdict.is_final()) return verdict;
  verdict = round.Ask(process.exception_channel(), ExceptionLevel::kProcess);
  if (verdict.is_final()) return verdict;
  if (first.strategy == Exception::Strategy::kSecondChance) {
    verdict = round.Ask(process.debugger_channel(), ExceptionLevel::kDebugger, first.strategy);
    if (verdict.is_final()) return verdict;
  }
  for (Job* job = process.job().get(); job != nullptr; job = job->parent().get()) {
    verdict = round.Ask(job->exception_channel(), ExceptionLevel::kJob);
    if (verdict.is_final()) return verdict;
  }
  return verdict;
}

}  // namespace

ExceptionOutcome DeliverException(const zx_exception_report_t& report) {
  Thread& thread = Thread::Current();
  Round round(report);
  switch (AskAll(round, thread).kind) {
    case Verdict::Kind::kHandled:
      return ExceptionOutcome::kResumes;
    case Verdict::Kind::kDies:
      return ExceptionOutcome::kDies;
    default:
      // Killed while nobody was asked: its process's end has a reason already.
      return thread.task().killed() ? ExceptionOutcome::kDies : ExceptionOutcome::kUnhandled;
  }
}

void TellProcessDebugger(zx_excp_type_t type) {
  ExceptionChannel& channel = Process::Current().debugger_channel();
  if (!channel.is_bound()) [[likely]] return;
  const zx_exception_report_t report = MakeSyntheticReport(type);
  Round(report).Ask(channel, ExceptionLevel::kDebugger);
}

void TellJobDebuggers(const zx_exception_report_t& report) {
  Job* job = Process::Current().job().get();
  // Most jobs have never had a debugger.
  while (job != nullptr && !job->debuggers().any_ever()) job = job->parent().get();
  if (job == nullptr) return;
  Round round(report);
  for (; job != nullptr; job = job->parent().get()) {
    bool asked = false;
    const bool lives = job->debuggers().ForEach([&](ExceptionChannel& channel) {
      const Verdict verdict = round.Ask(channel, ExceptionLevel::kJobDebugger);
      asked = asked || verdict.kind != Verdict::Kind::kNotAsked;
      return verdict.kind != Verdict::Kind::kDies;
    });
    if (!lives) return;
    if (asked && the_job_debugger_reach == JobDebuggerReach::kNearest) return;
  }
}

void SetJobDebuggerReach(JobDebuggerReach reach) { the_job_debugger_reach = reach; }

zx_exception_report_t MakeSyntheticReport(zx_excp_type_t type, uint32_t code, uint32_t data) {
  zx_exception_report_t report = {};
  report.header = {sizeof(report), type};
  report.context.synth_code = code;
  report.context.synth_data = data;
  return report;
}

}  // namespace kernel
