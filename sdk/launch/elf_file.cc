// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/elf_file.h"

#include <string.h>
#include <zircon/syscalls.h>

#include <array>
#include <span>

#include "lib/elf/header.h"

namespace launch {
namespace {

// Room for the file header and the headers of every program the options let pass, when they
// follow it at once as linkers place them.
constexpr size_t kHeadBytes = 4096;
constexpr size_t kMaxDynamicEntries = 128;
constexpr std::string_view kVdsoName = "libzircon.so";

base::Result<uint64_t> FileSize(const zx::vmo& file) {
  uint64_t size = 0;
  TRY(base::FromStatus(file.get_stream_size(&size)));
  return size;
}

// The file offset of link-time address `vaddr` if the file provides `size` bytes there.
std::optional<uint64_t> FileOffset(const elf::LoadPlan& plan, uint64_t vaddr, uint64_t size) {
  const elf::Segment* segment = plan.FindSegment(vaddr, size);
  if (!segment) return std::nullopt;
  const uint64_t offset = vaddr - segment->vaddr;
  if (offset > segment->file_size || size > segment->file_size - offset) return std::nullopt;
  return segment->file_offset + offset;
}

// The dynamic entries that name libraries.
struct Dynamic {
  std::array<elf::DynamicEntry, kMaxDynamicEntries> entries;
  size_t count = 0;
  uint64_t strings = 0;
  uint64_t strings_size = 0;
};

constexpr uint64_t kDtNeeded = 1;

base::Result<Dynamic> ReadDynamic(const zx::vmo& file, const elf::LoadPlan& plan) {
  Dynamic dynamic;
  dynamic.count = plan.dynamic().file_size / sizeof(elf::DynamicEntry);
  if (dynamic.count > kMaxDynamicEntries) return base::Error(ZX_ERR_IO_INVALID);
  TRY(base::FromStatus(file.read(dynamic.entries.data(), plan.dynamic().file_offset,
                                 dynamic.count * sizeof(elf::DynamicEntry))));
  for (size_t index = 0; index < dynamic.count; ++index) {
    const elf::DynamicEntry& entry = dynamic.entries[index];
    if (entry.tag == elf::kDtNull) dynamic.count = index;
    if (entry.tag == elf::kDtStringTable) dynamic.strings = entry.value;
    if (entry.tag == elf::kDtStringSize) dynamic.strings_size = entry.value;
  }
  return dynamic;
}

}  // namespace

base::Result<ElfFile> ReadElfFile(const zx::vmo& file, elf::Machine machine,
                                  const elf::Options& options, elf::Diagnostics& diagnostics) {
  const uint64_t size = TRY(FileSize(file));
  std::array<std::byte, kHeadBytes> head;
  const size_t head_size = size < kHeadBytes ? static_cast<size_t>(size) : kHeadBytes;
  if (head_size > 0) TRY(base::FromStatus(file.read(head.data(), 0, head_size)));

  const base::Bytes first(head.data(), head_size);
  const auto header = elf::ReadHeader(first, size, machine, options, diagnostics);
  if (!header) return base::Error(ZX_ERR_IO_INVALID);

  auto table = base::Slice(first, header->table_offset, header->table_size());
  if (!table) {
    // Headers elsewhere in the file: legal, and never more than the options' limit of them.
    if (header->table_size() > kHeadBytes) return base::Error(ZX_ERR_IO_INVALID);
    TRY(base::FromStatus(file.read(head.data(), header->table_offset, header->table_size())));
    table = base::Bytes(head.data(), header->table_size());
  }
  const auto plan = elf::LoadPlan::Build(*header, *table, size, options, diagnostics);
  if (!plan) return base::Error(ZX_ERR_IO_INVALID);
  return ElfFile{*plan, size};
}

base::Result<bool> FindForeignLibrary(const zx::vmo& file, const elf::LoadPlan& plan,
                                      LibraryName& library) {
  if (plan.dynamic().empty()) return false;
  const Dynamic dynamic = TRY(ReadDynamic(file, plan));
  for (const elf::DynamicEntry& entry : std::span(dynamic.entries).first(dynamic.count)) {
    if (entry.tag != kDtNeeded) continue;
    if (entry.value >= dynamic.strings_size) return base::Error(ZX_ERR_IO_INVALID);
    const uint64_t rest = dynamic.strings_size - entry.value;
    const size_t size =
        rest < LibraryName::kMaxBytes ? static_cast<size_t>(rest) : LibraryName::kMaxBytes;
    const auto offset = FileOffset(plan, dynamic.strings + entry.value, size);
    if (!offset) return base::Error(ZX_ERR_IO_INVALID);
    memset(library.text, 0, sizeof(library.text));
    TRY(base::FromStatus(file.read(library.text, *offset, size)));
    if (library.view() != kVdsoName) return true;
  }
  return false;
}

}  // namespace launch
