// SPDX-License-Identifier: BSD-2-Clause
#include "lib/procargs/linker_message.h"

namespace procargs {

base::Result<size_t> BuildForLinker(std::span<const std::string_view> arguments,
                                    std::span<const std::string_view> environment, bool with_log,
                                    std::span<std::byte> buffer) {
  std::array<uint32_t, kLinkerHandles.size() + 1> infos;
  size_t handles = 0;
  for (const uint32_t info : kLinkerHandles) infos[handles++] = info;
  if (with_log) infos[handles++] = kLinkerLog;

  std::array<std::string_view, kMaxLinkerEnvironment> entries;
  size_t entry_count = 0;
  for (const std::string_view entry : environment) {
    if (!IsForLinker(entry)) continue;
    if (entry_count == entries.size()) return base::Error(ZX_ERR_INVALID_ARGS);
    entries[entry_count++] = entry;
  }
  return Build({.handle_infos = std::span(infos).first(handles),
                .arguments = arguments.first(arguments.empty() ? 0 : 1),
                .environment = std::span(entries).first(entry_count)},
               buffer);
}

}  // namespace procargs
