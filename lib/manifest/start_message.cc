// SPDX-License-Identifier: BSD-2-Clause
#include "lib/manifest/start_message.h"

#include <zircon/processargs.h>

#include <algorithm>

namespace manifest {

bool IsGrantable(uint32_t type) {
  switch (type) {
    case PA_JOB_DEFAULT:
    case PA_VMO_VDSO:
    case PA_VMO_BOOTDATA:
    case PA_VMO_BOOTFS:
    case PA_VMO_KERNEL_FILE:
    case PA_VMO_COMPONENT_CONFIG:
    case PA_FD:
    case PA_LOG_SINK:
    case PA_RESOURCE:
    case PA_CLOCK_UTC:
    case PA_MMIO_RESOURCE:
    case PA_IRQ_RESOURCE:
    case PA_IOPORT_RESOURCE:
    case PA_SMC_RESOURCE:
    case PA_SYSTEM_RESOURCE:
    case PA_USER0:
    case PA_USER1:
    case PA_USER2:
      return true;
    default:
      return false;
  }
}

StartMessage::StartMessage(const SuppliedHandles& supplied) {
  const auto add = [&](bool is_there, uint32_t type, uint32_t argument = 0) {
    if (is_there && AddHandle(procargs::HandleInfo(type, argument))) overflow_ = true;
  };
  add(true, PA_PROC_SELF);
  add(true, PA_THREAD_SELF);
  add(true, PA_VMAR_ROOT);
  for (uint32_t i = 0; i < supplied.name_space && !overflow_; ++i) add(true, PA_NS_DIR, i);
  add(supplied.outgoing_directory, PA_DIRECTORY_REQUEST);
  add(supplied.lifecycle, PA_LIFECYCLE);
  add(supplied.utc_clock, PA_CLOCK_UTC);
  add(supplied.config, PA_VMO_COMPONENT_CONFIG);
  add(supplied.stdout_stream, PA_FD, 1);
  add(supplied.stderr_stream, PA_FD, 2);
  add(supplied.escrow, PA_ESCROWED_DICTIONARY);
  add(true, PA_JOB_DEFAULT);
  add(true, PA_VMAR_LOADED);
  add(true, PA_VMO_VDSO);
  add(true, PA_VMO_STACK);
}

std::optional<Problem> StartMessage::AddHandle(uint32_t info) {
  if (std::ranges::find(handles(), info) != handles().end()) return Problem::kHandleTwice;
  if (handle_count_ == handles_.size()) return Problem::kTooManyHandles;
  handles_[handle_count_++] = info;
  return std::nullopt;
}

std::optional<Problem> StartMessage::FindProblem() const {
  if (overflow_) return Problem::kTooManyHandles;
  if (bytes() > procargs::kMaxBytes) return Problem::kMessageTooLarge;
  return std::nullopt;
}

}  // namespace manifest
