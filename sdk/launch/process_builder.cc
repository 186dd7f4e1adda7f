// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/process_builder.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include <algorithm>

#include "lib/base/align.h"
#include <launch/machine.h>

namespace launch {
namespace {

constexpr std::string_view kThreadName = "initial-thread";
constexpr std::string_view kStackName = "stack:initial-thread";

// Handles a program gets from the builder itself. One of the caller's would hide it, or mean
// nothing.
bool IsReserved(uint32_t info) {
  switch (procargs::HandleType(info)) {
    case PA_PROC_SELF:
    case PA_THREAD_SELF:
    case PA_VMAR_ROOT:
    case PA_VMAR_LOADED:
    case PA_VMO_STACK:
    case PA_VMO_EXECUTABLE:
    case PA_LDSVC_LOADER:
      return true;
    case PA_VMO_VDSO:
      return procargs::HandleArgument(info) == 0;
    default:
      return false;
  }
}

}  // namespace

std::string_view Describe(Step step) {
  switch (step) {
    case Step::kNone: return "nothing";
    case Step::kCreateProcess: return "creating the process";
    case Step::kCreateThread: return "creating the first thread";
    case Step::kReserveLowHalf: return "reserving the lower half of the address space";
    case Step::kMapProgram: return "mapping the program";
    case Step::kMapVdso: return "mapping the vDSO";
    case Step::kMapStack: return "mapping the stack";
    case Step::kCreateChannel: return "creating the bootstrap channel";
    case Step::kBuildMessage: return "building the bootstrap message";
    case Step::kSendMessage: return "sending the bootstrap message";
    case Step::kStartProcess: return "starting the first thread";
  }
  return "unknown";
}

ProcessBuilder::~ProcessBuilder() {
  // A process that never ran dies with its last handle; killing it does not depend on who holds
  // one.
  if (process_.is_valid() && !started_) (void)process_.kill();
}

base::Result<> ProcessBuilder::Create(const zx::job& job, std::string_view name) {
  step_ = Step::kCreateProcess;
  TRY(base::FromStatus(zx::process::create(job, name.data(), static_cast<uint32_t>(name.size()), 0,
                                           &process_, &root_)));
  step_ = Step::kCreateThread;
  TRY(base::FromStatus(zx::thread::create(process_, kThreadName.data(),
                                          static_cast<uint32_t>(kThreadName.size()), 0, &thread_)));
  return AddSelfHandles();
}

base::Result<> ProcessBuilder::LoadProgram(const zx::vmo& file, const elf::LoadPlan& plan,
                                           const zx::vmo& vdso, const elf::LoadPlan& vdso_plan) {
  TRY(ReserveLowHalf());
  TRY(MapImage(file, plan));
  TRY(MapVdso(vdso, vdso_plan));
  return MapStack(plan.stack_size() > 0 ? plan.stack_size() : kDefaultStackBytes);
}

base::Result<> ProcessBuilder::MapImage(const zx::vmo& file, const elf::LoadPlan& plan) {
  step_ = Step::kMapProgram;
  char name[ZX_MAX_NAME_LEN] = "<unknown ELF>";
  (void)file.get_property(ZX_PROP_NAME, name, sizeof(name));
  program_ = TRY(LoadElf(root_, file, plan, name, failed_segment_));
  return {};
}

// Keeps the lower half free while images and stack find their places, so that it belongs to the
// program (sanitizers want it).
base::Result<> ProcessBuilder::ReserveLowHalf() {
  step_ = Step::kReserveLowHalf;
  zx_info_vmar_t info;
  TRY(base::FromStatus(root_.get_info(ZX_INFO_VMAR, &info, sizeof(info), nullptr, nullptr)));
  const uint64_t size =
      base::AlignDown(uint64_t{(info.base + info.len) / 2}, elf::kPageSize) - info.base;
  zx_vaddr_t where = 0;
  return base::FromStatus(root_.allocate(ZX_VM_SPECIFIC, 0, size, &low_half_, &where));
}

base::Result<> ProcessBuilder::MapVdso(const zx::vmo& vdso, const elf::LoadPlan& plan) {
  step_ = Step::kMapVdso;
  size_t segment = 0;
  vdso_image_ = TRY(LoadElf(root_, vdso, plan, "vdso", segment));
  return base::FromStatus(vdso.duplicate(ZX_RIGHT_SAME_RIGHTS, &vdso_));
}

base::Result<> ProcessBuilder::MapStack(uint64_t size_bytes) {
  step_ = Step::kMapStack;
  const auto size = base::CheckedAlignUp(size_bytes, elf::kPageSize);
  if (!size || *size > (uint64_t{1} << 40)) return base::Error(ZX_ERR_INVALID_ARGS);

  TRY(base::FromStatus(zx::vmo::create(*size, 0, &stack_)));
  (void)stack_.set_property(ZX_PROP_NAME, kStackName.data(), kStackName.size());
  zx::vmar region;
  zx_vaddr_t where = 0;
  TRY(base::FromStatus(
      root_.allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                     *size + elf::kPageSize, &region, &where)));
  // The first page of the region stays unmapped: running off the stack faults.
  zx_vaddr_t bottom = 0;
  TRY(base::FromStatus(region.map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC,
                                  elf::kPageSize, stack_, 0, *size, &bottom)));
  stack_top_ = bottom + *size;
  return {};
}

