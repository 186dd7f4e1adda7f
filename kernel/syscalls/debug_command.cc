// SPDX-License-Identifier: BSD-2-Clause
// zx_debug_send_command(): one line for the kernel's own console. There are few of them, for what only
// the kernel can find out about itself.
#include <algorithm>
#include <atomic>

#include "kernel/audit.h"
#include "kernel/command_line.h"
#include "kernel/log.h"
#include "kernel/syscalls/caller.h"
#include "kernel/sync/spinlock.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

constexpr size_t kMaxCommandBytes = 64;

// Gives each whole line to the log.
class LogSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override {
    for (const char letter : text) {
      if (letter == '\n' || size_ == sizeof(line_)) Flush();
      if (letter != '\n') line_[size_++] = letter;
    }
  }
  void Flush() {
    if (size_ != 0) LogText(Severity::kInfo, 0, LogSource{}, {line_, size_});
    size_ = 0;
  }

 private:
  size_t size_ = 0;
  char line_[kLogTextMax];
};

base::Result<> RunAudit() {
  LogSink sink;
  const bool sound = Audit(sink);
  sink.Put("audit: ");
  Describe(TakeAuditCounts(), sink);
  sink.Flush();
  return sound ? base::Result<>() : base::Error(ZX_ERR_BAD_STATE);
}

// Whether somebody has had to wait for a lock since the last time.
base::Result<> RunLocks() {
  static constinit std::atomic<uint64_t> last = 0;
  const uint64_t now = Spinlock::contended_count();
  const uint64_t waits = now - last.exchange(now, std::memory_order_relaxed);
  if (waits == 0) return {};
  Log(Severity::kInfo, "locks: {} acquisitions had to wait", waits);
  // What the log did counts for nobody.
  last.store(Spinlock::contended_count(), std::memory_order_relaxed);
  return base::Error(ZX_ERR_BAD_STATE);
}

struct Command {
  std::string_view name;
  base::Result<> (*run)();
};

constexpr Command kCommands[] = {{"audit", &RunAudit}, {"locks", &RunLocks}};

}  // namespace

base::Result<> sys_debug_send_command(Handle resource, UserIn<char> buffer, size_t buffer_size) {
  if (!TheOptions().debugging_syscalls) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(RequireSystemResource(resource, ZX_RSRC_SYSTEM_DEBUG_BASE));
  if (buffer_size > kMaxCommandBytes) return base::Error(ZX_ERR_INVALID_ARGS);
  char text[kMaxCommandBytes] = {};
  TRY(buffer.ReadBytes(text, buffer_size));
  std::string_view line(text, buffer_size);
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto* const command = std::ranges::find(kCommands, line, &Command::name);
  if (command == std::end(kCommands)) {
    Log(Severity::kWarning, "no such kernel command: {}; there are: audit, locks", line);
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  return command->run();
}

}  // namespace kernel
