// SPDX-License-Identifier: BSD-2-Clause
#include "runner/component_log.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>

#include "lib/base/format.h"
#include "runner/line_pieces.h"

namespace runner {

void ComponentLog::WriteLine(uint8_t severity, std::string_view line) {
  if (!bucket_.Take(zx_clock_get_monotonic())) return;
  ReportDropped();
  // "[", name, "] "; a name that leaves no room for text is cut by the record.
  const size_t prefix = name_.size() + 3;
  const size_t room = prefix + 4 <= ZX_LOG_RECORD_DATA_MAX ? ZX_LOG_RECORD_DATA_MAX - prefix : 4;
  while (!line.empty()) {
    const std::string_view piece = FirstPiece(line, room);
    WriteRecord(severity, piece);
    line.remove_prefix(piece.size());
  }
}

void ComponentLog::ReportDropped() {
  const uint64_t count = bucket_.TakeDropped();
  if (count == 0) return;
  char text[64];
  WriteRecord(DEBUGLOG_WARNING, base::Format(text, "{} lines dropped", count));
}

void ComponentLog::WriteRecord(uint8_t severity, std::string_view text) {
  char record[ZX_LOG_RECORD_DATA_MAX];
  const std::string_view all = base::Format(record, "[{}] {}", name_, text);
  // Nobody is left to tell when the log itself fails.
  (void)log_.write(severity, all.data(), all.size());
}

}  // namespace runner
