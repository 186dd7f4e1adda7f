// SPDX-License-Identifier: BSD-2-Clause
#include "kernel/crash_modules.h"

#include <cstring>
#include <string>
#include <vector>

#include <arch/layout.h>

#include "kernel/vm/vmar.h"
#include "lib/elf/format.h"
#include "tests/kernel/sched/scheduled_machine.h"

namespace {

using kernel::CrashModules;
using kernel::Vmo;

class TextSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

constexpr uint64_t kCodeOffset = arch::kPageSize;
constexpr uint64_t kCodeAddress = 3 * arch::kPageSize;
constexpr uint64_t kNoteOffset = 256;

// A file with a page of headers and a page of code.
std::vector<std::byte> MakeImage() {
  std::vector<std::byte> file(2 * arch::kPageSize);
  const elf::FileHeader header{.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
                               .type = 3,
                               .machine = static_cast<uint16_t>(elf::Machine::kArm64),
                               .version = 1,
                               .entry = kCodeAddress,
                               .phoff = sizeof(elf::FileHeader),
                               .shoff = 0,
                               .flags = 0,
                               .ehsize = sizeof(elf::FileHeader),
                               .phentsize = sizeof(elf::ProgramHeader),
                               .phnum = 2,
                               .shentsize = 0,
                               .shnum = 0,
                               .shstrndx = 0};
  memcpy(file.data(), &header, sizeof(header));
  elf::ProgramHeader code = {};
  code.type = 1;
  code.flags = 5;
  code.offset = kCodeOffset;
  code.vaddr = kCodeAddress;
  code.filesz = code.memsz = arch::kPageSize;
  code.align = arch::kPageSize;
  elf::ProgramHeader note = {};
  note.type = 4;
  note.flags = 4;
  note.offset = note.vaddr = kNoteOffset;
  note.filesz = note.memsz = 20;
  note.align = 4;
  memcpy(&file[sizeof(header)], &code, sizeof(code));
  memcpy(&file[sizeof(header) + sizeof(code)], &note, sizeof(note));
  const uint32_t id[5] = {4, 4, 3, 0x00554e47, 0x0df0adde};
  memcpy(&file[kNoteOffset], id, sizeof(id));
  return file;
}

class CrashModulesTest : public test::ScheduledMachine {
 protected:
  // Maps the file's code and returns where.
  uint64_t MapCode(const std::vector<std::byte>& file, std::string_view name) {
    auto vmo = *Vmo::Create(file.size());
    EXPECT_TRUE(vmo->Write(file, 0));
    vmo->set_name(name);
    const auto mapped = process_.address_space().root().Map(
        {.vmo = vmo, .vmo_offset = kCodeOffset, .length = arch::kPageSize, .options = ZX_VM_PERM_READ});
    EXPECT_TRUE(mapped);
    return mapped->value;
  }
  std::string Describe(std::initializer_list<uint64_t> pcs) {
    TextSink sink;
    CrashModules modules(process_.address_space(), sink);
    for (const uint64_t pc : pcs) modules.Print(pc);
    return sink.text();
  }
  static std::string Hex(uint64_t value) {
    char text[32];
    return std::string(base::Format(text, "{x}", value));
  }

  kernel::Process& process_ = NewProcess();
};

TEST_F(CrashModulesTest, TheImageBehindAnAddressIsDescribedOnce) {
  const uint64_t code = MapCode(MakeImage(), "hello");

  EXPECT_EQ(Describe({code + 0x10, code + 0x20}), "{{{module:0:hello:elf:deadf00d}}}\n{{{mmap:" + Hex(code) +
                                                      ":0x1000:load:0:rx:0x3000}}}\n");
}

TEST_F(CrashModulesTest, SeveralImagesAreNumbered) {
  const uint64_t first = MapCode(MakeImage(), "first");
  const uint64_t second = MapCode(MakeImage(), "second");

  const std::string text = Describe({first, second});

  EXPECT_NE(text.find("{{{module:0:first:"), std::string::npos) << text;
  EXPECT_NE(text.find("{{{module:1:second:"), std::string::npos) << text;
  EXPECT_NE(text.find(":load:1:"), std::string::npos) << text;
}

TEST_F(CrashModulesTest, ANameCannotForgeMarkup) {
  const uint64_t code = MapCode(MakeImage(), "a:}}}\n{{{b");

  EXPECT_EQ(Describe({code}).substr(0, 30), "{{{module:0:a________b:elf:dea");
}

TEST_F(CrashModulesTest, WhatIsNoElfFileIsLeftOut) {
  EXPECT_EQ(Describe({0x1234, MapCode(std::vector<std::byte>(2 * arch::kPageSize), "zeros")}), "");
}

TEST_F(CrashModulesTest, ADamagedFileIsNoProblem) {
  for (size_t at = 0; at < 320; ++at) {
    std::vector<std::byte> file = MakeImage();
    file[at] ^= std::byte{0xff};
    const std::string text = Describe({MapCode(file, "damaged")});
    EXPECT_LE(text.size(), 200u) << at;
  }
}

}  // namespace
