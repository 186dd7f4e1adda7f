// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a document or a fault inside the text; every node lies inside its parent.
#include <cstdint>

#include "lib/base/assert.h"
#include "tools/json5/reader.h"

namespace {

void CheckSpans(const json5::Value& value) {
  const uint64_t end = uint64_t{value.span.offset} + value.span.size;
  const auto inside = [&](json5::Span span) {
    return span.offset >= value.span.offset && uint64_t{span.offset} + span.size <= end;
  };
  for (const json5::Value& item : value.items) {
    ASSERT(inside(item.span));
    CheckSpans(item);
  }
  for (const json5::Member& member : value.members) {
    ASSERT(inside(member.name_span));
    ASSERT(inside(member.value.span));
    ASSERT(value.Find(member.name) != nullptr);
    CheckSpans(member.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 1u << 16) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  json5::Fault fault;
  const auto value = json5::Read(text, fault);
  ASSERT(value.has_value() == (fault.kind == json5::FaultKind::kNone));
  if (value) {
    CheckSpans(*value);
  } else {
    ASSERT(uint64_t{fault.span.offset} + fault.span.size <= size);
    ASSERT(!fault.message.empty());
  }
  return 0;
}
