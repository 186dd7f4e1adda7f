// SPDX-License-Identifier: BSD-2-Clause
// Writes the seeds of the binary readers' fuzz targets: write_seeds TESTS_FUZZ_DIRECTORY.
// The seeds are checked in; run this after changing it.
// Those of lib/fdt are made by dtc from the sources in tests/lib/fdt.
#include <stdio.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "lib/io/message.h"
#include "lib/ldsvc/message.h"
#include "lib/query/codec.h"
#include "tests/lib/acpi/fake_memory.h"
#include "tests/lib/elf/elf_builder.h"
#include "tests/lib/zbi/zbi_builder.h"

namespace {

using Bytes = std::vector<std::byte>;

std::string g_root;

void Write(const std::string& name, const Bytes& bytes) {
  std::ofstream file(g_root + "/" + name, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) fprintf(stderr, "%s: cannot be written\n", name.c_str());
}

// All in one page of the file: text with notes and tables, mapped again as data.
elf::ElfBuilder SmallProgram(elf::Machine machine) {
  using namespace elf;
  const uint64_t relative = machine == Machine::kArm64 ? 1027 : 8;
  ElfBuilder builder(machine);
  builder.header.entry = 0x200;
  builder.size = 0x600;
  builder.Add({kPtLoad, kPfRead | kPfExecute, 0, 0, 0, 0x600, 0x600, kPageSize});
  builder.Add({kPtLoad, kPfRead | kPfWrite, 0, 0x1000, 0x1000, 0x600, 0x2000, kPageSize});
  builder.Add({kPtGnuStack, kPfRead | kPfWrite, 0, 0, 0, 0, 0x8000, 16});
  builder.Add({kPtDynamic, kPfRead, 0x300, 0x300, 0x300, 0xd0, 0xd0, 8});
  builder.Add({kPtNote, kPfRead, 0x280, 0x280, 0x280, 20, 20, 4});
  builder.Add({kPtGnuRelro, kPfRead, 0, 0x1000, 0x1000, 0x600, 0x1000, 1});
  builder.PutNumbers<uint32_t>(0x280, {4, 4, 3, 0x554e47, 0x04030201});
  builder.PutNumbers<uint64_t>(
      0x300, {kDtStringTable, 0x400, kDtStringSize, 8, kDtSymbolTable, 0x410, kDtGnuHash, 0x450,
              kDtRela, 0x480, kDtRelaSize, 24, kDtRelaEntry, 24, kDtRelr, 0x4a0, kDtRelrSize, 16,
              kDtRel, 0x4b0, kDtRelSize, 16, kDtNull, 0});
  builder.Put(0x400, std::string_view("\0hafnon\0", 8));
  builder.PutNumbers<uint64_t>(0x428, {uint64_t{0x12} << 32 | uint64_t{1} << 48 | 1, 0x200, 4});
  builder.PutNumbers<uint64_t>(0x450, {1 | uint64_t{1} << 32, 0, 1 | uint64_t{0x11} << 32});
  builder.PutNumbers<uint64_t>(0x480, {0x1100, relative, 0x42});
  builder.PutNumbers<uint64_t>(0x4a0, {0x1108, 7, 0x1120, relative});
  return builder;
}

void WriteElf() {
  using namespace elf;
  Write("elf/corpus/program_arm64", SmallProgram(Machine::kArm64).Build());
  auto other = SmallProgram(Machine::kX64);
  Write("elf/corpus/program_x64", other.Build());
  other.Put(0x500, std::string_view("ld.so.1\0", 8));
  other.Add({kPtInterp, kPfRead, 0x500, 0x500, 0x500, 8, 8, 1});
  other.Add({kPtTls, kPfRead, 0x520, 0x520, 0x520, 16, 32, 8});
  Write("elf/corpus/interpreted_x64", other.Build());
  other.header.type = static_cast<uint16_t>(FileType::kExecutable);
  other.headers[1].flags = 7;
  Write("elf/corpus/fixed_write_execute_x64", other.Build());
  Write("elf/corpus/headers_only", ElfBuilder::Program().Build());
}

void WriteZbi() {
  zbi::ZbiBuilder builder;
  Write("zbi/corpus/empty", builder.Build());
  builder.Add(zbi::kCommandLine, "userboot.next=bin/runner", zbi::WithCrc::kYes);
  builder.Add(zbi::kDiscard, "", zbi::WithCrc::kNo);
  builder.Add(zbi::kBootfs, "0123456789", zbi::WithCrc::kNo);
  Write("zbi/corpus/three_items", builder.Build());
}

void WriteBootfs() {
  const std::string_view text(
      "\xf9\x3f\x6d\xa5\x28\0\0\0\0\0\0\0\0\0\0\0"
      "\6\0\0\0\x10\0\0\0\0\0\0\0bin/a\0\0\0"
      "\7\0\0\0\0\0\0\0\0\x10\0\0bin/bb\0\0", 16 + 20 + 20);
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  Write("bootfs/corpus/two_files", Bytes(bytes.begin(), bytes.end()));
  Bytes empty(bytes.begin(), bytes.begin() + 16);
  empty[4] = std::byte{0};
  Write("bootfs/corpus/empty", empty);
}

// Memory from address 0x100 on: root pointer, tables, root table.
void WriteAcpi() {
  acpi::FakeMemory memory(0x1400);
  std::vector<std::byte> processors(44 + 8 + 12);
  std::memcpy(processors.data(), "APIC", 4);
  processors[45] = std::byte{8};
  processors[48] = std::byte{1};
  processors[52] = std::byte{1};
  processors[53] = std::byte{12};
  const uint64_t first = memory.Put(processors);
  memory.PutRoot({first, memory.PutEmpty("FACP", 276), memory.PutEmpty("HPET", 56)}, true);
  auto bytes = memory.bytes();
  bytes.erase(bytes.begin(), bytes.begin() + acpi::FakeMemory::kRsdp);
  Write("acpi/corpus/three_tables", bytes);
  processors.resize(44 + 8);
  Write("acpi/corpus/processors", processors);
}

void WriteLoader() {
  const auto write = [](const std::string& name, const ldsvc::Request& request) {
    Bytes bytes(ldsvc::kMaxRequestBytes);
    bytes.resize(ldsvc::EncodeRequest(request, bytes).value());
    Write("ldsvc/corpus/" + name, bytes);
  };
  write("load_object", {1, ldsvc::Method::kLoadObject, "libb.so"});
  write("config", {2, ldsvc::Method::kConfig, "asan!"});
  write("clone", {3, ldsvc::Method::kClone});
  write("done", {4, ldsvc::Method::kDone});
  Bytes reply(ldsvc::kReplyBytes);
  ldsvc::EncodeReply({1, ldsvc::Method::kLoadObject, ZX_OK, true},
                     std::span<std::byte, ldsvc::kReplyBytes>(reply));
  Write("ldsvc/corpus/object", reply);
}

void WriteFiles() {
  Bytes bytes(io::kMaxMessageBytes);
  const auto write = [&](const std::string& name, size_t size) {
    Write("io/corpus/" + name, Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)));
  };
  const io::Request open{.method = io::Method::kOpen, .path = "data/b", .flags = io::kPermReadable};
  write("open", io::EncodeRequest(open, bytes).value());
  const io::Request read{.transaction = 1, .method = io::Method::kReadAt, .count = 8, .offset = 4};
  write("read_at", io::EncodeRequest(read, bytes).value());
  io::Answers answers(bytes);
  const io::Request attributes{.transaction = 2, .method = io::Method::kGetAttributes, .flags = 0x3f};
  write("attributes", answers.GetAttributes(attributes, {}));
  std::memcpy(answers.DataOf(read.method).data(), "contents", 8);
  write("contents", answers.Data(read, 8));
  const io::Request list{.transaction = 3, .method = io::Method::kReadDirents};
  size_t used = 0;
  io::PutDirent(answers.DataOf(list.method), used, {1, io::kEntryFile, "file"});
  write("entries", answers.Dirents(list, ZX_OK, used));
  write("epitaph", answers.Epitaph(ZX_ERR_NOT_FOUND));
}

void WriteQueries() {
  Bytes bytes(query::kMaxBytes);
  const auto write = [&](const std::string& name, size_t size) {
    Write("query/corpus/" + name, Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)));
  };
  const query::Request log{.kind = query::RequestKind::kLog, .severity = 0x40, .moniker = "/hello"};
  write("log", query::Encode(log, bytes).value());
  size_t size = 0;
  for (const query::Record& record :
       {query::Record(query::ComponentRow{1043, 4096, query::State::kRunning, 1, 0, "/hello"}),
        query::Record(query::Capability{query::Direction::kExposed, "example.Echo"}),
        query::Record(query::TaskRow{1, 0, query::TaskKind::kThread, 2, 0, "main", "running"}),
        query::Record(query::End{})}) {
    size += query::Encode(record, std::span(bytes).subspan(size)).value();
  }
  write("records", size);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: write_seeds TESTS_FUZZ_DIRECTORY\n");
    return 1;
  }
  g_root = arguments[1];
  WriteElf();
  WriteZbi();
  WriteBootfs();
  WriteAcpi();
  WriteLoader();
  WriteFiles();
  WriteQueries();
  return 0;
}
