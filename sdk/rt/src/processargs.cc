// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/processargs.h"

#include <zircon/processargs.h>

namespace rt {
namespace {

// Whether `count` strings, each ended, stand at `offset`.
bool StringsFit(std::span<const char> message, uint32_t offset, uint32_t count) {
  if (count == 0) return true;
  if (offset > message.size()) return false;
  uint32_t found = 0;
  for (size_t at = offset; at < message.size(); ++at) {
    if (message[at] == '\0' && ++found == count) return true;
  }
  return false;
}

bool ReadStrings(std::span<const char> message, uint32_t offset, uint32_t count, StringList& out) {
  if (!StringsFit(message, offset, count)) return false;
  if (count > 0) out = {message.data() + offset, count};
  return true;
}

}  // namespace

zx_status_t ReadProcessArguments(std::span<const char> message, size_t handle_count,
                                 ProcessArguments& out) {
  if (message.size() < sizeof(zx_proc_args_t)) return ZX_ERR_INVALID_ARGS;
  const auto& header = *reinterpret_cast<const zx_proc_args_t*>(message.data());
  if (header.protocol != ZX_PROCARGS_PROTOCOL) return ZX_ERR_INVALID_ARGS;
  if (header.version != ZX_PROCARGS_VERSION) return ZX_ERR_INVALID_ARGS;

  const size_t offset = header.handle_info_off;
  if (handle_count > 0) {
    if (offset % alignof(uint32_t) != 0 || offset > message.size()) return ZX_ERR_INVALID_ARGS;
    if (handle_count > (message.size() - offset) / sizeof(uint32_t)) return ZX_ERR_INVALID_ARGS;
    out.handle_infos = reinterpret_cast<const uint32_t*>(message.data() + offset);
  }
  if (!ReadStrings(message, header.args_off, header.args_num, out.arguments) ||
      !ReadStrings(message, header.environ_off, header.environ_num, out.environment) ||
      !ReadStrings(message, header.names_off, header.names_num, out.names)) {
    return ZX_ERR_INVALID_ARGS;
  }
  return ZX_OK;
}

}  // namespace rt
