// SPDX-License-Identifier: BSD-2-Clause
// What is remembered of crashes: bounded, however many there are.
#pragma once

#include <zircon/syscalls/exception.h>
#include <zircon/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/result.h"

namespace runner {

struct CrashRecord {
  static constexpr size_t kMaxFrames = 32;

  zx_excp_type_t type = 0;  // ZX_EXCP_*, or a number nobody knows
  uint64_t fault_address = 0;
  uint64_t pc = 0;
  uint64_t sp = 0;
  std::array<uint64_t, kMaxFrames> frames = {};  // return addresses, innermost first
  uint32_t frame_count = 0;
  zx_koid_t process = ZX_KOID_INVALID;
  zx_koid_t thread = ZX_KOID_INVALID;
  std::string_view moniker;  // of the table, which outlives the record
  int64_t uptime = 0;        // of the component, in nanoseconds
  uint32_t incarnation = 0;  // which start of the component, from 1
  int64_t time = 0;          // when, in nanoseconds of the monotonic clock
};

// "page fault" and so on; "unknown exception" for what is not in the list.
std::string_view ExceptionName(zx_excp_type_t type);

class CrashRing {
 public:
  static constexpr uint32_t kDefaultRecords = 64;
  static constexpr int64_t kLifetime = 600'000'000'000;

  // Errors: ZX_ERR_NO_MEMORY.
  static base::Result<CrashRing> Create(uint32_t capacity = kDefaultRecords);

  // Adds a record whose time is not before that of any other; the oldest makes room.
  void Add(const CrashRecord& record);
  // The oldest record of this thread, which is then forgotten. Nothing older than kLifetime.
  std::optional<CrashRecord> Take(zx_koid_t thread, int64_t now);
  // All records not older than kLifetime, oldest first. Valid until the next call.
  std::span<const CrashRecord> List(int64_t now);

 private:
  CrashRing(std::unique_ptr<CrashRecord[]> records, uint32_t capacity)
      : records_(std::move(records)), capacity_(capacity) {}
  void Erase(uint32_t index, uint32_t count);
  void Expire(int64_t now);

  std::unique_ptr<CrashRecord[]> records_;
  uint32_t capacity_;
  uint32_t size_ = 0;
};

}  // namespace runner
