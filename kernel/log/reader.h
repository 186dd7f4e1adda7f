// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <optional>

#include <zircon/syscalls/log.h>

#include "lib/base/list.h"

namespace kernel {

// A position in the kernel log, told of new records.
class LogReader : public base::ListNode<LogReader> {
 public:
  // A record was added. Called with the lock of the list of readers held, which is outside all object
  // locks.
  virtual void OnRecord() = 0;

  // The next record, oldest first; a gap in the sequence numbers shows that some were overwritten.
  std::optional<zx_log_record_t> Next();
  bool HasMore() const;

 protected:
  ~LogReader() = default;
  // Starts at the oldest record.
  void Attach();
  void Detach();

 private:
  uint64_t position_ = 0;  // guarded by the ring's lock
};

}  // namespace kernel
