// SPDX-License-Identifier: BSD-2-Clause
// The linked vDSO images keep the promises the kernel and every loader rely on.
#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/vdso/layout.h"

namespace {

struct Arch {
  const char* name;
  const char* library;
  const char* image;
  uint16_t machine;
};

// What gtest prints for a parameter.
void PrintTo(const Arch& arch, std::ostream* out) { *out << arch.name; }

class VdsoImage : public testing::TestWithParam<Arch> {
 protected:
  void SetUp() override {
    image_ = Read(GetParam().image);
    ASSERT_GT(image_.size(), vdso::kLayoutOffset + sizeof(vdso::Layout));
    layout_ = At<vdso::Layout>(vdso::kLayoutOffset);
    header_ = At<Elf64_Ehdr>(0);
  }

  static std::vector<char> Read(const char* path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
  }

  template <class T>
  T At(size_t offset) const {
    T value{};
    if (offset + sizeof(T) > image_.size()) {
      ADD_FAILURE() << "offset " << offset << " is outside the image";
      return value;
    }
    memcpy(&value, image_.data() + offset, sizeof(T));
    return value;
  }

  std::vector<Elf64_Phdr> Segments() const {
    std::vector<Elf64_Phdr> segments;
    for (size_t i = 0; i < header_.e_phnum; ++i) {
      segments.push_back(At<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr)));
    }
    return segments;
  }

  std::map<int64_t, uint64_t> Dynamic() const {
    std::map<int64_t, uint64_t> entries;
    for (const Elf64_Phdr& segment : Segments()) {
      if (segment.p_type != PT_DYNAMIC) continue;
      for (size_t i = 0; i < segment.p_filesz / sizeof(Elf64_Dyn); ++i) {
        const auto entry = At<Elf64_Dyn>(segment.p_offset + i * sizeof(Elf64_Dyn));
        entries[entry.d_tag] = entry.d_un.d_val;
      }
    }
    return entries;
  }

  std::map<std::string, Elf64_Sym> Symbols() const {
    std::map<std::string, Elf64_Sym> symbols;
    const uint64_t strings = Dynamic()[DT_STRTAB];
    for (uint32_t i = 1; i < layout_.dynsym_count; ++i) {
      const auto symbol = At<Elf64_Sym>(layout_.dynsym_offset + i * sizeof(Elf64_Sym));
      symbols[image_.data() + strings + symbol.st_name] = symbol;
    }
    return symbols;
  }

  std::vector<char> image_;
  vdso::Layout layout_;
  Elf64_Ehdr header_;
};

TEST_P(VdsoImage, DescribesItself) {
  EXPECT_EQ(layout_.magic, vdso::kLayoutMagic);
  EXPECT_EQ(layout_.version, vdso::kLayoutVersion);
  EXPECT_EQ(layout_.image_size, image_.size());
  EXPECT_EQ(layout_.code_offset + layout_.code_size, layout_.image_size);
  EXPECT_EQ(header_.e_machine, GetParam().machine);
  EXPECT_EQ(header_.e_type, ET_DYN);
}

TEST_P(VdsoImage, IsTwoSegmentsOfWholePagesBackToBack) {
  std::vector<Elf64_Phdr> loads;
  for (const Elf64_Phdr& segment : Segments()) {
    if (segment.p_type == PT_LOAD) loads.push_back(segment);
    EXPECT_EQ(segment.p_flags & PF_W, 0u) << "type " << segment.p_type;
    EXPECT_NE(segment.p_type, uint32_t{PT_TLS});
    EXPECT_NE(segment.p_type, uint32_t{PT_INTERP});
  }
  ASSERT_EQ(loads.size(), 2u);
  EXPECT_EQ(loads[0].p_flags, uint32_t{PF_R});
  EXPECT_EQ(loads[0].p_vaddr, 0u);
  EXPECT_EQ(loads[0].p_filesz, layout_.code_offset);
  EXPECT_EQ(loads[1].p_flags, uint32_t{PF_R | PF_X});
  EXPECT_EQ(loads[1].p_vaddr, layout_.code_offset);
  EXPECT_EQ(loads[1].p_filesz, layout_.code_size);
  for (const Elf64_Phdr& load : loads) {
    EXPECT_EQ(load.p_offset, load.p_vaddr);
    EXPECT_EQ(load.p_filesz, load.p_memsz);
    EXPECT_EQ(load.p_memsz % vdso::kMaxPageSize, 0u);
  }
}

TEST_P(VdsoImage, NeedsNothingAndRelocatesNothing) {
  const auto dynamic = Dynamic();
  for (int64_t tag : {DT_NEEDED, DT_REL, DT_RELA, DT_JMPREL, DT_RELR, DT_TEXTREL, DT_HASH, DT_INIT,
                      DT_FINI, DT_INIT_ARRAY}) {
    EXPECT_FALSE(dynamic.contains(tag)) << "dynamic entry " << tag;
  }
  EXPECT_TRUE(dynamic.contains(DT_GNU_HASH));
  ASSERT_TRUE(dynamic.contains(DT_SONAME));
  EXPECT_STREQ(image_.data() + dynamic.at(DT_STRTAB) + dynamic.at(DT_SONAME), "libzircon.so");
  EXPECT_EQ(dynamic.at(DT_SYMTAB), layout_.dynsym_offset);
}

TEST_P(VdsoImage, DataPagesAreEmptyWholePagesBeforeTheCode) {
  EXPECT_EQ(layout_.time_values_offset % vdso::kMaxPageSize, 0u);
  EXPECT_EQ(layout_.constants_offset, layout_.time_values_offset + vdso::kMaxPageSize);
  EXPECT_EQ(layout_.code_offset, layout_.constants_offset + vdso::kMaxPageSize);
  for (size_t at = layout_.time_values_offset; at < layout_.code_offset; ++at) {
    ASSERT_EQ(image_[at], 0) << at;
  }
}

