// SPDX-License-Identifier: BSD-2-Clause
#include "userboot/bootstrap.h"

#include <zircon/syscalls.h>

namespace userboot {
namespace {

constexpr size_t kFixedHandles = 9;  // before the vDSOs
constexpr size_t kMinHandles = kFixedHandles + Bootstrap::kVdsoCount + 1;
constexpr size_t kMaxHandles = kMinHandles + Bootstrap::kMaxKernelFiles;

}  // namespace

base::Result<> Bootstrap::Read(const zx::channel& channel, Bootstrap& bootstrap) {
  std::array<zx_handle_t, kMaxHandles> handles;
  uint32_t bytes = 0;
  uint32_t count = 0;
  TRY(base::FromStatus(channel.read(0, nullptr, handles.data(), 0, kMaxHandles, &bytes, &count)));
  if (bytes != 0 || count < kMinHandles) return base::Error(ZX_ERR_INVALID_ARGS);

  size_t next = 0;
  bootstrap.process.reset(handles[next++]);
  bootstrap.root_vmar.reset(handles[next++]);
  bootstrap.thread.reset(handles[next++]);
  bootstrap.root_job.reset(handles[next++]);
  bootstrap.mmio.reset(handles[next++]);
  bootstrap.irq.reset(handles[next++]);
  bootstrap.machine.reset(handles[next++]);
  bootstrap.system.reset(handles[next++]);
  bootstrap.zbi.reset(handles[next++]);
  for (zx::vmo& vdso : bootstrap.vdsos) vdso.reset(handles[next++]);
  while (next < count - 1) {
    bootstrap.kernel_files[bootstrap.kernel_file_count++].reset(handles[next++]);
  }
  bootstrap.loaded_vmar.reset(handles[next]);
  return {};
}

}  // namespace userboot
