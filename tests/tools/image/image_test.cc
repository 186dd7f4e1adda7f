// SPDX-License-Identifier: BSD-2-Clause
// What the packers make, read by the readers of the boot stage, userboot and the runner.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lib/bootfs/bootfs.h"
#include "lib/manifest/table.h"
#include "lib/zbi/reader.h"
#include "tests/tools/golden/sample_elf.h"
#include "tools/image/bootfs_packer.h"
#include "tools/image/make_image.h"
#include "tools/image/zbi_packer.h"

namespace image {
namespace {

namespace fs = std::filesystem;

Bytes Contents(std::string_view text) {
  const auto bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

// The payload of the first item of a type; every item before it is checked.
zbi::Item Item(base::Bytes image, uint32_t type) {
  zbi::Finding error;
  const auto item = zbi::FindItem(image, type, zbi::Checksum::kVerify, error);
  EXPECT_EQ(error.code, zbi::Code::kNone) << zbi::Name(error.code);
  EXPECT_TRUE(item);
  return item.value_or(zbi::Item());
}

// The contents of a file of a BOOTFS.
std::optional<base::Bytes> FileIn(base::Bytes image, std::string_view name) {
  bootfs::Finding error;
  const auto directory = bootfs::Directory::Open(image, error);
  EXPECT_TRUE(directory) << bootfs::Name(error.code);
  const auto file = directory ? directory->Find(name) : std::nullopt;
  if (!file) return std::nullopt;
  return base::Slice(image, file->offset, file->size);
}

TEST(Bootfs, HoldsItsFilesAtPages) {
  const auto image = PackBootfs(
      {{"bin/b", Contents("bb")}, {"a", Contents(std::string(5000, 'a'))}, {"empty", {}}});
  ASSERT_TRUE(image);

  EXPECT_EQ(image->size(), 4 * 4096u);
  EXPECT_EQ(FileIn(*image, "a")->size(), 5000u);
  EXPECT_EQ(FileIn(*image, "empty")->size(), 0u);
  const auto b = FileIn(*image, "bin/b");
  EXPECT_EQ(Bytes(b->begin(), b->end()), Contents("bb"));
  EXPECT_FALSE(FileIn(*image, "c"));
}

TEST(Bootfs, MayBeEmpty) {
  const auto image = PackBootfs({});
  ASSERT_TRUE(image);
  EXPECT_FALSE(FileIn(*image, "a"));
}

TEST(Bootfs, RefusesNamesThatAreTooLongOrEmpty) {
  EXPECT_TRUE(PackBootfs({{std::string(255, 'a'), {}}}));
  EXPECT_FALSE(PackBootfs({{std::string(256, 'a'), {}}}));
  EXPECT_FALSE(PackBootfs({{"", {}}}));
}

TEST(Zbi, IsAContainerOfCheckedItems) {
  ZbiPacker packer;
  packer.AddCommandLine("userboot.next=bin/runner");
  packer.AddBootfs(Contents(std::string(4096, 'x')));
  const Bytes image = std::move(packer).Finish();

  zbi::Reader reader(image, zbi::Checksum::kVerify);
  std::vector<uint32_t> types;
  while (const auto item = reader.Next()) types.push_back(item->type);
  EXPECT_FALSE(reader.failed()) << zbi::Name(reader.error().code);
  EXPECT_EQ(reader.size_bytes(), image.size());
  EXPECT_EQ(types, (std::vector{zbi::kCommandLine, zbi::kDiscard, zbi::kBootfs}));
  EXPECT_EQ(Item(image, zbi::kCommandLine).payload.size(), 24u);
}

TEST(Zbi, PutsTheBootfsAtAPage) {
  for (const size_t size : {0u, 1u, 63u, 4000u, 4096u - 3 * 32}) {
    ZbiPacker packer;
    packer.AddCommandLine(std::string(size, 'c'));
    packer.AddBootfs(Contents("payload"));
    const Bytes image = std::move(packer).Finish();

    EXPECT_EQ(Item(image, zbi::kBootfs).payload_offset % 4096, 0u) << size;
  }
}

class MakeImageTest : public testing::Test {
 protected:
  void SetUp() override {
    work_ = fs::temp_directory_path() / ("hafnon-image-" + std::to_string(getpid()));
    golden::WriteSamples((work_ / "bin").string());
    Write("hello.cml", "{ program: { binary: 'bin/good', args: [ 'x' ] } }");
    Write("demo.cml", System("{}"));
  }
  void TearDown() override { fs::remove_all(work_); }

  static std::string System(const std::string& hafnon) {
    return "{ children: [ { name: 'hello', url: 'fuchsia-boot:///#meta/hello.cm', startup: "
           "'eager' } ],\n  hafnon: " +
           hafnon + " }";
  }
  void Write(const char* name, const std::string& text) { std::ofstream(work_ / name) << text; }
  void WriteElf(const std::string& path, const golden::SampleElf& sample) {
    fs::create_directories((work_ / path).parent_path());
    std::ofstream(work_ / path, std::ios::binary) << golden::Render(sample);
  }
  // A program that needs libshared.so, which needs libbase.so.
  void WriteDynamicProgram(const std::string& folder) {
    Write("hello.cml", "{ program: { binary: '" + folder + "bin/needs_shared' } }");
    WriteElf(folder + "bin/needs_shared", {.needed = "libshared.so", .interpreter = "ld.so.1"});
    WriteElf("lib/libshared.so", {.needed = "libbase.so"});
    WriteElf("lib/libbase.so", {.needed = "libzircon.so"});
    WriteElf("lib/ld.so.1", {});
  }
  std::vector<std::string> NamesIn(const Image& image) {
    std::vector<std::string> names;
    bootfs::Finding finding;
    const auto bytes = Item(image.zbi, zbi::kBootfs).payload;
    const auto directory = bootfs::Directory::Open(bytes, finding);
    if (directory) directory->ForEach("", [&](const auto& file) { names.emplace_back(file.name); });
    return names;
  }
  std::optional<Image> Make() {
    ImageRequest request;
    request.system_path = (work_ / "demo.cml").string();
    request.search.binary_folders = {work_.string()};
    request.files = files_;
    request.files["bin/runner"] = (work_ / "bin/good").string();
    request.left_out = left_out_;
    return MakeImage(request, sources_, report_);
  }

  fs::path work_;
  std::map<std::string, std::string> files_;
  std::vector<std::string> left_out_;
  cml::Sources sources_;
  report::Report report_;
};

TEST_F(MakeImageTest, HoldsProgramsAndTheTable) {
  const auto image = Make();
  ASSERT_TRUE(image) << report_.text();

  const auto bootfs = Item(image->zbi, zbi::kBootfs).payload;
  EXPECT_EQ(FileIn(bootfs, "bin/good")->size(), 0x3000u);
  EXPECT_TRUE(FileIn(bootfs, "bin/runner"));
  const auto bytes = FileIn(bootfs, std::string(manifest::kBootfsPath));
  ASSERT_TRUE(bytes);
  manifest::FirstProblem problem;
  const auto table = manifest::Table::Open(*bytes, problem);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->Find("/hello")->args()[0], "x");
}

TEST_F(MakeImageTest, IsTheSameForTheSameInput) {
  const auto first = Make();
  const auto second = Make();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->zbi, second->zbi);
}

TEST_F(MakeImageTest, KeepsTheBudget) {
  Write("demo.cml", System("{ budgets: { image: '32K' } }"));

  EXPECT_FALSE(Make());

  const std::string path = (work_ / "demo.cml").string();
  EXPECT_EQ(report_.text(), "error[E0501]: image is 36 KiB, budget 32 KiB\n --> " + path +
                                ":2:31\n"
                                "  2 |   hafnon: { budgets: { image: '32K' } } }\n"
                                "    |                               ^^^^^\n"
                                "  = largest: bin/runner 12, bin/good 12, meta/system.table 1 KiB\n"
                                "  = help: make the files smaller or raise the budget\n");
}

TEST_F(MakeImageTest, NamesAFileThatIsMissing) {
  fs::remove(work_ / "bin/good");
  fs::create_directories(work_ / "bin/good");

  EXPECT_FALSE(Make());
  EXPECT_TRUE(report_.text().starts_with("error[E0203]: cannot read ")) << report_.text();
}

TEST_F(MakeImageTest, LeavesAFileOut) {
  const auto whole = Make();
  left_out_ = {"bin/good"};
  const auto image = Make();
  ASSERT_TRUE(image) << report_.text();
  EXPECT_LT(image->zbi.size(), whole->zbi.size());
}

TEST_F(MakeImageTest, NamesItsFilesWhenThereIsNothingToLeaveOut) {
  left_out_ = {"bin/nobody"};
  EXPECT_FALSE(Make());
  EXPECT_EQ(report_.text(),
            "error[E0203]: the image has no file bin/nobody to leave out\n"
            "  = has:  bin/good\n"
            "  = has:  bin/runner\n"
            "  = has:  meta/system.table\n"
            "  = help: leave out one of these\n");
}

using Names = std::vector<std::string>;

TEST_F(MakeImageTest, BringsTheLibrariesOfAProgramAndItsLinker) {
  WriteDynamicProgram("");
  const auto image = Make();
  ASSERT_TRUE(image) << report_.text();
  EXPECT_EQ(NamesIn(*image), (Names{"bin/needs_shared", "bin/runner", "lib/ld.so.1",
                                    "lib/libbase.so", "lib/libshared.so", "meta/system.table"}));
}

TEST_F(MakeImageTest, PutsLibrariesIntoTheirProgramsPackage) {
  WriteDynamicProgram("shop/");
  const auto image = Make();
  ASSERT_TRUE(image) << report_.text();
  EXPECT_EQ(NamesIn(*image),
            (Names{"bin/runner", "meta/system.table", "shop/bin/needs_shared", "shop/lib/ld.so.1",
                   "shop/lib/libbase.so", "shop/lib/libshared.so"}));
}

TEST_F(MakeImageTest, TakesALibraryThatIsInTheImageAnyway) {
  WriteDynamicProgram("");
  fs::rename(work_ / "lib/libbase.so", work_ / "elsewhere");
  files_ = {{"lib/libbase.so", (work_ / "elsewhere").string()}};
  const auto image = Make();
  ASSERT_TRUE(image) << report_.text();
  EXPECT_EQ(NamesIn(*image).size(), 6u);
}

TEST_F(MakeImageTest, NamesWhoNeedsALibraryThatIsMissing) {
  WriteDynamicProgram("");
  fs::remove(work_ / "lib/libbase.so");
  EXPECT_FALSE(Make());
  EXPECT_TRUE(report_.text().starts_with(
      "error[E0307]: lib/libshared.so needs libbase.so, which is not in the image\n"))
      << report_.text();
}

TEST_F(MakeImageTest, ChecksLibrariesLikePrograms) {
  WriteDynamicProgram("");
  WriteElf("lib/libbase.so", {.machine = 62});
  EXPECT_FALSE(Make());
  EXPECT_TRUE(report_.text().starts_with("error[E0302]: lib/libbase.so is built for x86-64"))
      << report_.text();
}

TEST_F(MakeImageTest, NeedsARunner) {
  ImageRequest request;
  request.system_path = (work_ / "demo.cml").string();
  request.search.binary_folders = {work_.string()};

  EXPECT_FALSE(MakeImage(request, sources_, report_));
  EXPECT_EQ(report_.text(),
            "error[E0201]: program binary not found: bin/runner, which starts the components\n"
            "  = tried: " +
                work_.string() +
                "/bin/runner\n"
                "  = help:  ./hafnon build programs-arm64\n");
}

TEST(Thousands, AreSeparated) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1126), "1,126");
  EXPECT_EQ(WithThousands(12345678), "12,345,678");
}

}  // namespace
}  // namespace image
