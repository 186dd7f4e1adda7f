// SPDX-License-Identifier: BSD-2-Clause
// The handles the kernel gives the first process: one message without bytes, handles by position.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/resource.h>
#include <lib/zx/thread.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <array>
#include <cstddef>

#include "lib/base/result.h"

namespace userboot {

struct Bootstrap {
  static constexpr size_t kVdsoCount = 4;
  static constexpr size_t kMaxKernelFiles = 16;

  zx::process process;
  zx::vmar root_vmar;
  zx::thread thread;
  zx::job root_job;
  zx::resource mmio;
  zx::resource irq;
  zx::resource machine;  // x86-64: I/O ports; arm64: secure monitor calls
  zx::resource system;
  zx::vmo zbi;
  std::array<zx::vmo, kVdsoCount> vdsos;  // stable, next, test1, test2
  size_t kernel_file_count = 0;
  std::array<zx::vmo, kMaxKernelFiles> kernel_files;
  zx::vmar loaded_vmar;

  // Reads the message.
  // Errors: those of zx_channel_read; ZX_ERR_INVALID_ARGS bytes in the message or a wrong number
  // of handles.
  static base::Result<> Read(const zx::channel& channel, Bootstrap& bootstrap);
};

}  // namespace userboot
