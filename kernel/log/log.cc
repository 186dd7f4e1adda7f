// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/log.h"

#include <atomic>

#include <arch/console.h>

#include "kernel/log/line.h"
#include "kernel/log/reader.h"
#include "kernel/log/ring.h"
#include "kernel/sync/spinlock.h"
#include "kernel/time/clock.h"

namespace kernel {
namespace {

// Records and the console: both show the same order, and lines do not mix.
constinit Spinlock log_lock{LockRank::kLog};
[[clang::no_destroy]] constinit LogRing ring GUARDED_BY(log_lock);
// Raw text left the cursor inside a line.
constinit bool line_open GUARDED_BY(log_lock) = false;

// Lets a log without readers work under any lock.
constinit std::atomic<uint32_t> reader_count = 0;
constinit Spinlock readers_lock{LockRank::kLogReaders};
[[clang::no_destroy]] constinit base::List<LogReader, LogReader> readers GUARDED_BY(readers_lock);

class ConsoleSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { arch::ConsolePut(text); }
};

}  // namespace

void LogText(Severity severity, uint8_t flags, const LogSource& source, std::string_view text) {
  text = text.substr(0, kLogTextMax);
  const zx_instant_mono_t now = Now();
  LogRing::Header header = {};
  header.severity = static_cast<uint8_t>(severity);
  header.flags = flags;
  header.timestamp = now;
  header.pid = source.process;
  header.tid = source.thread;
  {
    SpinlockGuard guard(log_lock);
    ring.Append(header, text);
    if (line_open) arch::ConsolePut("\n");
    line_open = false;
    ConsoleSink sink;
    WriteLogLines(sink, now, severity, source.tag, text);
  }
  if (reader_count.load(std::memory_order_acquire) == 0) return;
  SpinlockGuard guard(readers_lock);
  for (LogReader& reader : readers) reader.OnRecord();
}

void ConsoleWrite(std::string_view text) {
  if (text.empty()) return;
  SpinlockGuard guard(log_lock);
  arch::ConsolePut(text);
  line_open = text.back() != '\n';
}

void ConsoleWriteUnlocked(std::string_view text) { arch::ConsolePut(text); }

void LogReader::Attach() {
  SpinlockGuard guard(readers_lock);
  {
    SpinlockGuard inner(log_lock);
    position_ = ring.begin();
  }
  readers.PushBack(*this);
  reader_count.fetch_add(1, std::memory_order_release);
}

void LogReader::Detach() {
  SpinlockGuard guard(readers_lock);
  readers.Remove(*this);
  reader_count.fetch_sub(1, std::memory_order_release);
}

std::optional<zx_log_record_t> LogReader::Next() {
  SpinlockGuard guard(log_lock);
  return ring.Read(position_);
}

bool LogReader::HasMore() const {
  SpinlockGuard guard(log_lock);
  return position_ != ring.end();
}

}  // namespace kernel
