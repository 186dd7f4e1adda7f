// SPDX-License-Identifier: BSD-2-Clause
#include "tests/tools/golden/sample_elf.h"

#include <cstring>
#include <filesystem>
#include <fstream>

namespace golden {
namespace {

constexpr size_t kFileBytes = 0x3000;
constexpr uint64_t kDynamicOffset = 0x800;
constexpr uint64_t kStringsOffset = 0x900;
constexpr uint64_t kInterpreterOffset = 0xa00;

template <class T>
void Put(std::string& file, size_t offset, T value) {
  memcpy(file.data() + offset, &value, sizeof value);
}

void PutSegment(std::string& file, size_t at, const SampleSegment& segment) {
  Put(file, at, segment.type);
  Put(file, at + 4, segment.flags);
  Put(file, at + 8, segment.offset);
  Put(file, at + 16, segment.vaddr);
  Put(file, at + 24, segment.vaddr);
  Put(file, at + 32, segment.file_size);
  Put(file, at + 40, segment.memory_size);
  Put(file, at + 48, segment.align);
}

// A dynamic section with DT_STRTAB, DT_STRSZ and one DT_NEEDED.
void PutDynamic(std::string& file, const std::string& needed) {
  const uint64_t entries[] = {5, kStringsOffset, 10, needed.size() + 2, 1, 1, 0, 0};
  memcpy(file.data() + kDynamicOffset, entries, sizeof entries);
  memcpy(file.data() + kStringsOffset + 1, needed.c_str(), needed.size() + 1);
}

void Write(const std::string& path, const std::string& contents) {
  std::ofstream(path, std::ios::binary) << contents;
}

}  // namespace

std::string Render(const SampleElf& sample) {
  std::string file(kFileBytes, '\0');
  std::vector<SampleSegment> segments = sample.segments;
  if (!sample.needed.empty()) {
    segments.push_back({.type = 2,
                        .flags = 4,
                        .offset = kDynamicOffset,
                        .vaddr = kDynamicOffset,
                        .file_size = 64,
                        .memory_size = 64,
                        .align = 8});
    PutDynamic(file, sample.needed);
  }
  if (!sample.interpreter.empty()) {
    const uint64_t size = sample.interpreter.size() + 1;
    segments.push_back({.type = 3,
                        .flags = 4,
                        .offset = kInterpreterOffset,
                        .vaddr = kInterpreterOffset,
                        .file_size = size,
                        .memory_size = size,
                        .align = 1});
    memcpy(file.data() + kInterpreterOffset, sample.interpreter.c_str(), size);
  }
  const uint8_t ident[] = {0x7f, 'E', 'L', 'F', sample.file_class, 1, 1};
  memcpy(file.data(), ident, sizeof ident);
  Put(file, 16, sample.type);
  Put(file, 18, sample.machine);
  Put(file, 20, uint32_t{1});
  Put(file, 24, sample.entry);
  Put(file, 32, uint64_t{64});
  Put(file, 52, uint16_t{64});
  Put(file, 54, uint16_t{56});
  Put(file, 56, static_cast<uint16_t>(segments.size()));
  for (size_t i = 0; i < segments.size(); ++i) PutSegment(file, 64 + i * 56, segments[i]);
  return file;
}

void WriteSamples(const std::string& folder) {
  std::filesystem::create_directories(folder);
  const SampleSegment text = {};
  const SampleSegment data = {.flags = 6, .offset = 0x1000, .vaddr = 0x1000, .memory_size = 0x2000};
  const auto write = [&](const char* name, const SampleElf& sample) {
    Write(folder + "/" + name, Render(sample));
  };
  write("good", {.segments = {text, data}});
  write("x64", {.machine = 62});
  write("elf32", {.file_class = 1});
  write("et_exec", {.type = 2, .entry = 0x40'0200, .segments = {{.vaddr = 0x40'0000}}});
  write("object", {.type = 1});
  write("needs_libcxx", {.needed = "libc++.so.2"});
  write("needs_shared", {.needed = "libshared.so", .interpreter = "ld.so.1"});
  write("overlap", {.segments = {text, {.flags = 6, .offset = 0x800, .vaddr = 0x800}}});
  write("empty",
        {.segments = {{.type = 4, .flags = 4, .file_size = 0, .memory_size = 0, .align = 4}}});
  write("wx", {.segments = {text, {.flags = 7, .offset = 0x2000, .vaddr = 0x2000}}});
  write("exec_stack",
        {.segments = {
             text,
             {.type = 0x6474'e551, .flags = 7, .file_size = 0, .memory_size = 0, .align = 16}}});
  Write(folder + "/script", "#!/bin/sh\necho hello, this is a text file and no program at all\n");
  Write(folder + "/cut", Render({.segments = {text, data}}).substr(0, 0x1800));
}

}  // namespace golden
