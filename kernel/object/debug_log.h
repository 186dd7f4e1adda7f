// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

#include "kernel/log/reader.h"
#include "kernel/object/object.h"
#include "lib/base/result.h"

namespace kernel {

// Access to the kernel log: writing, and for readable ones a reading position of its own.
//
// ZX_LOG_READABLE is set while records are waiting to be read.
class DebugLog final : public Object, private LogReader {
 public:
  static constexpr ObjectType kType = ObjectType::kDebugLog;
  // Plus ZX_RIGHT_READ if readable.
  static constexpr zx_rights_t kDefaultRights = ZX_RIGHTS_BASIC | ZX_RIGHT_WRITE | ZX_RIGHT_SIGNAL;

  enum class Readable : bool { kNo, kYes };
  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<base::RefPtr<DebugLog>> Create(Readable readable);
  ~DebugLog() override;

  // The next record. Errors: ZX_ERR_SHOULD_WAIT, ZX_ERR_BAD_STATE not readable.
  base::Result<zx_log_record_t> Read();

 private:
  explicit DebugLog(Readable readable) : Object(kType), readable_(readable) {}
  void OnRecord() override { UpdateSignals(0, ZX_LOG_READABLE); }

  const Readable readable_;
};

}  // namespace kernel
