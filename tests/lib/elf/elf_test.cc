// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "lib/elf/contents.h"
#include "tests/lib/elf/elf_builder.h"

namespace elf {
namespace {

std::string Sentence(const Finding& finding) {
  char buffer[256];
  base::BufferSink sink(buffer);
  finding.Describe(sink);
  EXPECT_FALSE(sink.cut());
  return std::string(sink.text());
}

// What the reader says about a file: the name of the error, or of nothing.
Finding Verdict(base::Bytes file, const Options& options = kRunnerOptions) {
  Diagnostics diagnostics;
  const auto result = ReadFile(file, Machine::kArm64, options, diagnostics);
  EXPECT_EQ(result.has_value(), !diagnostics.failed());
  return diagnostics.error();
}

Finding Verdict(const ElfBuilder& builder, const Options& options = kRunnerOptions) {
  return Verdict(builder.Build(), options);
}

Code VerdictOf(const std::function<void(ElfBuilder&)>& change,
               const Options& options = kRunnerOptions) {
  ElfBuilder builder = ElfBuilder::Program();
  change(builder);
  return Verdict(builder, options).code;
}

TEST(ElfFile, AGoodProgramIsAccepted) {
  const auto bytes = ElfBuilder::Program().Build();
  Diagnostics diagnostics;

  const auto file = ReadFile(bytes, Machine::kArm64, kUserbootOptions, diagnostics);

  ASSERT_TRUE(file) << Sentence(diagnostics.error());
  EXPECT_EQ(diagnostics.warning_count(), 0u);
  EXPECT_EQ(file->plan.entry(), 0x100u);
  EXPECT_EQ(file->plan.stack_size(), 0x1'0000u);
  EXPECT_EQ(file->plan.first_page(), 0u);
  EXPECT_EQ(file->plan.page_count(), 5u);
  ASSERT_EQ(file->plan.segments().size(), 2u);
}

TEST(ElfFile, ExecuteOnlyTextIsAccepted) {
  const auto bytes = ElfBuilder::Program().Build();
  Diagnostics diagnostics;
  const auto file = ReadFile(bytes, Machine::kArm64, kRunnerOptions, diagnostics);
  ASSERT_TRUE(file);
  const Segment& text = file->plan.segments()[0];
  EXPECT_TRUE(text.executable);
  EXPECT_FALSE(text.readable);
  EXPECT_EQ(text.kind(), SegmentKind::kConstant);
}

TEST(ElfSegment, DataWithBssIsSplitIntoPages) {
  Segment segment;
  segment.file_offset = 0x1234;
  segment.vaddr = 0x5234;
  segment.file_size = 0x1000;
  segment.memory_size = 0x3000;
  segment.writable = true;

  EXPECT_EQ(segment.kind(), SegmentKind::kDataZeroFill);
  EXPECT_EQ(segment.page_start(), 0x5000u);
  EXPECT_EQ(segment.page_end(), 0x9000u);
  EXPECT_EQ(segment.file_page_offset(), 0x1000u);
  EXPECT_EQ(segment.file_page_bytes(), 0x2000u);
  EXPECT_EQ(segment.zero_start(), 0x6234u);
  EXPECT_EQ(segment.zero_bytes_in_last_file_page(), 0xdccu);
  EXPECT_EQ(segment.zero_page_start(), 0x7000u);
  EXPECT_EQ(segment.zero_page_bytes(), 0x2000u);
}

TEST(ElfSegment, BssInsideTheLastFilePageNeedsNoZeroPages) {
  Segment segment;
  segment.vaddr = 0x2000;
  segment.file_size = 0x10;
  segment.memory_size = 0x1000;
  EXPECT_EQ(segment.zero_bytes_in_last_file_page(), 0xff0u);
  EXPECT_EQ(segment.zero_page_bytes(), 0u);
}

TEST(ElfSegment, PureBssHasOnlyZeroPages) {
  Segment segment;
  segment.vaddr = 0x2010;
  segment.memory_size = 0x1000;
  EXPECT_EQ(segment.kind(), SegmentKind::kZeroFill);
  EXPECT_EQ(segment.file_page_bytes(), 0u);
  EXPECT_EQ(segment.zero_page_start(), 0x2000u);
  EXPECT_EQ(segment.zero_page_bytes(), 0x2000u);
  EXPECT_EQ(segment.zero_bytes_in_last_file_page(), 0u);
}

TEST(ElfHeader, EveryTruncationIsNamed) {
  const auto whole = ElfBuilder::Program().Build();
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto code = Verdict(base::Bytes(whole).first(size)).code;
    if (size < sizeof(FileHeader)) {
      EXPECT_EQ(code, Code::kHeaderTruncated) << size;
    } else if (size < sizeof(FileHeader) + 3 * sizeof(ProgramHeader)) {
      EXPECT_EQ(code, Code::kHeadersTruncated) << size;
    } else if (size < 0x1800) {
      EXPECT_EQ(code, Code::kBeyondFile) << size;
    } else {
      EXPECT_EQ(code, Code::kNone) << size;
    }
  }
}

TEST(ElfHeader, HeadersAloneAreEnoughWhenTheFileSizeIsKnown) {
  const auto whole = ElfBuilder::Program().Build();
  const auto first = base::Bytes(whole).first(kHeaderSize);
  Diagnostics diagnostics;

  const auto header =
      ReadHeader(first, whole.size(), Machine::kArm64, kUserbootOptions, diagnostics);
  ASSERT_TRUE(header);
  const auto table = base::Slice(whole, header->table_offset, header->table_size());
  EXPECT_TRUE(LoadPlan::Build(*header, *table, whole.size(), kUserbootOptions, diagnostics));

  EXPECT_FALSE(LoadPlan::Build(*header, table->first(100), whole.size(), kUserbootOptions, diagnostics));
  EXPECT_EQ(diagnostics.error().code, Code::kHeadersTruncated);
}

struct HeaderCase {
  const char* name;
  Code code;
  uint64_t offset;
  std::function<void(FileHeader&)> change;
};

class ElfHeaderField : public testing::TestWithParam<HeaderCase> {};

TEST_P(ElfHeaderField, WrongValueIsNamedWithItsPlace) {
  ElfBuilder builder = ElfBuilder::Program();
  GetParam().change(builder.header);
  const Finding finding = Verdict(builder);
  EXPECT_EQ(finding.code, GetParam().code) << Name(finding.code);
  EXPECT_EQ(finding.offset, GetParam().offset);
  EXPECT_NE(Sentence(finding), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, ElfHeaderField,
    testing::Values(
        HeaderCase{"Magic", Code::kBadMagic, 0, [](FileHeader& h) { h.ident[0] = '#'; }},
        HeaderCase{"Class", Code::kWrongClass, 4, [](FileHeader& h) { h.ident[4] = 1; }},
        HeaderCase{"Order", Code::kWrongByteOrder, 5, [](FileHeader& h) { h.ident[5] = 2; }},
        HeaderCase{"IdentVersion", Code::kBadVersion, 6, [](FileHeader& h) { h.ident[6] = 0; }},
        HeaderCase{"Version", Code::kBadVersion, 20, [](FileHeader& h) { h.version = 2; }},
        HeaderCase{"Machine", Code::kWrongMachine, 18, [](FileHeader& h) { h.machine = 62; }},
        HeaderCase{"Object", Code::kTypeRelocatable, 16, [](FileHeader& h) { h.type = 1; }},
        HeaderCase{"Fixed", Code::kTypeFixedAddress, 16, [](FileHeader& h) { h.type = 2; }},
        HeaderCase{"Core", Code::kTypeCore, 16, [](FileHeader& h) { h.type = 4; }},
        HeaderCase{"None", Code::kTypeUnknown, 16, [](FileHeader& h) { h.type = 0; }},
        HeaderCase{"Other", Code::kTypeUnknown, 16, [](FileHeader& h) { h.type = 0xfe00; }},
        HeaderCase{"HeaderSize", Code::kBadHeaderSize, 52, [](FileHeader& h) { h.ehsize = 52; }},
        HeaderCase{"EntrySize", Code::kBadEntrySize, 54, [](FileHeader& h) { h.phentsize = 32; }},
        HeaderCase{"CountElsewhere", Code::kCountInSectionHeader, 56,
                   [](FileHeader& h) { h.phnum = 0xffff; }},
        HeaderCase{"TooMany", Code::kTooManyHeaders, 56, [](FileHeader& h) { h.phnum = 65; }},
        HeaderCase{"Inside", Code::kHeadersMisplaced, 32, [](FileHeader& h) { h.phoff = 56; }},
        HeaderCase{"Unaligned", Code::kHeadersMisplaced, 32, [](FileHeader& h) { h.phoff = 66; }},
        HeaderCase{"Beyond", Code::kHeadersTruncated, 32, [](FileHeader& h) { h.phoff = 0x2000; }},
        HeaderCase{"Overflow", Code::kHeadersTruncated, 32,
                   [](FileHeader& h) { h.phoff = UINT64_MAX - 7; }}),
    [](const auto& info) { return info.param.name; });

struct SegmentCase {
  const char* name;
  Code code;
  std::function<void(ElfBuilder&)> change;
};

class ElfSegmentRule : public testing::TestWithParam<SegmentCase> {};

TEST_P(ElfSegmentRule, BreakingItIsNamed) {
  ElfBuilder builder = ElfBuilder::Program();
  GetParam().change(builder);
  const Finding finding = Verdict(builder, kUserbootOptions);
  EXPECT_EQ(Name(finding.code), Name(GetParam().code));
  EXPECT_NE(Sentence(finding), "");
}

// A loaded page behind the program of ElfBuilder::Program().
ProgramHeader PageAt(uint64_t vaddr) {
  return {kPtLoad, kPfRead, 0, vaddr, vaddr, 0x1000, 0x1000, kPageSize};
}

INSTANTIATE_TEST_SUITE_P(
    All, ElfSegmentRule,
    testing::Values(
        SegmentCase{"Alignment", Code::kBadAlignment, [](auto& b) { b.headers[0].align = 0x1800; }},
        SegmentCase{"SmallAlignment", Code::kBadAlignment,
                    [](auto& b) { b.headers[0].align = 0x800; }},
        SegmentCase{"AlignmentOne", Code::kBadAlignment, [](auto& b) { b.headers[0].align = 1; }},
        SegmentCase{"Congruence", Code::kNotCongruent, [](auto& b) { b.headers[1].vaddr += 8; }},
        SegmentCase{"CongruenceWithoutAlign", Code::kNotCongruent,
                    [](auto& b) {
                      b.headers[1].vaddr += 8;
                      b.headers[1].align = 0;
                    }},
        SegmentCase{"LargeAlignment", Code::kNotCongruent,
                    [](auto& b) { b.headers[1].align = 0x1'0000; }},
        SegmentCase{"Overflow", Code::kSegmentOverflow,
                    [](auto& b) { b.headers[1].vaddr = 0xffff'ffff'ffff'e000; }},
        SegmentCase{"OverflowToZero", Code::kSegmentOverflow,
                    [](auto& b) {
                      b.headers[1].vaddr = 0xffff'ffff'ffff'e000;
                      b.headers[1].memsz = 0x2000;
                    }},
        SegmentCase{"OverflowByRounding", Code::kSegmentOverflow,
                    [](auto& b) {
                      b.headers[1].vaddr = 0xffff'ffff'ffff'e000;
                      b.headers[1].memsz = 0x1001;
                    }},
        SegmentCase{"FileLarger", Code::kFileLargerThanMemory,
                    [](auto& b) { b.headers[1].memsz = 0x7ff; }},
        SegmentCase{"BeyondFile", Code::kBeyondFile,
                    [](auto& b) { b.headers[1].offset = 0x10'1000; }},
        SegmentCase{"FileOverflow", Code::kBeyondFile,
                    [](auto& b) { b.headers[1].offset = 0xffff'ffff'ffff'f000; }},
        SegmentCase{"Descending", Code::kSegmentOrder,
                    [](auto& b) { std::swap(b.headers[0], b.headers[1]); }},
        SegmentCase{"Overlap", Code::kSegmentOverlap, [](auto& b) { b.Add(PageAt(0x4000)); }},
        SegmentCase{"SamePage", Code::kSegmentOverlap,
                    [](auto& b) {
                      b.headers[1].memsz = 0x800;
                      b.Add({kPtLoad, kPfRead, 0x1800, 0x2800, 0, 8, 8, kPageSize});
                    }},
        SegmentCase{"WriteExecute", Code::kWriteExecute, [](auto& b) { b.headers[1].flags = 7; }},
        SegmentCase{"FifthSegment", Code::kTooManySegments,
                    [](auto& b) {
                      for (uint64_t i = 0; i < 3; ++i) b.Add(PageAt(0x8000 + i * 0x1000));
                    }},
        SegmentCase{"SeventeenHeaders", Code::kTooManyHeaders,
                    [](auto& b) {
                      for (int i = 0; i < 14; ++i) b.Add({});
                    }},
        SegmentCase{"NothingToLoad", Code::kNothingToLoad,
                    [](auto& b) { b.headers.erase(b.headers.begin(), b.headers.begin() + 2); }},
        SegmentCase{"NoHeaders", Code::kNothingToLoad, [](auto& b) { b.headers.clear(); }},
        SegmentCase{"OnlyEmpty", Code::kNothingToLoad,
                    [](auto& b) {
                      for (int i = 0; i < 2; ++i) b.headers[static_cast<size_t>(i)].filesz = 0;
                      for (int i = 0; i < 2; ++i) b.headers[static_cast<size_t>(i)].memsz = 0;
                    }},
        SegmentCase{"TooLarge", Code::kTooLarge,
                    [](auto& b) { b.headers[1].memsz = uint64_t{1} << 40; }},
        SegmentCase{"StackMissing", Code::kStackMissing, [](auto& b) { b.headers.pop_back(); }},
        SegmentCase{"StackExecutable", Code::kStackExecutable,
                    [](auto& b) { b.headers[2].flags = 7; }},
        SegmentCase{"StackReadOnly", Code::kStackInaccessible,
                    [](auto& b) { b.headers[2].flags = kPfRead; }},
        SegmentCase{"StackTwice", Code::kStackDuplicate, [](auto& b) { b.Add(b.headers[2]); }},
        SegmentCase{"InterpreterTwice", Code::kInterpreterDuplicate,
                    [](auto& b) {
                      b.Put(0x400, std::string_view("ld.so\0", 6));
                      b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 6, 6, 1});
                      b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 6, 6, 1});
                    }},
        SegmentCase{"InterpreterEmpty", Code::kInterpreterEmpty,
                    [](auto& b) { b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 0, 0, 1}); }},
        SegmentCase{"InterpreterOnlyNul", Code::kInterpreterEmpty,
                    [](auto& b) { b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 1, 1, 1}); }},
        SegmentCase{"InterpreterSizes", Code::kSizesDiffer,
                    [](auto& b) { b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 6, 7, 1}); }},
        SegmentCase{"InterpreterUnterminated", Code::kInterpreterUnterminated,
                    [](auto& b) {
                      b.Put(0x400, "ld.so!");
                      b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 6, 6, 1});
                    }},
        SegmentCase{"InterpreterNotUtf8", Code::kInterpreterNotUtf8,
                    [](auto& b) {
                      b.Put(0x400, std::string_view("ld\xc0\xaf!\0", 6));
                      b.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 6, 6, 1});
                    }},
        SegmentCase{"InterpreterBeyond", Code::kBeyondFile,
                    [](auto& b) { b.Add({kPtInterp, kPfRead, 0x1ffc, 0x400, 0, 6, 6, 0}); }},
        SegmentCase{"DynamicSize", Code::kDynamicSize,
                    [](auto& b) { b.Add({kPtDynamic, kPfRead, 0x400, 0x400, 0, 24, 24, 8}); }},
        SegmentCase{"DynamicSizesDiffer", Code::kSizesDiffer,
                    [](auto& b) { b.Add({kPtDynamic, kPfRead, 0x400, 0x400, 0, 16, 32, 8}); }},
        SegmentCase{"DynamicMisaligned", Code::kMisaligned,
                    [](auto& b) { b.Add({kPtDynamic, kPfRead, 0x404, 0x404, 0, 16, 16, 4}); }},
        SegmentCase{"DynamicBeyond", Code::kBeyondFile,
                    [](auto& b) { b.Add({kPtDynamic, kPfRead, 0x1ff8, 0x400, 0, 16, 16, 8}); }},
        SegmentCase{"TlsSizes", Code::kFileLargerThanMemory,
                    [](auto& b) { b.Add({kPtTls, kPfRead, 0x400, 0x400, 0, 32, 16, 8}); }},
        SegmentCase{"TlsAlignment", Code::kBadAlignment,
                    [](auto& b) { b.Add({kPtTls, kPfRead, 0x400, 0x400, 0, 16, 16, 24}); }}),
    [](const auto& info) { return info.param.name; });

