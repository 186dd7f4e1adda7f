// SPDX-License-Identifier: BSD-2-Clause
// Makes small ELF files for tests: a right one by default, wrong ones by changing a field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "lib/elf/format.h"

namespace elf {

class ElfBuilder {
 public:
  explicit ElfBuilder(Machine machine = Machine::kArm64) {
    const uint8_t ident[16] = {0x7f, 'E', 'L', 'F', kClass64, kLittleEndian, kCurrentVersion};
    std::memcpy(header.ident, ident, sizeof(ident));
    header.type = static_cast<uint16_t>(FileType::kShared);
    header.machine = static_cast<uint16_t>(machine);
    header.version = kCurrentVersion;
    header.phoff = sizeof(FileHeader);
    header.ehsize = sizeof(FileHeader);
    header.phentsize = sizeof(ProgramHeader);
  }

  // Text at 0, data with BSS at 0x2000, a stack of 64 KiB.
  static ElfBuilder Program(Machine machine = Machine::kArm64) {
    ElfBuilder builder(machine);
    builder.Add({kPtLoad, kPfExecute, 0, 0, 0, 0x1000, 0x1000, kPageSize});
    builder.Add({kPtLoad, kPfRead | kPfWrite, 0x1000, 0x2000, 0x2000, 0x800, 0x3000, kPageSize});
    builder.Add({kPtGnuStack, kPfRead | kPfWrite, 0, 0, 0, 0, 0x1'0000, 16});
    builder.header.entry = 0x100;
    builder.size = 0x2000;
    return builder;
  }

  ElfBuilder& Add(const ProgramHeader& raw) {
    headers.push_back(raw);
    return *this;
  }
  ElfBuilder& Put(uint64_t at, std::string_view text) {
    parts.push_back({at, std::vector<std::byte>(reinterpret_cast<const std::byte*>(text.data()),
                                                reinterpret_cast<const std::byte*>(text.data()) +
                                                    text.size())});
    return *this;
  }
  template <class T>
  ElfBuilder& PutNumbers(uint64_t at, std::initializer_list<T> numbers) {
    std::vector<std::byte> bytes(numbers.size() * sizeof(T));
    std::memcpy(bytes.data(), numbers.begin(), bytes.size());
    parts.push_back({at, bytes});
    return *this;
  }

  std::vector<std::byte> Build() const {
    FileHeader raw = header;
    if (raw.phnum == 0) raw.phnum = static_cast<uint16_t>(headers.size());
    const size_t end = sizeof(raw) + headers.size() * sizeof(ProgramHeader);
    std::vector<std::byte> file(size > end ? size : end);
    std::memcpy(file.data(), &raw, sizeof(raw));
    if (!headers.empty()) {
      std::memcpy(file.data() + sizeof(raw), headers.data(), headers.size() * sizeof(ProgramHeader));
    }
    for (const auto& [at, bytes] : parts) {
      if (file.size() < at + bytes.size()) file.resize(at + bytes.size());
      std::memcpy(file.data() + at, bytes.data(), bytes.size());
    }
    return file;
  }

  FileHeader header{};
  std::vector<ProgramHeader> headers;
  std::vector<std::pair<uint64_t, std::vector<std::byte>>> parts;
  // The file has at least this many bytes.
  size_t size = 0;
};

}  // namespace elf
