// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/object/debug_log.h"

#include <new>

namespace kernel {

base::Result<base::RefPtr<DebugLog>> DebugLog::Create(Readable readable) {
  auto log = base::RefPtr<DebugLog>::Adopt(new (std::nothrow) DebugLog(readable));
  if (!log) return base::Error(ZX_ERR_NO_MEMORY);
  if (readable == Readable::kYes) {
    log->Attach();
    if (log->HasMore()) log->UpdateSignals(0, ZX_LOG_READABLE);
  }
  return log;
}

DebugLog::~DebugLog() {
  if (readable_ == Readable::kYes) Detach();
}

base::Result<zx_log_record_t> DebugLog::Read() {
  if (readable_ == Readable::kNo) return base::Error(ZX_ERR_BAD_STATE);
  const std::optional<zx_log_record_t> record = Next();
  if (!HasMore()) {
    UpdateSignals(ZX_LOG_READABLE, 0);
    // A record that came in between set the signal before it was cleared.
    if (HasMore()) UpdateSignals(0, ZX_LOG_READABLE);
  }
  if (!record) return base::Error(ZX_ERR_SHOULD_WAIT);
  return *record;
}

}  // namespace kernel
