// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/contents.h"

#include "lib/base/utf8.h"

namespace elf {
namespace {

std::string_view AsText(base::Bytes bytes) {
  // Bytes may be looked at as characters; the bound is the span's.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::optional<std::string_view> ReadInterpreter(base::Bytes contents, uint64_t file_offset,
                                                Diagnostics& diagnostics) {
  const std::string_view text = AsText(contents);
  if (text.empty() || text[0] == '\0') {
    diagnostics.Fail(Code::kInterpreterEmpty, file_offset, text.size());
    return std::nullopt;
  }
  if (text.back() != '\0') {
    diagnostics.Fail(Code::kInterpreterUnterminated, file_offset, text.size());
    return std::nullopt;
  }
  const std::string_view name = text.substr(0, text.find('\0'));
  if (!base::IsUtf8(name)) {
    diagnostics.Fail(Code::kInterpreterNotUtf8, file_offset, text.size());
    return std::nullopt;
  }
  return name;
}

std::optional<base::Bytes> FindNote(base::Bytes contents, uint64_t align, std::string_view name,
                                    uint32_t type) {
  // Notes are padded to 4 bytes, in segments aligned to 8 to 8 bytes.
  const uint64_t padding = align == 8 ? 8 : 4;
  uint64_t at = 0;
  while (const auto header = base::Read<NoteHeader>(contents, at)) {
    // No overflow: the offset is below the size of an object in memory, the sizes have 32 bits.
    const uint64_t name_at = at + sizeof(NoteHeader);
    const uint64_t description_at = base::AlignUp(name_at + header->name_size, padding);
    const auto found_name = base::Slice(contents, name_at, header->name_size);
    const auto description = base::Slice(contents, description_at, header->description_size);
    if (!found_name || !description) return std::nullopt;
    if (header->type == type && found_name->size() == name.size() + 1 &&
        AsText(*found_name).substr(0, name.size()) == name &&
        found_name->back() == std::byte{0}) {
      return description;
    }
    at = base::AlignUp(description_at + header->description_size, padding);
  }
  return std::nullopt;
}

base::Bytes FindBuildId(base::Bytes file, const LoadPlan& plan) {
  for (const Range& note : plan.notes()) {
    const auto contents = base::Slice(file, note.file_offset, note.file_size);
    if (!contents) continue;
    if (const auto id = FindNote(*contents, note.align, "GNU", kNoteGnuBuildId)) return *id;
  }
  return {};
}

std::optional<File> ReadFile(base::Bytes file, Machine expected, const Options& options,
                             Diagnostics& diagnostics) {
  const auto header = ReadHeader(file, file.size(), expected, options, diagnostics);
  if (!header) return std::nullopt;
  const auto table = base::Slice(file, header->table_offset, header->table_size());
  const auto plan =
      LoadPlan::Build(*header, table.value_or(base::Bytes{}), file.size(), options, diagnostics);
  if (!plan) return std::nullopt;
  File result{.header = *header, .plan = *plan, .interpreter = {}};
  const Range& interpreter = plan->interpreter();
  if (!interpreter.empty()) {
    const auto contents = base::Slice(file, interpreter.file_offset, interpreter.file_size);
    const auto name =
        ReadInterpreter(contents.value_or(base::Bytes{}), interpreter.file_offset, diagnostics);
    if (!name) return std::nullopt;
    result.interpreter = *name;
  }
  return result;
}

}  // namespace elf
