// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/crash_report.h"

#include <arch/layout.h>
#include <arch/user_copy.h>
#include <zircon/syscalls/exception.h>

#include <atomic>

#include "kernel/crash_modules.h"
#include "kernel/log.h"
#include "kernel/object/process.h"
#include "kernel/object/thread.h"
#include "lib/base/format.h"

namespace kernel {
namespace {

constexpr size_t kMaxFrames = 16;

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

// Who called the function of the vDSO that `frame` is in; 0: unknown, or it is somewhere else. Those
// functions have no frame records, but between stack pointer and return address they keep nothing but
// up to six arguments.
uint64_t CallerOfVdso(const arch::TrapFrame& frame, vm::AddressSpace& space) {
  const auto here = space.Lookup(VirtualAddress{frame.pc()});
  const auto vdso = space.Lookup(VirtualAddress{space.vdso_code_base()});
  if (!here || !vdso || here->vmo != vdso->vmo) return 0;
  if (frame.return_link() != 0) return frame.return_link();
  for (uint64_t word = 0; word <= 6; ++word) {
    uint64_t value = 0;
    if (arch::CopyFromUser(&value, frame.sp() + word * sizeof(value), sizeof(value)) != ZX_OK) return 0;
    const auto code = space.QueryTable(VirtualAddress{value & ~(uint64_t{arch::kPageSize} - 1)});
    if (code && code->access.user && code->access.execute) return value;
  }
  return 0;
}

// Where the program was and who called: frame records {caller's frame, return address} at each frame
// pointer. User memory is read like any other argument, so a broken chain ends the list and nothing else.
class Backtrace {
 public:
  Backtrace(const arch::TrapFrame& frame, vm::AddressSpace& space) : space_(space), pcs_{frame.pc()} {
    if (const uint64_t caller = CallerOfVdso(frame, space); caller != 0) pcs_[count_++] = caller;
    uint64_t at = frame.frame_pointer();
    while (count_ < kMaxFrames) {
      uint64_t record[2];
      if (at == 0 || (at & 7) != 0 || arch::CopyFromUser(record, at, sizeof(record)) != ZX_OK) return;
      if (record[1] == 0) return;
      pcs_[count_++] = record[1];
      // Stacks grow down, so callers lie above.
      if (record[0] <= at) return;
      at = record[0];
    }
  }
  void Print(base::FormatSink& sink) const {
    CrashModules modules(space_, sink);
    // A return address may be the first one behind its function.
    for (size_t index = 0; index < count_; ++index) modules.Print(pcs_[index] - (index == 0 ? 0 : 1));
    for (size_t index = 0; index < count_; ++index) {
      base::FormatTo(sink, "{{{{{{bt:{}:{x}:{}}}}\n", index, pcs_[index], index == 0 ? "pc" : "ra");
    }
  }

 private:
  vm::AddressSpace& space_;
  uint64_t pcs_[kMaxFrames];
  size_t count_ = 1;
};

// What happened, in one line.
void Describe(const arch::UserException& exception, base::FormatSink& sink) {
  const zx_exception_report_t& report = exception.report;
  sink.Put(KindOf(report.header.type));
  if (report.header.type == ZX_EXCP_POLICY_ERROR) {
    base::FormatTo(sink, " {} ({}), data {}", report.context.synth_code, PolicyText(report.context.synth_code),
                   report.context.synth_data);
  } else {
    exception.DescribeAccess(sink);
  }
}

}  // namespace

void ReportCrash(Thread& thread, const arch::TrapFrame& frame, const arch::UserException& exception) {
  char what[128];
  base::BufferSink text(what);
  Describe(exception, text);
  Process& process = thread.process();
  Log(Severity::kError, "CRASH #{} {} process {} thread {}: {}, pc {x}",
      crash_count.fetch_add(1, std::memory_order_relaxed) + 1, NameText(process.name()).view(),
      process.koid(), thread.koid(), text.text(), frame.pc());
  LineSink sink;
  sink.Put("{{{reset}}}\n");
  frame.Describe(sink);
  sink.Put("\n");
  Backtrace(frame, process.address_space()).Print(sink);
}

}  // namespace kernel
