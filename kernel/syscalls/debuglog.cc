// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include <zircon/syscalls/log.h>

#include "kernel/command_line.h"
#include "kernel/log.h"
#include "kernel/log/console_input.h"
#include "kernel/object/debug_log.h"
#include "kernel/object/name.h"
#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"

namespace kernel {
namespace {

// Writers may say how important a record is in the bits that end up in the record's flags.
base::Result<Severity> SeverityFrom(uint32_t options) {
  switch (options) {
    case 0:
      return Severity::kInfo;
    case DEBUGLOG_TRACE:
    case DEBUGLOG_DEBUG:
    case DEBUGLOG_INFO:
    case DEBUGLOG_WARNING:
    case DEBUGLOG_ERROR:
    case DEBUGLOG_FATAL:
      return static_cast<Severity>(options);
    default:
      return base::Error(ZX_ERR_INVALID_ARGS);
  }
}

}  // namespace

base::Result<> sys_debuglog_create(Handle resource, uint32_t options, UserOut<zx_handle_t> out) {
  if ((options & ~ZX_LOG_FLAG_READABLE) != 0) return base::Error(ZX_ERR_INVALID_ARGS);
  const bool readable = (options & ZX_LOG_FLAG_READABLE) != 0;
  // Everybody may write; a resource that is given anyway must be the right one.
  if (readable || resource.value != ZX_HANDLE_INVALID) {
    const auto allowed = RequireSystemResource(resource, ZX_RSRC_SYSTEM_DEBUGLOG_BASE);
    if (!allowed) {
      const bool wrong_resource =
          allowed.error() == ZX_ERR_OUT_OF_RANGE || allowed.error() == kQuietWrongType;
      return base::Error(wrong_resource ? ZX_ERR_ACCESS_DENIED : allowed.error());
    }
  }
  auto log = TRY(DebugLog::Create(readable ? DebugLog::Readable::kYes : DebugLog::Readable::kNo));
  const zx_rights_t rights = DebugLog::kDefaultRights | (readable ? ZX_RIGHT_READ : 0);
  return Publish(std::move(log), rights, out);
}

base::Result<> sys_debuglog_write(Handle handle, uint32_t options, UserIn<void> buffer,
                                  size_t buffer_size) {
  TRY(GetObject<DebugLog>(handle, ZX_RIGHT_WRITE));
  const Severity severity = TRY(SeverityFrom(options));
  [[clang::uninitialized]] char text[kLogTextMax];
  const size_t size = std::min(buffer_size, sizeof(text));
  TRY(buffer.ReadBytes(text, size));
  Process& process = Process::Current();
  const NameText name(process.name());
  const LogSource source{
      .tag = name.view(), .process = process.koid(), .thread = Thread::Current().koid()};
  LogText(severity, static_cast<uint8_t>(options), source, {text, size});
  return {};
}

base::Result<> sys_debug_write(UserIn<char> buffer, size_t buffer_size) {
  if (!SerialSyscallsEnabled()) return base::Error(ZX_ERR_NOT_SUPPORTED);
  [[clang::uninitialized]] char text[256];
  const size_t size = std::min(buffer_size, sizeof(text));
  TRY(buffer.ReadBytes(text, size));
  ConsoleWrite({text, size});
  return {};
}

base::Result<> sys_debug_read(Handle resource, UserOut<char> buffer, size_t buffer_size,
                              UserOut<size_t> actual) {
  if (!SerialSyscallsEnabled()) return base::Error(ZX_ERR_NOT_SUPPORTED);
  TRY(RequireSystemResource(resource, ZX_RSRC_SYSTEM_DEBUG_BASE));
  [[clang::uninitialized]] char text[256];
  const size_t size = ConsoleRead({text, std::min(buffer_size, sizeof(text))});
  if (size == 0 && buffer_size != 0) return base::Error(ZX_ERR_SHOULD_WAIT);
  // What cannot be written to the caller is gone: to put it back would change its place.
  TRY(buffer.WriteBytes(text, size));
  return actual.Write(size);
}

}  // namespace kernel