base::Result<> ProcessBuilder::AddHandle(uint32_t info, zx::handle handle) {
  if (IsReserved(info)) return base::Error(ZX_ERR_INVALID_ARGS);
  if (handle_count_ >= procargs::kMaxHandles - kTrailingHandles) {
    return base::Error(ZX_ERR_OUT_OF_RANGE);
  }
  const auto present = std::span(infos_).first(handle_count_);
  if (std::ranges::find(present, info) != present.end()) return base::Error(ZX_ERR_ALREADY_EXISTS);
  Append(info, std::move(handle));
  return {};
}

void ProcessBuilder::Append(uint32_t info, zx::handle handle) {
  infos_[handle_count_] = info;
  handles_[handle_count_++] = std::move(handle);
}

base::Result<> ProcessBuilder::AddDuplicate(uint32_t type, const zx::object_base& object) {
  zx::handle copy;
  TRY(base::FromStatus(zx_handle_duplicate(object.get(), ZX_RIGHT_SAME_RIGHTS,
                                           copy.reset_and_get_address())));
  Append(procargs::HandleInfo(type, 0), std::move(copy));
  return {};
}

base::Result<> ProcessBuilder::AddSelfHandles() {
  TRY(AddDuplicate(PA_PROC_SELF, process_));
  TRY(AddDuplicate(PA_THREAD_SELF, thread_));
  return AddDuplicate(PA_VMAR_ROOT, root_);
}

void ProcessBuilder::AddImageHandles() {
  const auto append = [this](uint32_t type, zx::handle handle) {
    Append(procargs::HandleInfo(type, 0), std::move(handle));
  };
  // The linker's image is the linker's: SendToLinker has taken it.
  if (program_.vmar.is_valid()) append(PA_VMAR_LOADED, zx::handle(program_.vmar.release()));
  append(PA_VMO_VDSO, zx::handle(vdso_.release()));
  append(PA_VMO_STACK, zx::handle(stack_.release()));
}

base::Result<> ProcessBuilder::Send(const zx::channel& to, const Strings& strings,
                                    std::span<std::byte> buffer) {
  step_ = Step::kBuildMessage;
  AddImageHandles();
  const size_t size = TRY(procargs::Build({.handle_infos = std::span(infos_).first(handle_count_),
                                           .arguments = strings.arguments,
                                           .environment = strings.environment,
                                           .names = strings.names},
                                          buffer));
  step_ = Step::kSendMessage;
  std::array<zx_handle_t, procargs::kMaxHandles> raw;
  for (size_t index = 0; index < handle_count_; ++index) raw[index] = handles_[index].release();
  // Whatever the outcome, the kernel has taken the handles.
  return base::FromStatus(to.write(0, buffer.data(), static_cast<uint32_t>(size), raw.data(),
                                   static_cast<uint32_t>(handle_count_)));
}

base::Result<> ProcessBuilder::Start(const Strings& strings, std::span<std::byte> buffer) {
  step_ = Step::kCreateChannel;
  zx::channel ours, theirs;
  TRY(base::FromStatus(zx::channel::create(0, &ours, &theirs)));
  if (prepare_linker_ != nullptr) TRY((this->*prepare_linker_)(ours, strings, buffer));
  TRY(Send(ours, strings, buffer));

  step_ = Step::kStartProcess;
  low_half_.destroy();
  low_half_.reset();
  TRY(base::FromStatus(process_.start(thread_, program_.entry, InitialStackPointer(stack_top_),
                                      zx::handle(theirs.release()), vdso_image_.base)));
  started_ = true;
  step_ = Step::kNone;
  return {};
}

}  // namespace launch
