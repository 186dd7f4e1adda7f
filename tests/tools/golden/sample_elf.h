// SPDX-License-Identifier: BSD-2-Clause
// Small ELF files, right or wrong in one chosen way, for the tests of the host tool.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace golden {

struct SampleSegment {
  uint32_t type = 1;   // PT_LOAD
  uint32_t flags = 5;  // read, execute
  uint64_t offset = 0;
  uint64_t vaddr = 0;
  uint64_t file_size = 0x1000;
  uint64_t memory_size = 0x1000;
  uint64_t align = 0x1000;
};

struct SampleElf {
  uint8_t file_class = 2;
  uint16_t type = 3;  // ET_DYN
  uint16_t machine = 183;
  uint64_t entry = 0x200;
  std::vector<SampleSegment> segments = {{}};
  std::string needed = {};  // a library named in DT_NEEDED; in segment 0
  std::string interpreter = {};
};

// The bytes of the file, 0x3000 long.
std::string Render(const SampleElf& sample);

// Writes one file per way to be wrong to `folder`: good, script, x64, elf32, cut, et_exec, object,
// needs_libcxx, needs_shared (with an interpreter), overlap, empty, wx, exec_stack.
void WriteSamples(const std::string& folder);

}  // namespace golden
