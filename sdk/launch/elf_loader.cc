// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/elf_loader.h"

#include <zircon/syscalls.h>

#include "lib/base/format.h"

namespace launch {
namespace {

constexpr std::byte kZeros[elf::kPageSize] = {};

zx_vm_option_t Permissions(const elf::Segment& segment) {
  zx_vm_option_t options = ZX_VM_SPECIFIC | ZX_VM_ALLOW_FAULTS;
  if (segment.readable) options |= ZX_VM_PERM_READ;
  if (segment.writable) options |= ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
  // Text without PF_R stays execute-only where the machine can do that.
  if (segment.executable) options |= ZX_VM_PERM_EXECUTE | ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED;
  return options;
}

zx_vm_option_t Capabilities(const elf::LoadPlan& plan) {
  zx_vm_option_t options = ZX_VM_CAN_MAP_SPECIFIC;
  for (const elf::Segment& segment : plan.segments()) {
    if (segment.readable || segment.executable) options |= ZX_VM_CAN_MAP_READ;
    if (segment.writable) options |= ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE;
    if (segment.executable) options |= ZX_VM_CAN_MAP_EXECUTE;
  }
  return options;
}

void SetName(const zx::vmo& vmo, std::string_view prefix, std::string_view name) {
  char text[ZX_MAX_NAME_LEN - 1];
  const std::string_view full = base::Format(text, "{}{}", prefix, name);
  // A name is for people; a VMO without one works as well.
  (void)vmo.set_property(ZX_PROP_NAME, full.data(), full.size());
}

base::Result<> MapSegment(const LoadedImage& image, const zx::vmo& vmo, uint64_t vmo_offset,
                          uint64_t vmar_offset, uint64_t size, zx_vm_option_t options) {
  zx_vaddr_t where = 0;
  return base::FromStatus(image.vmar.map(options, vmar_offset, vmo, vmo_offset, size, &where));
}

// The pages that come from the file: shared when nobody writes them, else copied on write.
base::Result<> MapFilePages(const LoadedImage& image, const zx::vmo& file,
                            const elf::Segment& segment, uint64_t vmar_offset,
                            std::string_view name) {
  const zx_vm_option_t options = Permissions(segment);
  if (segment.kind() == elf::SegmentKind::kConstant) {
    return MapSegment(image, file, segment.file_page_offset(), vmar_offset,
                      segment.file_page_bytes(), options);
  }
  zx::vmo data;
  TRY(base::FromStatus(file.create_child(ZX_VMO_CHILD_SNAPSHOT_AT_LEAST_ON_WRITE,
                                         segment.file_page_offset(), segment.file_page_bytes(),
                                         &data)));
  SetName(data, "data:", name);
  if (const uint64_t tail = segment.zero_bytes_in_last_file_page(); tail > 0) {
    TRY(base::FromStatus(data.write(kZeros, segment.file_page_bytes() - tail, tail)));
  }
  return MapSegment(image, data, 0, vmar_offset, segment.file_page_bytes(), options);
}

base::Result<> MapZeroPages(const LoadedImage& image, const elf::Segment& segment,
                            uint64_t vmar_offset, std::string_view name) {
  zx::vmo bss;
  TRY(base::FromStatus(zx::vmo::create(segment.zero_page_bytes(), 0, &bss)));
  SetName(bss, "bss:", name);
  return MapSegment(image, bss, 0, vmar_offset, segment.zero_page_bytes(), Permissions(segment));
}

base::Result<> MapAll(const LoadedImage& image, const zx::vmo& file, const elf::LoadPlan& plan,
                      std::string_view name, size_t& failed_segment) {
  failed_segment = 0;
  for (const elf::Segment& segment : plan.segments()) {
    if (segment.file_page_bytes() > 0) {
      TRY(MapFilePages(image, file, segment, segment.page_start() - plan.first_page(), name));
    }
    if (segment.zero_page_bytes() > 0) {
      TRY(MapZeroPages(image, segment, segment.zero_page_start() - plan.first_page(), name));
    }
    ++failed_segment;
  }
  return {};
}

}  // namespace

base::Result<LoadedImage> LoadElf(const zx::vmar& parent, const zx::vmo& file,
                                  const elf::LoadPlan& plan, std::string_view name,
                                  size_t& failed_segment) {
  LoadedImage image;
  failed_segment = 0;
  TRY(base::FromStatus(
      parent.allocate(Capabilities(plan), 0, plan.size_bytes(), &image.vmar, &image.base)));
  image.entry = image.base + (plan.entry() - plan.first_page());
  if (const auto mapped = MapAll(image, file, plan, name, failed_segment); !mapped) {
    image.vmar.destroy();
    return base::Error(mapped.error());
  }
  return image;
}

}  // namespace launch
