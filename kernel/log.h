// SPDX-License-Identifier: BSD-2-Clause
// The kernel log: a ring of records that zx_debuglog_read() returns, echoed line by line to the
// serial console as `[sec.usec][who] LEVEL: text`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <zircon/types.h>

#include "lib/base/format.h"

namespace kernel {

// The severities of the ABI.
enum class Severity : uint8_t {
  kTrace = 0x10,
  kDebug = 0x20,
  kInfo = 0x30,
  kWarning = 0x40,
  kError = 0x50,
  kFatal = 0x60,
};

// Who wrote a record.
struct LogSource {
  std::string_view tag = "kernel";
  zx_koid_t process = 0;
  zx_koid_t thread = 0;
};

inline constexpr size_t kLogTextMax = 216;

// Adds one record (text cut to kLogTextMax bytes) and echoes its lines. Lines of several CPUs do not
// mix. Works from the first instruction of KernelMain() on. Call without holding any lock: readers
// that wait for the log are woken. `flags` are the ABI's, kept with the record.
void LogText(Severity severity, uint8_t flags, const LogSource& source, std::string_view text);

// Log(Severity::kInfo, "smp: {}/{} online", online, count)
template <class... Arguments>
void Log(Severity severity, std::string_view format, const Arguments&... arguments) {
  char buffer[kLogTextMax];
  LogText(severity, 0, LogSource{}, base::Format(buffer, format, arguments...));
}

// Raw text to the console, not recorded; lines do not mix with those of the log.
void ConsoleWrite(std::string_view text);

// For a panic: the console without waiting for anybody who may hold its lock and be stopped.
void ConsoleWriteUnlocked(std::string_view text);

}  // namespace kernel
