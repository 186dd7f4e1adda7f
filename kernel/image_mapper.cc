// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/image_mapper.h"

#include <arch/machine.h>

#include "kernel/log.h"
#include "lib/elf/contents.h"

namespace kernel {
namespace {

zx_vm_option_t Permissions(const elf::Segment& segment) {
  zx_vm_option_t options = ZX_VM_SPECIFIC;
  if (segment.readable) options |= ZX_VM_PERM_READ;
  if (segment.writable) options |= ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
  if (segment.executable) options |= ZX_VM_PERM_EXECUTE | ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED;
  return options;
}

base::Result<> MapPages(Vmar& vmar, base::RefPtr<Vmo> vmo, uint64_t vmo_offset, uint64_t vmar_offset,
                        uint64_t length, const elf::Segment& segment) {
  TRY(vmar.Map({.vmo = std::move(vmo),
                .vmo_offset = vmo_offset,
                .length = length,
                .vmar_offset = vmar_offset,
                .options = Permissions(segment)}));
  return {};
}

base::Result<> MapSegment(Vmar& vmar, const base::RefPtr<Vmo>& file, const elf::LoadPlan& plan,
                          const elf::Segment& segment) {
  const uint64_t vmar_offset = segment.page_start() - plan.first_page();
  if (segment.kind() == elf::SegmentKind::kConstant) {
    return MapPages(vmar, file, segment.file_page_offset(), vmar_offset, segment.file_page_bytes(), segment);
  }
  if (segment.file_page_bytes() > 0) {
    auto data = TRY(file->CreateChild(ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE,
                                      segment.file_page_offset(), segment.file_page_bytes()));
    if (const uint64_t tail = segment.zero_bytes_in_last_file_page(); tail > 0) {
      TRY(data->Zero(segment.file_page_bytes() - tail, tail));
    }
    TRY(MapPages(vmar, std::move(data), 0, vmar_offset, segment.file_page_bytes(), segment));
  }
  if (segment.zero_page_bytes() == 0) return {};
  auto zeros = TRY(Vmo::Create(segment.zero_page_bytes()));
  return MapPages(vmar, std::move(zeros), 0, segment.zero_page_start() - plan.first_page(),
                  segment.zero_page_bytes(), segment);
}

}  // namespace

base::Result<elf::LoadPlan> PlanEmbedded(base::Bytes file, std::string_view name) {
  elf::Diagnostics diagnostics;
  const auto read = elf::ReadFile(file, arch::kMachine, elf::kKernelProgramOptions, diagnostics);
  if (read) return read->plan;
  char text[160];
  base::BufferSink sink(text);
  diagnostics.Describe(sink);
  Log(Severity::kError, "{}: {}; build the kernel again", name, sink.text());
  return base::Error(ZX_ERR_INTERNAL);
}

base::Result<MappedImage> MapImage(Vmar& parent, const base::RefPtr<Vmo>& file, const elf::LoadPlan& plan) {
  constexpr zx_vm_option_t kAll = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE |
                                  ZX_VM_CAN_MAP_SPECIFIC;
  MappedImage image;
  image.vmar = TRY(parent.Allocate(kAll, 0, plan.size_bytes()));
  image.base = image.vmar->range().base;
  image.entry = image.base + (plan.entry() - plan.first_page());
  for (const elf::Segment& segment : plan.segments()) {
    TRY(MapSegment(*image.vmar, file, plan, segment));
  }
  return image;
}

}  // namespace kernel
