// SPDX-License-Identifier: BSD-2-Clause
#include "runner/crash_ring.h"

#include <algorithm>
#include <new>

namespace runner {

std::string_view ExceptionName(zx_excp_type_t type) {
  switch (type) {
    case ZX_EXCP_GENERAL: return "general exception";
    case ZX_EXCP_FATAL_PAGE_FAULT: return "page fault";
    case ZX_EXCP_UNDEFINED_INSTRUCTION: return "undefined instruction";
    case ZX_EXCP_SW_BREAKPOINT: return "software breakpoint";
    case ZX_EXCP_HW_BREAKPOINT: return "hardware breakpoint";
    case ZX_EXCP_UNALIGNED_ACCESS: return "unaligned access";
    case ZX_EXCP_THREAD_STARTING: return "thread starting";
    case ZX_EXCP_THREAD_EXITING: return "thread exiting";
    case ZX_EXCP_POLICY_ERROR: return "policy error";
    case ZX_EXCP_PROCESS_STARTING: return "process starting";
    default: return "unknown exception";
  }
}

base::Result<CrashRing> CrashRing::Create(uint32_t capacity) {
  std::unique_ptr<CrashRecord[]> records(new (std::nothrow) CrashRecord[capacity]);
  if (!records) return base::Error(ZX_ERR_NO_MEMORY);
  return CrashRing(std::move(records), capacity);
}

void CrashRing::Add(const CrashRecord& record) {
  if (size_ == capacity_) Erase(0, 1);
  records_[size_++] = record;
}

std::optional<CrashRecord> CrashRing::Take(zx_koid_t thread, int64_t now) {
  const auto records = List(now);
  const auto found = std::ranges::find(records, thread, &CrashRecord::thread);
  if (found == records.end()) return std::nullopt;
  const CrashRecord record = *found;
  Erase(static_cast<uint32_t>(found - records.begin()), 1);
  return record;
}

std::span<const CrashRecord> CrashRing::List(int64_t now) {
  Expire(now);
  return {records_.get(), size_};
}

void CrashRing::Expire(int64_t now) {
  uint32_t count = 0;
  while (count < size_ && now - records_[count].time >= kLifetime) ++count;
  if (count != 0) Erase(0, count);
}

void CrashRing::Erase(uint32_t index, uint32_t count) {
  CrashRecord* const begin = records_.get();
  std::copy(begin + index + count, begin + size_, begin + index);
  size_ -= count;
}

}  // namespace runner
