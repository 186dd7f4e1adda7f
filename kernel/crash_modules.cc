// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/crash_modules.h"

#include <arch/layout.h>

#include <cstddef>
#include <new>
#include <optional>

#include "kernel/vm/vmo.h"
#include "lib/base/bytes.h"
#include "lib/base/ref_ptr.h"
#include "lib/elf/contents.h"
#include "lib/elf/header.h"

namespace kernel {
namespace {

// The start of a file: its headers and, where our linker puts it, the build ID. Too large for a stack.
struct FileStart : base::RefCounted {
  std::byte bytes[arch::kPageSize];
  elf::LoadPlan plan;
};

base::RefPtr<FileStart> ReadStart(Vmo& file) {
  auto start = base::RefPtr<FileStart>::Adopt(new (std::nothrow) FileStart);
  if (!start || !file.Read(start->bytes, 0)) return nullptr;
  return start;
}

bool ReadPlan(FileStart& start, uint64_t file_size) {
  // Of any machine: what runs here has been found fit by whoever loaded it.
  elf::FileHeader raw;
  __builtin_memcpy(&raw, start.bytes, sizeof(raw));
  elf::Diagnostics ignored;
  const auto header = elf::ReadHeader(start.bytes, file_size, static_cast<elf::Machine>(raw.machine),
                                      elf::kInspectOptions, ignored);
  if (!header) return false;
  const auto table = base::Slice(start.bytes, header->table_offset, header->table_size());
  if (!table) return false;
  const auto plan = elf::LoadPlan::Build(*header, *table, file_size, elf::kInspectOptions, ignored);
  if (!plan) return false;
  start.plan = *plan;
  return true;
}

// The executable segment whose pages hold the file's byte `offset`.
const elf::Segment* FindCode(const elf::LoadPlan& plan, uint64_t offset) {
  for (const elf::Segment& segment : plan.segments()) {
    if (segment.executable && offset - segment.file_page_offset() < segment.file_page_bytes()) {
      return &segment;
    }
  }
  return nullptr;
}

// A name may hold anything; what has a meaning in markup or moves the cursor does not get through.
void PutName(base::FormatSink& sink, const Vmo& file) {
  char name[ZX_MAX_NAME_LEN];
  file.GetName(name);
  for (const char c : name) {
    if (c == '\0') break;
    const bool plain = c > ' ' && c <= '~' && c != ':' && c != '{' && c != '}';
    sink.Put({plain ? &c : "_", 1});
  }
}

}  // namespace

void CrashModules::Print(uint64_t pc) {
  if (count_ == kMax) return;
  const auto mapped = space_.Lookup(VirtualAddress{pc});
  if (!mapped || IsKnown(mapped->vmo->koid())) return;
  const auto start = ReadStart(*mapped->vmo);
  if (!start || !ReadPlan(*start, mapped->vmo->size())) return;
  const elf::Segment* code = FindCode(start->plan, mapped->vmo_offset);
  if (code == nullptr) return;

  base::FormatTo(sink_, "{{{{{{module:{}:", count_);
  PutName(sink_, *mapped->vmo);
  sink_.Put(":elf:");
  for (const std::byte byte : elf::FindBuildId(start->bytes, start->plan)) {
    base::FormatTo(sink_, "{02x}", std::to_integer<uint8_t>(byte));
  }
  base::FormatTo(sink_, "}}}\n{{{{{{mmap:{x}:{x}:load:{}:{}:{x}}}}\n",
                 pc - (mapped->vmo_offset - code->file_page_offset()), code->page_bytes(), count_,
                 code->readable ? "rx" : "x", code->page_start());
  vmos_[count_++] = mapped->vmo->koid();
}

bool CrashModules::IsKnown(zx_koid_t vmo) const {
  for (size_t index = 0; index < count_; ++index) {
    if (vmos_[index] == vmo) return true;
  }
  return false;
}

}  // namespace kernel