TEST(ElfOptions, TheRunnerNeedsNoStackHeader) {
  EXPECT_EQ(VerdictOf([](ElfBuilder& b) { b.headers.pop_back(); }), Code::kNone);
}

TEST(ElfOptions, InspectionTakesWhatCannotBeRun) {
  const auto spoil = [](ElfBuilder& b) {
    b.header.type = static_cast<uint16_t>(FileType::kExecutable);
    b.headers[1].flags = 7;
    b.headers[2].flags = 7;
  };
  EXPECT_EQ(VerdictOf(spoil, kInspectOptions), Code::kNone);
  EXPECT_EQ(VerdictOf(spoil, kRunnerOptions), Code::kTypeFixedAddress);
}

TEST(ElfOptions, NoMoreSegmentsThanThePlanHoldsWhateverIsAsked) {
  Options options = kRunnerOptions;
  options.max_segments = 1000;
  const auto seventeen = [](ElfBuilder& b) {
    for (uint64_t i = 0; i < 15; ++i) b.Add(PageAt(0x8000 + i * 0x1000));
  };
  EXPECT_EQ(VerdictOf(seventeen, options), Code::kTooManySegments);
}

struct WarningCase {
  const char* name;
  Code code;
  std::function<void(ElfBuilder&)> change;
};

