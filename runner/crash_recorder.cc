// SPDX-License-Identifier: BSD-2-Clause
#include "runner/crash_recorder.h"

#include <lib/zx/exception.h>
#include <zircon/syscalls/object.h>

#include "runner/registers.h"

namespace runner {
namespace {

// Follows frame pointers until they end, leave the program's memory or do not ascend.
void ReadFrames(const zx::process& process, uint64_t frame, CrashRecord& record) {
  uint64_t last = 0;
  while (record.frame_count < CrashRecord::kMaxFrames && frame > last && frame % 8 == 0) {
    uint64_t link[2] = {};
    size_t size = 0;
    const zx_status_t status = process.read_memory(frame, link, sizeof(link), &size);
    if (status != ZX_OK || size != sizeof(link) || link[1] == 0) return;
    record.frames[record.frame_count++] = link[1];
    last = frame;
    frame = link[0];
  }
}

void ReadThread(const zx::exception& exception, CrashRecord& record) {
  zx::thread thread;
  zx::process process;
  if (exception.get_thread(&thread) != ZX_OK) return;
  zx_exception_report_t report = {};
  const zx_status_t reported = thread.get_info(ZX_INFO_THREAD_EXCEPTION_REPORT, &report,
                                               sizeof(report), nullptr, nullptr);
  if (reported == ZX_OK && record.type == ZX_EXCP_FATAL_PAGE_FAULT) {
    record.fault_address = FaultAddress(report);
  }
  zx_thread_state_general_regs_t registers = {};
  if (thread.read_state(ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers)) != ZX_OK) {
    return;
  }
  record.pc = ProgramCounter(registers);
  record.sp = StackPointer(registers);
  if (exception.get_process(&process) != ZX_OK) return;
  ReadFrames(process, FramePointer(registers), record);
}

}  // namespace

std::optional<CrashRecord> ReadException(const zx::channel& channel) {
  zx_exception_info_t info = {};
  // Closing it without a verdict means: try the next handler.
  zx::exception exception;
  uint32_t size = 0;
  uint32_t handle_count = 0;
  const zx_status_t status = channel.read(0, &info, exception.reset_and_get_address(),
                                          sizeof(info), 1, &size, &handle_count);
  if (status != ZX_OK) return std::nullopt;
  CrashRecord record;
  record.type = info.type;
  record.process = info.pid;
  record.thread = info.tid;
  ReadThread(exception, record);
  return record;
}

}  // namespace runner
