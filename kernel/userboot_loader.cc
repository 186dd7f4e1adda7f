// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/userboot_loader.h"

#include <arch/layout.h>
#include <arch/machine.h>
#include <zircon/syscalls/resource.h>

#include <array>
#include <utility>

#include "kernel/embedded.h"
#include "kernel/image_mapper.h"
#include "kernel/object/channel.h"
#include "kernel/object/process.h"
#include "kernel/object/resource.h"
#include "kernel/object/thread.h"
#include "lib/base/align.h"

namespace kernel {
namespace {

constexpr zx_rights_t kReadOnlyVmo = Vmo::kDefaultRights & ~ZX_RIGHT_WRITE;

// The handles in the order userboot knows them by.
class HandleList {
 public:
  void Add(base::RefPtr<Object> object, zx_rights_t rights) {
    ASSERT(count_ < entries_.size());
    entries_[count_++] = HandleEntry(std::move(object), rights);
  }
  std::span<HandleEntry> entries() { return std::span(entries_).first(count_); }
  size_t count() const { return count_; }

 private:
  size_t count_ = 0;
  std::array<HandleEntry, Message::kMaxHandles> entries_;
};

base::Result<> AddResource(HandleList& handles, zx_rsrc_kind_t kind, std::string_view name) {
  handles.Add(TRY(Resource::CreateRoot(kind, name)), Resource::kDefaultRights);
  return {};
}

base::Result<base::RefPtr<Vmo>> CreateTextFile(std::string_view name, std::string_view text) {
  auto vmo = TRY(Vmo::Create(text.size() > 0 ? text.size() : 1));
  TRY(vmo->Write(std::as_bytes(std::span(text)), 0));
  TRY(vmo->SetStreamSize(text.size()));
  vmo->set_name(name);
  return vmo;
}

base::Result<base::RefPtr<Vmo>> CreateUserbootFile(base::Bytes file) {
  auto vmo = TRY(Vmo::Create(file.size()));
  TRY(vmo->Write(file, 0));
  TRY(vmo->SyncCaches(0, file.size()));
  vmo->set_name("userboot");
  return vmo;
}

// A stack with an unmapped page below it. Returns its top.
base::Result<VirtualAddress> MapStack(Vmar& root, const elf::LoadPlan& plan) {
  if (!plan.has_stack() || plan.stack_size() == 0) return base::Error(ZX_ERR_INTERNAL);
  const uint64_t size = base::AlignUp(plan.stack_size(), uint64_t{arch::kPageSize});
  auto vmo = TRY(Vmo::Create(size));
  vmo->set_name("stack:userboot");
  auto region = TRY(root.Allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                                  size + arch::kPageSize));
  const VirtualAddress bottom =
      TRY(region->Map({.vmo = std::move(vmo),
                       .length = size,
                       .vmar_offset = arch::kPageSize,
                       .options = ZX_VM_SPECIFIC | ZX_VM_PERM_READ | ZX_VM_PERM_WRITE}));
  return bottom + size;
}

// Everything but the handles to the process itself and to the image.
base::Result<> AddSystemHandles(HandleList& handles, UserbootFacts& facts) {
  handles.Add(facts.root_job, Job::kDefaultRights);
  TRY(AddResource(handles, ZX_RSRC_KIND_MMIO, "mmio"));
  TRY(AddResource(handles, ZX_RSRC_KIND_IRQ, "irq"));
  TRY(AddResource(handles, arch::kMachineResourceKind, "machine"));
  TRY(AddResource(handles, ZX_RSRC_KIND_SYSTEM, "system"));
  handles.Add(facts.zbi, kReadOnlyVmo);
  if (facts.always_use_next) std::swap(facts.vdso.variants[0], facts.vdso.variants[1]);
  for (const auto& variant : facts.vdso.variants) handles.Add(variant, kVdsoRights);
  handles.Add(TRY(CreateTextFile("boot-options.txt", facts.command_line)), kReadOnlyVmo);
  handles.Add(facts.vdso.time_values, kReadOnlyVmo);
  return {};
}

}  // namespace

base::Result<UserbootStarted> StartUserboot(UserbootFacts facts) {
  const elf::LoadPlan plan = TRY(PlanEmbedded(EmbeddedUserboot(), "userboot"));
  const elf::LoadPlan vdso_plan = TRY(PlanEmbedded(EmbeddedVdso(), "vDSO"));

  auto process = TRY(Process::Create(facts.root_job, "userboot"));
  auto thread = TRY(Thread::Create(process, "initial-thread"));
  Vmar& root = process->address_space().root();
  const auto file = TRY(CreateUserbootFile(EmbeddedUserboot()));
  MappedImage image = TRY(MapImage(root, file, plan));
  HandleList handles;
  handles.Add(process, Process::kDefaultRights);
  handles.Add(process->address_space().root_ref(), Vmar::kDefaultRights | ZX_RIGHTS_IO | ZX_RIGHT_EXECUTE);
  handles.Add(thread, Thread::kDefaultRights);
  TRY(AddSystemHandles(handles, facts));
  handles.Add(image.vmar, Vmar::kDefaultRights | ZX_RIGHTS_IO | ZX_RIGHT_EXECUTE);

  const MappedImage vdso = TRY(MapImage(root, facts.vdso.variants[0], vdso_plan));
  const VirtualAddress stack_top = TRY(MapStack(root, plan));
  auto channel = TRY(Channel::Create());
  HandleEntry kernel_end(std::move(channel.first), Channel::kDefaultRights);
  HandleEntry userboot_end(std::move(channel.second), Channel::kDefaultRights);
  auto message = TRY(Message::Create({}, handles.entries()));
  TRY(static_cast<Channel&>(*kernel_end.get()).Write(std::move(message)));

  TRY(process->Start(*thread,
                     {.pc = image.entry.value,
                      .sp = arch::InitialStackPointer(stack_top.value),
                      .arg1 = 0,
                      .arg2 = vdso.base.value},
                     std::move(userboot_end)));
  return UserbootStarted{.handle_count = handles.count()};
}

}  // namespace kernel
