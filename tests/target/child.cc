// SPDX-License-Identifier: BSD-2-Clause
#include "tests/target/child.h"

#include <string.h>

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls/object.h>

#include "tests/target/handles.h"
#include "tests/target/recorder.h"

extern "C" const char target_child_code[];
extern "C" const char target_child_code_end[];

namespace target {

constinit const Recorder* g_recorder = nullptr;

namespace {

// The two LOAD segments of the vDSO, read from this process's own mapping of it.
struct VdsoShape {
  uint64_t data_size = 0;
  uint64_t code_offset = 0;
  uint64_t code_size = 0;
};

struct ProgramHeader {
  uint32_t type, flags;
  uint64_t offset, vaddr, paddr, file_size, memory_size, align;
};

VdsoShape ReadShape(uintptr_t base) {
  VdsoShape shape;
  const auto* header = reinterpret_cast<const ProgramHeader*>(
      base + *reinterpret_cast<const uint64_t*>(base + 32));  // e_phoff
  const uint16_t count = *reinterpret_cast<const uint16_t*>(base + 56);  // e_phnum
  for (uint16_t i = 0; i < count; ++i, ++header) {
    if (header->type != 1) continue;
    if (header->flags & 1) {
      shape.code_offset = header->vaddr;
      shape.code_size = header->memory_size;
    } else {
      shape.data_size = header->memory_size;
    }
  }
  return shape;
}

}  // namespace

Child::~Child() {
  if (process_) {
    process_.kill();
    process_.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr);
  }
  NoteResults();
  if (steps_) zx::vmar::root_self()->unmap(reinterpret_cast<uintptr_t>(steps_), zx_system_get_page_size());
}

zx_status_t Child::Create(const zx::job& job, std::span<const char> code) {
  constexpr char kName[] = "child";
  zx_status_t status = zx::process::create(job, kName, sizeof(kName) - 1, 0, &process_, &root_);
  if (status == ZX_OK) status = zx::thread::create(process_, kName, sizeof(kName) - 1, 0, &thread_);
  if (status == ZX_OK) status = MapVdso();
  if (status == ZX_OK) status = MapCode(code.empty() ? std::span(target_child_code, target_child_code_end) : code);
  if (status == ZX_OK) status = MapScript();
  return status;
}

zx_status_t Child::MapVdso() {
  zx_status_t status = zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS,
                                              &own_vdso_, sizeof(own_vdso_));
  if (status != ZX_OK) return status;
  const VdsoShape shape = ReadShape(own_vdso_);
  const zx::unowned_vmo vdso = VdsoVmo();
  zx::vmar region;
  status = root_.allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                          shape.code_offset + shape.code_size, &region, &child_vdso_);
  if (status != ZX_OK) return status;
  zx_vaddr_t address = 0;
  status = region.map(ZX_VM_PERM_READ | ZX_VM_SPECIFIC, 0, *vdso, 0, shape.data_size, &address);
  if (status != ZX_OK) return status;
  return region.map(ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE | ZX_VM_SPECIFIC, shape.code_offset, *vdso,
                    shape.code_offset, shape.code_size, &address);
}

zx_status_t Child::MapCode(std::span<const char> code) {
  zx::vmo vmo;
  zx_status_t status = zx::vmo::create(zx_system_get_page_size(), 0, &vmo);
  if (status == ZX_OK) status = vmo.write(code.data(), 0, code.size());
  if (status == ZX_OK) status = vmo.replace_as_executable(*Vmex(), &vmo);
  if (status != ZX_OK) return status;
  return root_.map(ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE, 0, vmo, 0, zx_system_get_page_size(), &child_code_);
}

zx_status_t Child::MapScript() {
  const size_t page = zx_system_get_page_size();
  constexpr zx_vm_option_t kData = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
  zx::vmo script;
  zx::vmo stack;
  zx_status_t status = zx::vmo::create(page, 0, &script);
  if (status == ZX_OK) status = zx::vmo::create(page, 0, &stack);
  uintptr_t own = 0;
  if (status == ZX_OK) status = zx::vmar::root_self()->map(kData, 0, script, 0, page, &own);
  if (status != ZX_OK) return status;
  steps_ = reinterpret_cast<Step*>(own);
  status = root_.map(kData, 0, script, 0, page, &child_script_);
  uintptr_t stack_base = 0;
  if (status == ZX_OK) status = root_.map(kData, 0, stack, 0, page, &stack_base);
  child_stack_top_ = stack_base + page;
  return status;
}

void Child::AddStep(uintptr_t function, const ArgumentList& arguments) {
  if (g_recorder != nullptr) {
    function = g_recorder->vdso_function(function);
    g_recorder->note_call(function);
  }
  AddStepAt(function - own_vdso_ + child_vdso_, arguments);
}

uint64_t Child::AddressOf(const char* code) const {
  return child_code_ + static_cast<uintptr_t>(code - target_child_code);
}

void Child::AddOwnStep(const char* code, const ArgumentList& arguments) { AddStepAt(AddressOf(code), arguments); }

void Child::Run(const ProcessorFault& fault) { AddStepAt(child_code_ + fault.code, {}); }

void Child::AddStepAt(uintptr_t address, const ArgumentList& arguments) {
  if (step_count_ + 1 >= kMaxSteps) __builtin_trap();
  Step& step = steps_[step_count_++];
  step.function = address;
  memcpy(step.arguments, arguments.values, sizeof(step.arguments));
}

zx_status_t Child::Start(zx::handle handle) {
  return process_.start(thread_, child_code_, child_stack_top_, std::move(handle), child_script_);
}

void Child::NoteResults() const {
  if (g_recorder == nullptr) return;
  for (size_t i = 0; i < step_count_; ++i) {
    g_recorder->note_result(steps_[i].function - child_vdso_ + own_vdso_, steps_[i].result);
  }
}

int64_t Child::WaitForExit(zx::duration limit) {
  if (process_.wait_one(ZX_PROCESS_TERMINATED, zx::deadline_after(limit), nullptr) != ZX_OK) return INT64_MIN;
  zx_info_process_t info = {};
  if (process_.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr) != ZX_OK) return INT64_MIN;
  return info.return_code;
}

}  // namespace target