TEST_P(VdsoImage, BuildIdNoteStandsWhereTheLayoutSays) {
  const auto note = At<Elf64_Nhdr>(layout_.build_id_note_offset);
  EXPECT_EQ(note.n_type, uint32_t{NT_GNU_BUILD_ID});
  EXPECT_EQ(note.n_descsz, 20u);
  EXPECT_EQ(layout_.build_id_note_size, sizeof(note) + 4 + 20);
}

// The instruction before each legal return address loads that call's number and enters.
TEST_P(VdsoImage, EachReturnAddressFollowsTheEntryOfItsNumber) {
  const char* const names[] = {
#define KERNEL_ENTRY(name, result, arguments) #name,
#include "sdk/abi/syscalls.def"
  };
  ASSERT_EQ(layout_.sysret_count, std::size(names));
  for (uint32_t number = 0; number < layout_.sysret_count; ++number) {
    const uint32_t sysret = At<uint32_t>(layout_.sysret_offset + number * 4);
    const size_t at = layout_.code_offset + sysret;
    if (GetParam().machine == EM_AARCH64) {
      EXPECT_EQ(At<uint32_t>(at - 8), 0x5280'0010u | number << 5) << names[number];  // mov w16, #n
      EXPECT_EQ(At<uint32_t>(at - 4), 0xd400'0001u) << names[number];                // svc #0
      EXPECT_EQ(At<uint32_t>(at + 0), 0xd503'379fu) << names[number];                // dsb nsh
      EXPECT_EQ(At<uint32_t>(at + 4), 0xd503'3fdfu) << names[number];                // isb
      EXPECT_EQ(At<uint32_t>(at + 8), 0xd420'0020u) << names[number];                // brk #1
    } else {
      EXPECT_EQ(At<uint8_t>(at - 7), 0xb8) << names[number];  // mov $n, %eax
      EXPECT_EQ(At<uint32_t>(at - 6), number) << names[number];
      EXPECT_EQ(At<uint16_t>(at - 2), 0x050f) << names[number];  // syscall
      EXPECT_EQ(At<uint8_t>(at), 0x90) << names[number];         // nop
    }
  }
}

TEST_P(VdsoImage, ExportsEachCallTwiceAtOneAddress) {
  const auto symbols = Symbols();
  size_t expected = 0;
  const auto check = [&](const std::string& name) {
    expected += 2;
    const auto strong = symbols.find("_zx_" + name);
    const auto weak = symbols.find("zx_" + name);
    ASSERT_NE(strong, symbols.end()) << name;
    ASSERT_NE(weak, symbols.end()) << name;
    EXPECT_EQ(ELF64_ST_BIND(strong->second.st_info), STB_GLOBAL) << name;
    EXPECT_EQ(ELF64_ST_BIND(weak->second.st_info), STB_WEAK) << name;
    EXPECT_EQ(ELF64_ST_TYPE(strong->second.st_info), STT_FUNC) << name;
    EXPECT_EQ(strong->second.st_value, weak->second.st_value) << name;
    EXPECT_GE(strong->second.st_value, layout_.code_offset) << name;
  };
#define SYSCALL(name, result, arguments) check(#name);
#define BLOCKING(name, result, arguments) check(#name);
#define NORETURN(name, result, arguments) check(#name);
#define VDSO(name, result, arguments) check(#name);
#define ABSENT(name) check(#name);
#include "sdk/abi/syscalls.def"
  EXPECT_EQ(symbols.size(), expected) << "something else is exported";
}

TEST_P(VdsoImage, BlockedFunctionsCoverWholeSymbols) {
  const auto symbols = Symbols();
  const std::map<std::string, uint32_t> categories = {
      {"next", vdso::kCategoryNext}, {"test1", vdso::kCategoryTest1}, {"test2", vdso::kCategoryTest2}};
  uint32_t index = 0;
  const auto check = [&](const std::string& category, const std::string& name) {
    const auto blocked =
        At<vdso::BlockedFunction>(layout_.blocked_offset + index++ * sizeof(vdso::BlockedFunction));
    ASSERT_TRUE(symbols.contains("_zx_" + name)) << name;
    const Elf64_Sym symbol = symbols.at("_zx_" + name);
    EXPECT_EQ(layout_.code_offset + blocked.code_offset, symbol.st_value) << name;
    EXPECT_EQ(blocked.size_bytes, symbol.st_size) << name;
    EXPECT_EQ(blocked.categories, categories.at(category)) << name;
  };
#define CATEGORY(category, name) check(#category, #name);
#include "sdk/abi/syscalls.def"
  EXPECT_EQ(layout_.blocked_count, index);
}

// What is linked against is what runs.
TEST_P(VdsoImage, LinkStubStartsWithTheImage) {
  const std::vector<char> library = Read(GetParam().library);
  ASSERT_GE(library.size(), image_.size());
  const auto differs = std::mismatch(image_.begin() + sizeof(Elf64_Ehdr), image_.end(),
                                     library.begin() + sizeof(Elf64_Ehdr));
  EXPECT_EQ(differs.first, image_.end());
}

INSTANTIATE_TEST_SUITE_P(All, VdsoImage,
                         testing::Values(Arch{"arm64", VDSO_arm64, VDSO_IMAGE_arm64, EM_AARCH64},
                                         Arch{"x64", VDSO_x64, VDSO_IMAGE_x64, EM_X86_64}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
