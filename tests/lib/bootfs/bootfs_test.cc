// SPDX-License-Identifier: BSD-2-Clause
#include "lib/bootfs/bootfs.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace bootfs {
namespace {

std::string Sentence(const Finding& finding) {
  char buffer[200];
  base::BufferSink sink(buffer);
  finding.Describe(sink);
  return std::string(sink.text());
}

struct FileSpec {
  std::string name;  // With its NUL.
  uint32_t offset;
  uint32_t size;
};

std::vector<std::byte> Image(const std::vector<FileSpec>& files) {
  std::vector<std::byte> image(sizeof(Header));
  const auto put = [&image](const void* from, size_t size) {
    const auto* bytes = static_cast<const std::byte*>(from);
    image.insert(image.end(), bytes, bytes + size);
  };
  for (const auto& file : files) {
    const Entry entry{static_cast<uint32_t>(file.name.size()), file.size, file.offset};
    put(&entry, sizeof(entry));
    put(file.name.data(), file.name.size());
    image.resize((image.size() + 3) / 4 * 4);
  }
  const Header header{kMagic, static_cast<uint32_t>(image.size() - sizeof(Header)), 0, 0};
  std::memcpy(image.data(), &header, sizeof(header));
  image.resize(0x4000);
  return image;
}

// Entries at 16, 36 and 56; the directory ends at 76.
std::vector<FileSpec> ThreeFiles() {
  return {{std::string("bin/a\0", 6), 0x1000, 10},
          {std::string("bin/bb\0", 7), 0x2000, 4096},
          {std::string("etc/c\0", 6), 0x3000, 0}};
}

std::optional<Directory> Open(const std::vector<std::byte>& image) {
  Finding error;
  auto directory = Directory::Open(image, error);
  EXPECT_TRUE(directory) << Sentence(error);
  return directory;
}

TEST(Bootfs, FindsFilesByExactName) {
  const auto image = Image(ThreeFiles());
  const auto directory = Open(image);
  ASSERT_TRUE(directory);

  EXPECT_EQ(directory->file_count(), 3u);
  const auto file = directory->Find("bin/bb");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->offset, 0x2000u);
  EXPECT_EQ(file->size, 4096u);
  EXPECT_EQ(Contents(image, *file)->size(), 4096u);
  EXPECT_TRUE(directory->Find("etc/c"));
  EXPECT_FALSE(directory->Find("bin/b"));
  EXPECT_FALSE(directory->Find("bin/bbb"));
  EXPECT_FALSE(directory->Find(""));
  EXPECT_FALSE(directory->Find("zzz"));
}

TEST(Bootfs, ListsADirectoryByPrefixInOrder) {
  const auto image = Image(ThreeFiles());
  const auto directory = Open(image);
  ASSERT_TRUE(directory);
  std::string names;
  directory->ForEach("bin/", [&names](const File& file) {
    names += file.name;
    names += ' ';
  });
  EXPECT_EQ(names, "bin/a bin/bb ");
}

TEST(Bootfs, AnEmptyDirectoryHasNoFiles) {
  const auto directory = Open(Image({}));
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->file_count(), 0u);
  EXPECT_FALSE(directory->Find("a"));
}

TEST(Bootfs, TheDirectoryAloneIsEnoughWhenTheSizeIsKnown) {
  const auto image = Image(ThreeFiles());
  Finding error;
  EXPECT_TRUE(Directory::Open(base::Bytes(image).first(76), image.size(), error));
  EXPECT_FALSE(Directory::Open(base::Bytes(image).first(75), image.size(), error));
  EXPECT_EQ(error.code, Code::kDirectoryCut);
}

TEST(Bootfs, EveryTruncationIsNamed) {
  const auto image = Image(ThreeFiles());
  for (size_t size = 0; size < 0x3000; ++size) {
    Finding error;
    EXPECT_FALSE(Directory::Open(base::Bytes(image).first(size), error)) << size;
    const Code expected = size < 16   ? Code::kTooShort
                          : size < 76 ? Code::kDirectoryCut
                                      : Code::kDataBeyondEnd;
    EXPECT_EQ(error.code, expected) << size;
  }
}

struct BadCase {
  const char* name;
  Code code;
  uint64_t offset;
  std::function<void(std::vector<FileSpec>&)> change;
};

