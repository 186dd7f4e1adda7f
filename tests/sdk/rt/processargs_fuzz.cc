// SPDX-License-Identifier: BSD-2-Clause
// Any bytes, as a start-up message with any number of handles.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <zircon/types.h>

#include "sdk/rt/src/processargs.h"

namespace {

// Walks a list as start-up code does; the sanitizer sees a step outside the message.
size_t Walk(const rt::StringList& list) {
  size_t total = 0;
  const char* at = list.first;
  for (uint32_t i = 0; i < list.count; ++i) {
    const size_t size = strlen(at) + 1;
    total += size;
    at += size;
  }
  return total;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<char> message(data, data + size);
  for (size_t handles : {size_t{0}, size_t{3}, size_t{64}}) {
    rt::ProcessArguments arguments;
    if (rt::ReadProcessArguments(message, handles, arguments) != ZX_OK) continue;
    for (size_t i = 0; i < handles; ++i) (void)*const_cast<const volatile uint32_t*>(arguments.handle_infos + i);
    (void)(Walk(arguments.arguments) + Walk(arguments.environment) + Walk(arguments.names));
  }
  return 0;
}
