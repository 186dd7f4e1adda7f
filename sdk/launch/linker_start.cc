// SPDX-License-Identifier: BSD-2-Clause
// The part of ProcessBuilder that only programs with a dynamic linker need: userboot, which starts
// none, does not carry it.
#include <zircon/syscalls.h>

#include <array>

#include "lib/procargs/linker_message.h"
#include "sdk/launch/process_builder.h"

namespace launch {

base::Result<> ProcessBuilder::LoadLinker(const zx::vmo& file, const elf::LoadPlan& plan,
                                          Linker linker, const zx::vmo& vdso,
                                          const elf::LoadPlan& vdso_plan) {
  if (!linker.executable.is_valid() || !linker.loader.is_valid()) {
    return base::Error(ZX_ERR_INVALID_ARGS);
  }
  linker_ = std::move(linker);
  prepare_linker_ = &ProcessBuilder::PrepareLinker;
  TRY(ReserveLowHalf());
  TRY(MapImage(file, plan));
  return MapVdso(vdso, vdso_plan);
}

base::Result<> ProcessBuilder::PrepareLinker(const zx::channel& to, const Strings& strings,
                                             std::span<std::byte> buffer) {
  TRY(MapLinkerStack(strings));
  return SendToLinker(to, strings, buffer);
}

base::Result<> ProcessBuilder::MapLinkerStack(const Strings& strings) {
  step_ = Step::kBuildMessage;
  const size_t handle_count = handle_count_ + kTrailingHandles;
  const auto size = procargs::MessageSize({.handle_infos = {},
                                           .arguments = strings.arguments,
                                           .environment = strings.environment,
                                           .names = strings.names});
  if (!size) return base::Error(ZX_ERR_INVALID_ARGS);
  // The message has an info for each handle, and whoever reads it has room for the handles.
  return MapStack(*size + 2 * handle_count * sizeof(uint32_t) + kLinkerStackBytes);
}

base::Result<> ProcessBuilder::SendToLinker(const zx::channel& to, const Strings& strings,
                                            std::span<std::byte> buffer) {
  step_ = Step::kBuildMessage;
  const bool with_log = linker_.log.is_valid();
  const size_t size = TRY(
      procargs::BuildForLinker(strings.arguments, strings.environment, with_log, buffer));
  zx::process process;
  zx::vmar root;
  TRY(base::FromStatus(process_.duplicate(ZX_RIGHT_SAME_RIGHTS, &process)));
  TRY(base::FromStatus(root_.duplicate(ZX_RIGHT_SAME_RIGHTS, &root)));
  step_ = Step::kSendMessage;
  // In the order of procargs::kLinkerHandles.
  const std::array<zx_handle_t, procargs::kLinkerHandles.size() + 1> raw = {
      linker_.loader.release(), linker_.executable.release(), program_.vmar.release(),
      process.release(),        root.release(),               linker_.log.release()};
  return base::FromStatus(to.write(0, buffer.data(), static_cast<uint32_t>(size), raw.data(),
                                   static_cast<uint32_t>(raw.size() - (with_log ? 0 : 1))));
}

}  // namespace launch