class BootfsRule : public testing::TestWithParam<BadCase> {};

TEST_P(BootfsRule, BreakingItIsNamedWithItsPlace) {
  auto files = ThreeFiles();
  GetParam().change(files);
  const auto image = Image(files);
  Finding error;
  EXPECT_FALSE(Directory::Open(image, error));
  EXPECT_EQ(Name(error.code), Name(GetParam().code));
  EXPECT_EQ(error.offset, GetParam().offset);
  EXPECT_NE(Sentence(error), "");
}

using Files = std::vector<FileSpec>;
INSTANTIATE_TEST_SUITE_P(
    All, BootfsRule,
    testing::Values(
        BadCase{"Empty", Code::kBadNameSize, 16, [](Files& f) { f[0].name = ""; }},
        BadCase{"OnlyNul", Code::kBadNameSize, 16, [](Files& f) { f[0].name = std::string(1, '\0'); }},
        BadCase{"TooLong", Code::kBadNameSize, 16,
                [](Files& f) { f[0].name = std::string(256, 'a') + '\0'; }},
        BadCase{"Unterminated", Code::kNameUnterminated, 36, [](Files& f) { f[1].name = "bin/bb"; }},
        BadCase{"EmbeddedNul", Code::kNameHasNul, 36,
                [](Files& f) { f[1].name = std::string("bin\0b\0", 6); }},
        BadCase{"Absolute", Code::kNameAbsolute, 16,
                [](Files& f) { f[0].name = std::string("/in/a\0", 6); }},
        BadCase{"Order", Code::kOrder, 36, [](Files& f) { f[1].name = std::string("bin/\0", 5); }},
        BadCase{"Twice", Code::kOrder, 36, [](Files& f) { f[1].name = f[0].name; }},
        BadCase{"Unaligned", Code::kDataUnaligned, 36, [](Files& f) { f[1].offset = 0x2100; }},
        BadCase{"Beyond", Code::kDataBeyondEnd, 36, [](Files& f) { f[1].offset = 0x4000; }},
        BadCase{"LastPage", Code::kDataBeyondEnd, 56, [](Files& f) { f[2].size = 4097; }},
        BadCase{"Overflow", Code::kDataBeyondEnd, 36,
                [](Files& f) {
                  f[1].offset = 0xffff'f000;
                  f[1].size = 0xffff'ffff;
                }}),
    [](const auto& info) { return info.param.name; });

TEST(Bootfs, TheLastPageOfAFileIsInsideAsAWhole) {
  const auto image = Image({{std::string("a\0", 2), 0x3000, 10}});
  Finding error;
  EXPECT_TRUE(Directory::Open(image, 0x4000, error));
  EXPECT_FALSE(Directory::Open(image, 0x3fff, error));
  EXPECT_EQ(error.code, Code::kDataBeyondEnd);
}

TEST(Bootfs, HeaderErrorsAreNamed) {
  auto image = Image(ThreeFiles());
  Finding error;
  image[12] = std::byte{1};
  EXPECT_FALSE(Directory::Open(image, error));
  EXPECT_EQ(error.code, Code::kReservedNotZero);
  image[0] = std::byte{0};
  EXPECT_FALSE(Directory::Open(image, error));
  EXPECT_EQ(error.code, Code::kBadMagic);
}

TEST(Bootfs, AnEntryThatLeavesTheDirectoryIsNamed) {
  auto image = Image(ThreeFiles());
  uint32_t size = 20 + 8;
  std::memcpy(image.data() + 4, &size, 4);
  Finding error;
  EXPECT_FALSE(Directory::Open(image, error));
  EXPECT_EQ(error.code, Code::kEntryCut);
  size = 20 + 16;
  std::memcpy(image.data() + 4, &size, 4);
  EXPECT_FALSE(Directory::Open(image, error));
  EXPECT_EQ(error.code, Code::kEntryCut);
  EXPECT_EQ(error.offset, 36u);
}

TEST(Bootfs, LongestNameIsAccepted) {
  const auto image = Image({{std::string(255, 'a') + '\0', 0x1000, 1}});
  const auto directory = Open(image);
  ASSERT_TRUE(directory);
  EXPECT_TRUE(directory->Find(std::string(255, 'a')));
}

}  // namespace
}  // namespace bootfs