class ElfWarning : public testing::TestWithParam<WarningCase> {};

TEST_P(ElfWarning, DoesNotKeepTheFileFromLoading) {
  ElfBuilder builder = ElfBuilder::Program();
  GetParam().change(builder);
  const auto bytes = builder.Build();
  Diagnostics diagnostics;

  EXPECT_TRUE(ReadFile(bytes, Machine::kArm64, kUserbootOptions, diagnostics));

  ASSERT_EQ(diagnostics.warning_count(), 1u);
  EXPECT_EQ(Name(diagnostics.warnings()[0].code), Name(GetParam().code));
  EXPECT_NE(Sentence(diagnostics.warnings()[0]), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, ElfWarning,
    testing::Values(
        WarningCase{"EmptySegment", Code::kSegmentEmpty,
                    [](auto& b) { b.Add({kPtLoad, kPfRead, 0, 0x9000, 0, 0, 0, kPageSize}); }},
        WarningCase{"UnknownFlags", Code::kUnknownFlags, [](auto& b) { b.headers[1].flags |= 8; }},
        WarningCase{"EntryInData", Code::kEntryOutsideText, [](auto& b) { b.header.entry = 0x2000; }},
        WarningCase{"EntryNowhere", Code::kEntryOutsideText,
                    [](auto& b) { b.header.entry = UINT64_MAX; }},
        WarningCase{"DynamicTwice", Code::kDuplicate,
                    [](auto& b) {
                      b.Add({kPtDynamic, kPfRead, 0x400, 0x400, 0, 16, 16, 8});
                      b.Add({kPtDynamic, kPfRead, 0x400, 0x400, 0, 16, 16, 8});
                    }},
        WarningCase{"RelroInText", Code::kOutsideSegments,
                    [](auto& b) { b.Add({kPtGnuRelro, kPfRead, 0x400, 0x400, 0, 16, 16, 1}); }},
        WarningCase{"NoteBeyond", Code::kBeyondFile,
                    [](auto& b) { b.Add({kPtNote, kPfRead, 0x1ffc, 0x1ffc, 0, 16, 16, 4}); }},
        WarningCase{"NoteSizes", Code::kSizesDiffer,
                    [](auto& b) { b.Add({kPtNote, kPfRead, 0x400, 0x400, 0, 16, 20, 4}); }},
        WarningCase{"FifthNote", Code::kTooManyNotes,
                    [](auto& b) {
                      for (int i = 0; i < 5; ++i) {
                        b.Add({kPtNote, kPfRead, 0x400, 0x400, 0, 16, 16, 4});
                      }
                    }}),
    [](const auto& info) { return info.param.name; });

TEST(ElfDiagnostics, SentencesNameBothSides) {
  ElfBuilder builder = ElfBuilder::Program(Machine::kX64);
  const Finding machine = Verdict(builder);
  EXPECT_EQ(Sentence(machine), "built for x86-64 (machine 62), this system is arm64 (machine 183)");
  EXPECT_EQ(machine.Remedy(), "build it for this system's architecture");

  ElfBuilder cut = ElfBuilder::Program();
  auto bytes = cut.Build();
  bytes.resize(0x1400);
  EXPECT_EQ(Sentence(Verdict(bytes)), "contents up to byte 6144, but the file ends at 5120");
}

TEST(ElfDiagnostics, EveryCodeHasANameAndASentence) {
  for (unsigned i = 0; i <= static_cast<unsigned>(Code::kRelocationSize); ++i) {
    const Finding finding{.code = static_cast<Code>(i), .offset = 1, .found = 2, .expected = 3};
    EXPECT_NE(Name(finding.code), "") << i;
    EXPECT_EQ(Sentence(finding).find('{'), std::string::npos) << i;
    EXPECT_EQ(Sentence(finding).empty(), finding.code == Code::kNone) << i;
  }
}

TEST(ElfDiagnostics, KeepsTheFirstErrorAndCountsAllWarnings) {
  Diagnostics diagnostics;
  EXPECT_FALSE(diagnostics.Fail(Code::kBadMagic, 0));
  EXPECT_FALSE(diagnostics.Fail(Code::kWrongClass, 4));
  for (int i = 0; i < 9; ++i) diagnostics.Warn(Code::kSegmentEmpty, 0);
  EXPECT_EQ(diagnostics.error().code, Code::kBadMagic);
  EXPECT_EQ(diagnostics.warning_count(), 9u);
  EXPECT_EQ(diagnostics.warnings().size(), Diagnostics::kWarnings);
}

TEST(ElfContents, FindsInterpreterAndRanges) {
  ElfBuilder builder = ElfBuilder::Program();
  builder.Put(0x400, std::string_view("ld.so.1\0", 8));
  builder.Add({kPtInterp, kPfRead, 0x400, 0x400, 0, 8, 8, 1});
  builder.Add({kPtTls, kPfRead, 0x1100, 0x2100, 0, 8, 32, 16});
  builder.Add({kPtGnuRelro, kPfRead, 0x1000, 0x2000, 0, 0x800, 0x1000, 1});
  const auto bytes = builder.Build();
  Diagnostics diagnostics;

  const auto file = ReadFile(bytes, Machine::kArm64, kRunnerOptions, diagnostics);

  ASSERT_TRUE(file);
  EXPECT_EQ(file->interpreter, "ld.so.1");
  EXPECT_EQ(file->plan.tls().memory_size, 32u);
  EXPECT_EQ(file->plan.tls().align, 16u);
  EXPECT_EQ(file->plan.relro().memory_size, 0x1000u);
  EXPECT_EQ(diagnostics.warning_count(), 0u);
}

TEST(ElfContents, FindsTheBuildIdBehindAnotherNote) {
  ElfBuilder builder = ElfBuilder::Program();
  builder.PutNumbers<uint32_t>(0x400, {4, 3, 1, 0x554e47, 0x1, 4, 5, 3, 0x554e47, 0x04030201, 0x5});
  builder.Add({kPtNote, kPfRead, 0x400, 0x400, 0, 44, 44, 4});
  const auto bytes = builder.Build();
  Diagnostics diagnostics;
  const auto file = ReadFile(bytes, Machine::kArm64, kRunnerOptions, diagnostics);
  ASSERT_TRUE(file);

  const base::Bytes id = FindBuildId(bytes, file->plan);

  ASSERT_EQ(id.size(), 5u);
  EXPECT_EQ(id[0], std::byte{1});
  EXPECT_EQ(id[4], std::byte{5});
}

TEST(ElfContents, NotesOfAlignmentEightArePaddedToEight) {
  ElfBuilder builder;
  builder.PutNumbers<uint32_t>(0x80, {4, 4, 5, 0x554e47, 0xaaaa, 0, 4, 4, 3, 0x554e47, 0xbbbb, 0});
  const auto bytes = builder.Build();
  const auto contents = base::Slice(bytes, 0x80, 48);

  const auto id = FindNote(*contents, 8, "GNU", 3);

  ASSERT_TRUE(id);
  EXPECT_EQ((*id)[0], std::byte{0xbb});
  EXPECT_FALSE(FindNote(*contents, 4, "GNU", 3));
}

TEST(ElfContents, NotesThatLieAboutTheirSizeEndTheSearch) {
  ElfBuilder builder;
  builder.PutNumbers<uint32_t>(0x80, {0xffff'fffc, 0xffff'ffff, 3, 0x554e47});
  const auto bytes = builder.Build();
  const auto contents = base::Slice(bytes, 0x80, 16);
  EXPECT_FALSE(FindNote(*contents, 4, "GNU", 3));
  EXPECT_FALSE(FindNote(*contents, 8, "GNU", 3));
  EXPECT_FALSE(FindNote({}, 4, "GNU", 3));
}

}  // namespace
}  // namespace elf
