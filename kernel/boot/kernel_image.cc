// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/boot/kernel_image.h"

#include <string.h>

#include <arch/boot/machine.h>
#include <arch/layout.h>

#include "kernel/boot/stage.h"
#include "lib/base/align.h"
#include "lib/elf/header.h"
#include "lib/elf/relocate.h"

namespace boot {
namespace {

using arch::boot::Protection;

// Blocks of this size let the physmap around the image use large entries.
constexpr uint64_t kImageAlignment = uint64_t{2} << 20;
constexpr std::string_view kRebuild = "build the image again";

[[noreturn]] void FailElf(const elf::Diagnostics& diagnostics) {
  char text[200];
  base::BufferSink sink(text);
  sink.Put("embedded kernel: ");
  diagnostics.Describe(sink);
  FailWith(Stage::kKernel, sink.text(), kRebuild);
}

elf::LoadPlan ReadPlan(std::span<const std::byte> file) {
  elf::Diagnostics diagnostics;
  const auto header = elf::ReadHeader(file, file.size(), arch::boot::kElfMachine,
                                      elf::kKernelOptions, diagnostics);
  if (!header) FailElf(diagnostics);
  const auto table = file.subspan(header->table_offset, header->table_size());
  const auto plan =
      elf::LoadPlan::Build(*header, table, file.size(), elf::kKernelOptions, diagnostics);
  if (!plan) FailElf(diagnostics);
  return *plan;
}

}  // namespace

KernelImage::KernelImage(std::span<const std::byte> file) : file_(file), plan_(ReadPlan(file)) {}

void KernelImage::Load(kernel::Handoff& handoff, MemoryMap& memory, VirtualAddress base) {
  const uint64_t size = plan_.size_bytes();
  auto room = memory.Allocate(size, kImageAlignment, kernel::MemoryKind::kKernel,
                              arch::boot::kMemoryLimit);
  // A machine with little memory may only have a smaller hole.
  if (!room) {
    room = memory.Allocate(size, arch::kPageSize, kernel::MemoryKind::kKernel,
                           arch::boot::kMemoryLimit);
  }
  if (!room) {
    Fail(Stage::kMemory, "give the machine more memory", "no {} KiB in one piece for the kernel",
         size / 1024);
  }
  memory_ = *room;
  base_ = base;

  auto* image = reinterpret_cast<std::byte*>(memory_.base.value);
  uint64_t at = plan_.first_page();
  for (const elf::Segment& segment : plan_.segments()) {
    memset(image + (at - plan_.first_page()), 0, segment.vaddr - at);
    memcpy(image + (segment.vaddr - plan_.first_page()), file_.data() + segment.file_offset,
           segment.file_size);
    at = segment.vaddr + segment.file_size;
  }
  memset(image + (at - plan_.first_page()), 0, plan_.end_page() - at);

  elf::Diagnostics diagnostics;
  const elf::RelocationTarget target{.image = {image, size},
                                     .vaddr = plan_.first_page(),
                                     .bias = base.value - plan_.first_page()};
  if (!elf::Relocate(target, arch::boot::kElfMachine, plan_.dynamic(), diagnostics)) {
    FailElf(diagnostics);
  }
  handoff.kernel_image = memory_;
  handoff.kernel_base = base;
}

void KernelImage::MapPart(TableBuilder& tables, uint64_t from, uint64_t to, Protection code,
                          Protection data) const {
  if (from >= to) return;
  const uint64_t offset = from - plan_.first_page();
  const PhysicalAddress physical = memory_.base + offset;
  if (!tables.Map(base_ + offset, physical, to - from, code) ||
      !tables.Map(VirtualAddress{arch::kPhysmapBase} + physical.value, physical, to - from, data)) {
    FailWith(Stage::kMapping, "no memory for the kernel's page tables",
             "give the machine more memory");
  }
}

void KernelImage::Map(TableBuilder& tables) const {
  // RELRO was written by relocation and is constant from now on.
  const uint64_t relro_start = plan_.relro().vaddr;
  const uint64_t relro_end =
      base::AlignDown(relro_start + plan_.relro().memory_size, uint64_t{arch::kPageSize});
  for (const elf::Segment& segment : plan_.segments()) {
    uint64_t start = segment.page_start();
    if (segment.executable) {
      MapPart(tables, start, segment.page_end(), Protection::kReadExecute, Protection::kReadOnly);
      continue;
    }
    if (!segment.writable) {
      MapPart(tables, start, segment.page_end(), Protection::kReadOnly, Protection::kReadOnly);
      continue;
    }
    if (!plan_.relro().empty() && start <= relro_start && relro_start < segment.page_end()) {
      MapPart(tables, start, relro_end, Protection::kReadOnly, Protection::kReadOnly);
      start = relro_end;
    }
    MapPart(tables, start, segment.page_end(), Protection::kReadWrite, Protection::kReadWrite);
  }
}

}  // namespace boot
