// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/crash_report.h"

#include <arch/user_copy.h>
#include <zircon/syscalls/exception.h>

#include <atomic>

#include "kernel/log.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"
#include "lib/base/format.h"

namespace kernel {
namespace {

constexpr size_t kMaxFrames = 20;

constinit std::atomic<uint32_t> crash_count = 0;

// Collects lines and gives them to the console one by one.
class LineSink final : public base::FormatSink {
 public:
  ~LineSink() { Flush(); }
  void Put(std::string_view text) override {
    for (const char c : text) {
      if (c == '\n') {
        Flush();
      } else if (size_ < sizeof(line_) - 1) {
        line_[size_++] = c;
      }
    }
  }

 private:
  void Flush() {
    if (size_ == 0) return;
    line_[size_++] = '\n';
    ConsoleWrite({line_, size_});
    size_ = 0;
  }
  char line_[256];
  size_t size_ = 0;
};

std::string_view KindOf(uint32_t type) {
  switch (type) {
    case ZX_EXCP_FATAL_PAGE_FAULT: return "page fault";
    case ZX_EXCP_UNDEFINED_INSTRUCTION: return "undefined instruction";
    case ZX_EXCP_SW_BREAKPOINT: return "software breakpoint";
    case ZX_EXCP_HW_BREAKPOINT: return "hardware breakpoint";
    case ZX_EXCP_UNALIGNED_ACCESS: return "unaligned access";
    case ZX_EXCP_POLICY_ERROR: return "policy error";
    default: return "general exception";
  }
}

std::string_view PolicyText(uint32_t code) {
  switch (code) {
    case ZX_EXCP_POLICY_CODE_BAD_HANDLE: return "bad handle";
    case ZX_EXCP_POLICY_CODE_WRONG_OBJECT: return "wrong object type";
    case ZX_EXCP_POLICY_CODE_VMAR_WX: return "memory both writable and executable";
    case ZX_EXCP_POLICY_CODE_BAD_SYSCALL: return "system call from outside the vDSO or with a bad number";
    case ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE: return "too many messages in a channel";
    case ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_PACKETS: return "too many packets in a port";
    case ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_OBSERVERS: return "too many observers of a port";
    default: return "an object the job may not create";
  }
}

// Frame records of the program: {caller's frame, return address} at each frame pointer. User memory is
// read like any other argument, so a broken chain ends the list and nothing else.
void PrintBacktrace(base::FormatSink& sink, const arch::TrapFrame& frame) {
  base::FormatTo(sink, "{{{{{{bt:0:{x}:pc}}}\n", frame.pc());
  uint64_t at = frame.frame_pointer();
  for (size_t index = 1; index < kMaxFrames; ++index) {
    uint64_t record[2];
    if (at == 0 || (at & 7) != 0 || arch::CopyFromUser(record, at, sizeof(record)) != ZX_OK) return;
    if (record[1] == 0) return;
    base::FormatTo(sink, "{{{{{{bt:{}:{x}:ra}}}\n", index, record[1]);
    // Stacks grow down, so callers lie above.
    if (record[0] <= at) return;
    at = record[0];
  }
}

void PrintHeader(Thread& thread, std::string_view what, uint64_t pc) {
  Process& process = thread.process();
  Log(Severity::kError, "CRASH #{} {} process {} thread {}: {}, pc {x}",
      crash_count.fetch_add(1, std::memory_order_relaxed) + 1, NameText(process.name()).view(),
      process.koid(), thread.koid(), what, pc);
}

}  // namespace

void ReportCrash(Thread& thread, const arch::TrapFrame& frame, const arch::UserException& exception) {
  char what[96];
  base::BufferSink text(what);
  text.Put(KindOf(exception.report.header.type));
  exception.DescribeAccess(text);
  PrintHeader(thread, text.text(), frame.pc());
  LineSink sink;
  sink.Put("{{{reset}}}\n");
  frame.Describe(sink);
  sink.Put("\n");
  PrintBacktrace(sink, frame);
}

void ReportPolicyCrash(Thread& thread, uint32_t policy_code, uint32_t data) {
  char what[128];
  PrintHeader(thread,
              base::Format(what, "policy error {} ({}), data {}", policy_code, PolicyText(policy_code), data),
              0);
}

}  // namespace kernel
