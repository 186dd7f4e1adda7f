// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a list of items inside them, perhaps followed by a named error.
#include <cstdint>

#include "lib/base/assert.h"
#include "lib/zbi/reader.h"

namespace {

class CountingSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { count += text.size(); }
  size_t count = 0;
};

uint64_t Walk(base::Bytes bytes, zbi::Checksum checksum) {
  zbi::Reader reader(bytes, checksum);
  uint64_t count = 0;
  uint64_t end = sizeof(zbi::Header);
  while (const auto item = reader.Next()) {
    ASSERT(item->header_offset >= end && item->header_offset % zbi::kAlignment == 0);
    ASSERT(item->payload.data() == bytes.data() + item->payload_offset);
    end = item->payload_offset + item->payload.size();
    ASSERT(end <= reader.size_bytes() && end <= bytes.size());
    ++count;
  }
  CountingSink sink;
  reader.error().Describe(sink);
  ASSERT(reader.failed() == (sink.count != 0));
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  ASSERT(Walk(bytes, zbi::Checksum::kVerify) <= Walk(bytes, zbi::Checksum::kTrust));
  return 0;
}
