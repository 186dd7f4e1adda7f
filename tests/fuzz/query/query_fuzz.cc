// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a request or none, and records or none; what is accepted is written back byte for
// byte.
#include <cstdint>
#include <cstring>

#include "lib/base/assert.h"
#include "lib/query/codec.h"

namespace {

void TryRequest(base::Bytes bytes) {
  const auto request = query::DecodeRequest(bytes);
  if (!request) return;
  std::byte buffer[query::kMaxBytes];
  const auto size = query::Encode(*request, buffer);
  ASSERT(size.has_value() && *size == bytes.size());
  ASSERT(memcmp(buffer, bytes.data(), *size) == 0);
}

void TryRecords(base::Bytes bytes) {
  base::Bytes rest = bytes;
  uint32_t skipped = 0;
  for (;;) {
    const size_t before = rest.size();
    const auto record = query::TakeRecord(rest, skipped);
    if (!record || !*record) return;
    ASSERT(rest.size() < before);
    std::byte buffer[query::kMaxBytes];
    const auto size = query::Encode(**record, buffer);
    ASSERT(size.has_value() && *size <= before - rest.size());
    const base::Bytes end = bytes.first(bytes.size() - rest.size());
    ASSERT(memcmp(buffer, end.last(*size).data(), *size) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  TryRequest(bytes);
  TryRecords(bytes);
  return 0;
}
