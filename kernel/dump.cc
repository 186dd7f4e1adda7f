// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/dump.h"

#include "kernel/object/process.h"
#include "kernel/object/thread.h"

namespace kernel {
namespace {

[[clang::no_destroy]] constinit base::RefPtr<Job> root_job;

std::string_view StateText(uint32_t state) {
  switch (state) {
    case ZX_THREAD_STATE_NEW: return "new";
    case ZX_THREAD_STATE_RUNNING: return "running";
    case ZX_THREAD_STATE_DYING: return "dying";
    case ZX_THREAD_STATE_DEAD: return "dead";
    case ZX_THREAD_STATE_BLOCKED_SLEEPING: return "sleeping";
    case ZX_THREAD_STATE_BLOCKED_FUTEX: return "waits for a futex";
    case ZX_THREAD_STATE_BLOCKED_PORT: return "waits for a port";
    case ZX_THREAD_STATE_BLOCKED_CHANNEL: return "waits for a reply";
    case ZX_THREAD_STATE_BLOCKED_WAIT_ONE: return "waits for a signal";
    case ZX_THREAD_STATE_BLOCKED_WAIT_MANY: return "waits for signals";
    default: return "blocked";
  }
}

}  // namespace

void SetRootJob(base::RefPtr<Job> root) { root_job = std::move(root); }

void DumpThreads(base::FormatSink& sink) {
  if (!root_job) return;
  sink.Put("threads:\n");
  root_job->ForEachProcessUnlocked([&sink](Process& process) {
    process.ForEachThreadUnlocked([&](Thread& thread) {
      base::FormatTo(sink, "  {}:{} {}:{} {} cpu {}\n", process.koid(), process.name().unlocked_view(),
                     thread.koid(), thread.name().unlocked_view(), StateText(thread.GetInfo().state),
                     thread.task().last_cpu());
    });
  });
}

}  // namespace kernel
