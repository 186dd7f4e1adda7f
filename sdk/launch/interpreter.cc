// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/launch/interpreter.h"

#include <zircon/syscalls.h>

#include <array>

#include "lib/elf/contents.h"

namespace launch {

base::Result<LibraryName> ReadInterpreterName(const zx::vmo& file, const elf::LoadPlan& plan,
                                              elf::Diagnostics& diagnostics) {
  const elf::Range& range = plan.interpreter();
  LibraryName name;
  if (range.empty()) return name;
  std::array<std::byte, LibraryName::kMaxBytes + 1> bytes;
  const auto size = static_cast<size_t>(range.file_size);
  if (range.file_size > bytes.size()) return base::Error(ZX_ERR_INVALID_ARGS);
  TRY(base::FromStatus(file.read(bytes.data(), range.file_offset, size)));
  const auto text =
      elf::ReadInterpreter(base::Bytes(bytes.data(), size), range.file_offset, diagnostics);
  if (!text) return base::Error(ZX_ERR_INVALID_ARGS);
  text->copy(name.text, LibraryName::kMaxBytes);
  return name;
}

}  // namespace launch
