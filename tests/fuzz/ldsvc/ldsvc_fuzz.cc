// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a loader request or none; an accepted one is written back byte for byte but for its
// flags, configures or is found without leaving the list. The same for replies.
#include <cstdint>
#include <cstring>

#include "lib/base/assert.h"
#include "lib/ldsvc/library_search.h"
#include "lib/ldsvc/message.h"

namespace {

constexpr std::string_view kLibraries[] = {"asan/libb.so", "liba.so", "libb.so"};
constexpr size_t kFlagsOffset = 4;
constexpr size_t kFlagsSize = 3;

// The same but for the flags.
bool Same(base::Bytes a, base::Bytes b) {
  const size_t behind = kFlagsOffset + kFlagsSize;
  return a.size() == b.size() && memcmp(a.data(), b.data(), kFlagsOffset) == 0 &&
         memcmp(a.data() + behind, b.data() + behind, a.size() - behind) == 0;
}

void Search(const ldsvc::Request& request) {
  ldsvc::LibrarySearch search;
  const bool taken = search.Configure(request.text) == ZX_OK;
  ASSERT(!taken || request.text.find('/') == std::string_view::npos);
  const auto found = search.Find(request.text, kLibraries);
  ASSERT(!found || kLibraries[*found].ends_with(request.text));
  const auto configured = search.Find("libb.so", kLibraries);
  ASSERT(!configured || *configured != 1);
}

void TryRequest(base::Bytes bytes, size_t handles) {
  const auto request = ldsvc::DecodeRequest(bytes, handles);
  if (!request) return;
  std::byte buffer[ldsvc::kMaxRequestBytes];
  const auto size = ldsvc::EncodeRequest(*request, buffer);
  ASSERT(size.has_value() && Same(base::Bytes(buffer, *size), bytes));
  Search(*request);
}

void TryReply(base::Bytes bytes, size_t handles) {
  const auto reply = ldsvc::DecodeReply(bytes, handles);
  if (!reply) return;
  ASSERT(reply->has_object == (handles == 1));
  std::byte buffer[ldsvc::kReplyBytes];
  ldsvc::EncodeReply(*reply, buffer);
  ASSERT(Same(base::Bytes(buffer, bytes.size()), bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  for (size_t handles = 0; handles < 2; ++handles) {
    TryRequest(bytes, handles);
    TryReply(bytes, handles);
  }
  return 0;
}
