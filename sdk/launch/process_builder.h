// SPDX-License-Identifier: BSD-2-Clause
// Makes a process from an ELF file: address space, vDSO, stack, bootstrap message, first thread.
//
// Order of use: Create, LoadProgram or LoadLinker, AddHandle for each extra handle, Start. Dropping
// a builder before Start ends the half-made process. No heap, so that userboot can use it too.
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/debuglog.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/thread.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/base/result.h"
#include "lib/elf/load_plan.h"
#include "lib/procargs/procargs.h"
#include "sdk/launch/elf_loader.h"

namespace launch {

// What was being done when building failed.
enum class Step : uint8_t {
  kNone,
  kCreateProcess,
  kCreateThread,
  kReserveLowHalf,
  kMapProgram,
  kMapVdso,
  kMapStack,
  kCreateChannel,
  kBuildMessage,
  kSendMessage,
  kStartProcess,
};

// "creating the process" and so on, to follow a status name in a report.
std::string_view Describe(Step step);

class ProcessBuilder {
 public:
  static constexpr uint64_t kDefaultStackBytes = 256 * 1024;

  struct Strings {
    std::span<const std::string_view> arguments = {};
    std::span<const std::string_view> environment = {};
    std::span<const std::string_view> names = {};
  };

  ProcessBuilder() = default;
  ProcessBuilder(const ProcessBuilder&) = delete;
  ProcessBuilder& operator=(const ProcessBuilder&) = delete;
  ~ProcessBuilder();

  // A process named `name` (cut to 31 bytes) in `job` (MANAGE_PROCESS), with its first thread.
  base::Result<> Create(const zx::job& job, std::string_view name);

  // Maps program, vDSO and stack (`plan.stack_size()`, 256 KiB when it states none, with a guard
  // page below). `vdso` (READ, MAP, EXECUTE, DUPLICATE) also becomes the program's VMO_VDSO.
  base::Result<> LoadProgram(const zx::vmo& file, const elf::LoadPlan& plan, const zx::vmo& vdso,
                             const elf::LoadPlan& vdso_plan);

  // What the dynamic linker of a program is given.
  struct Linker {
    zx::vmo executable;   // the program; needs READ, MAP, DUPLICATE, EXECUTE
    zx::channel loader;   // of a loader service that will serve it, see loader_service.h
    zx::debuglog log;     // where it says why it cannot go on; may be invalid
  };

  // For a program that names an interpreter (elf::ReadInterpreter) and needs libraries: maps that
  // interpreter from `file`, which then loads the program. Its stack, made by Start, is just large
  // enough for the messages; the program's own is the interpreter's affair. `vdso` as above.
  // Errors: ZX_ERR_INVALID_ARGS no executable or no loader; those of mapping.
  base::Result<> LoadLinker(const zx::vmo& file, const elf::LoadPlan& plan, Linker linker,
                            const zx::vmo& vdso, const elf::LoadPlan& vdso_plan);

  // Adds a handle to the bootstrap message; takes `handle`. The program sees PROC_SELF, THREAD_SELF
  // and VMAR_ROOT, then these in call order, then VMAR_LOADED (without a linker), VMO_VDSO and
  // VMO_STACK.
  // Errors: ZX_ERR_OUT_OF_RANGE more than 64 with the automatic ones; ZX_ERR_INVALID_ARGS a type
  // that only the builder may add; ZX_ERR_ALREADY_EXISTS there is a handle with this type and
  // argument.
  base::Result<> AddHandle(uint32_t info, zx::handle handle);

  // Sends the message made in `buffer`, behind the linker's if there is one, and lets the program
  // run.
  // Errors: ZX_ERR_INVALID_ARGS message over a limit, ZX_ERR_BUFFER_TOO_SMALL.
  base::Result<> Start(const Strings& strings, std::span<std::byte> buffer);

  // The process; stays valid after Start.
  const zx::process& process() const { return process_; }
  zx::process TakeProcess() { return std::move(process_); }
  // Where the last call failed.
  Step failed_step() const { return step_; }
  // With Step::kMapProgram: which segment.
  size_t failed_segment() const { return failed_segment_; }
  zx_vaddr_t program_base() const { return program_.base; }

 private:
  static constexpr size_t kTrailingHandles = 3;
  // What a linker needs of its stack besides room for the messages, in bytes.
  static constexpr size_t kLinkerStackBytes = 3072;

  base::Result<> MapImage(const zx::vmo& file, const elf::LoadPlan& plan);
  base::Result<> MapLinkerStack(const Strings& strings);
  void Append(uint32_t info, zx::handle handle);
  base::Result<> PrepareLinker(const zx::channel& to, const Strings& strings,
                               std::span<std::byte> buffer);
  base::Result<> SendToLinker(const zx::channel& to, const Strings& strings,
                              std::span<std::byte> buffer);
  base::Result<> ReserveLowHalf();
  base::Result<> MapVdso(const zx::vmo& vdso, const elf::LoadPlan& plan);
  base::Result<> MapStack(uint64_t size_bytes);
  base::Result<> AddSelfHandles();
  void AddImageHandles();
  base::Result<> AddDuplicate(uint32_t type, const zx::object_base& object);
  base::Result<> Send(const zx::channel& to, const Strings& strings, std::span<std::byte> buffer);

  zx::process process_;
  zx::thread thread_;
  zx::vmar root_;
  zx::vmar low_half_;
  LoadedImage program_;
  LoadedImage vdso_image_;
  zx::vmo vdso_;
  zx::vmo stack_;
  Linker linker_;
  // PrepareLinker once there is a linker. Called through here, so that only who calls LoadLinker
  // links what belongs to it.
  base::Result<> (ProcessBuilder::*prepare_linker_)(const zx::channel&, const Strings&,
                                                    std::span<std::byte>) = nullptr;
  zx_vaddr_t stack_top_ = 0;
  Step step_ = Step::kNone;
  size_t failed_segment_ = 0;
  bool started_ = false;
  size_t handle_count_ = 0;
  std::array<uint32_t, procargs::kMaxHandles> infos_;
  std::array<zx::handle, procargs::kMaxHandles> handles_;
};

}  // namespace launch
