// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/diagnostics.h"

#include "lib/elf/header.h"

namespace elf {
namespace {

// A code's identifier, its sentence and what to do about it. In a sentence {f} and {F} stand for
// `found` (decimal, hexadecimal), {e} and {E} for `expected`, {o} for `offset`, {m} and {n} for the
// names of the machines `found` and `expected`.
struct Text {
  std::string_view name;
  std::string_view sentence;
  std::string_view remedy;
};

constexpr std::string_view kBuildStaticPie =
    "link it as a static position-independent executable (clang: -static-pie, or -pie)";
constexpr std::string_view kBuildAgain = "the file was damaged or cut on its way: copy or build it again";

constexpr Text TextOf(Code code) {
  switch (code) {
    case Code::kNone:
      return {"None", "no error", ""};
    case Code::kHeaderTruncated:
      return {"HeaderTruncated", "the file has {f} bytes, an ELF header alone has {e}", kBuildAgain};
    case Code::kBadMagic:
      return {"BadMagic", "not an ELF file: it starts with {F} instead of {E}",
              "name an ELF program here"};
    case Code::kWrongClass:
      return {"WrongClass", "not a 64-bit ELF file (class {f}, wanted {e})",
              "build it for a 64-bit target"};
    case Code::kWrongByteOrder:
      return {"WrongByteOrder", "not a little-endian ELF file (encoding {f}, wanted {e})",
              "build it for a little-endian target"};
    case Code::kBadVersion:
      return {"BadVersion", "ELF version {f} at file offset {o}, only {e} exists", kBuildAgain};
    case Code::kWrongMachine:
      return {"WrongMachine", "built for {m} (machine {f}), this system is {n} (machine {e})",
              "build it for this system's architecture"};
    case Code::kTypeRelocatable:
      return {"TypeRelocatable", "a relocatable object file (ET_REL), not a linked program",
              kBuildStaticPie};
    case Code::kTypeFixedAddress:
      return {"TypeFixedAddress", "linked for a fixed address (ET_EXEC), not position-independent",
              kBuildStaticPie};
    case Code::kTypeCore:
      return {"TypeCore", "a core dump (ET_CORE), not a program", "name the program, not its dump"};
    case Code::kTypeUnknown:
      return {"TypeUnknown", "neither program nor library (type {f})", kBuildStaticPie};
    case Code::kBadHeaderSize:
      return {"BadHeaderSize", "the header says it has {f} bytes, it must be {e}", kBuildAgain};
    case Code::kBadEntrySize:
      return {"BadEntrySize", "program headers of {f} bytes, they must have {e}", kBuildAgain};
    case Code::kCountInSectionHeader:
      return {"CountInSectionHeader", "65535 or more program headers, at most {e} are accepted",
              "link it with the default linker script"};
    case Code::kTooManyHeaders:
      return {"TooManyHeaders", "{f} program headers, at most {e} are accepted",
              "link it with the default linker script"};
    case Code::kHeadersMisplaced:
      return {"HeadersMisplaced",
              "program headers at file offset {f}, which is inside the file header or not a multiple of 8",
              kBuildAgain};
    case Code::kHeadersTruncated:
      return {"HeadersTruncated", "the program headers end at byte {f}, the file at {e}", kBuildAgain};
    default:
      return {"", "", ""};
  }
}

constexpr Text SegmentTextOf(Code code) {
  switch (code) {
    case Code::kBadAlignment:
      return {"BadAlignment",
              "alignment {F} at file offset {o} is not a power of two of at least {e}",
              "link it with -z max-page-size=4096 or more"};
    case Code::kNotCongruent:
      return {"NotCongruent",
              "address {F} and file offset {E} do not have the same place in a page (header field at {o})",
              "link it with -z max-page-size=4096 or more"};
    case Code::kUnknownFlags:
      return {"UnknownFlags", "unknown flags among {F} at file offset {o}", ""};
    case Code::kDuplicate:
      return {"Duplicate", "a second program header of type {F} at file offset {o}", ""};
    case Code::kSizesDiffer:
      return {"SizesDiffer", "size {f} in the file and {e} in memory must be the same (header field at {o})",
              kBuildAgain};
    case Code::kBeyondFile:
      return {"BeyondFile", "contents up to byte {f}, but the file ends at {e}", kBuildAgain};
    case Code::kSegmentEmpty:
      return {"SegmentEmpty", "an empty segment at {F}", ""};
    case Code::kSegmentOverflow:
      return {"SegmentOverflow", "a segment of {e} bytes at {F} goes beyond the end of all addresses",
              kBuildAgain};
    case Code::kFileLargerThanMemory:
      return {"FileLargerThanMemory", "a segment has {f} bytes in the file but only {e} in memory",
              kBuildAgain};
    case Code::kSegmentOrder:
      return {"SegmentOrder", "a segment at {F} follows one that ends at {E}: addresses must ascend",
              "keep the linker's order of segments"};
    case Code::kSegmentOverlap:
      return {"SegmentOverlap", "a segment at {F} shares a page with one that ends at {E}",
              "align segments to pages (-z separate-code)"};
    case Code::kWriteExecute:
      return {"WriteExecute", "the segment at {F} is writable and executable (flags {e})",
              "link it without -N and without merging text and data (-z separate-code)"};
    case Code::kTooManySegments:
      return {"TooManySegments", "{f} loaded segments or more, at most {e} are accepted",
              "link it with the default linker script"};
    case Code::kNothingToLoad:
      return {"NothingToLoad", "nothing to load among {f} program headers",
              "name a linked program, not debug information"};
    case Code::kTooLarge:
      return {"TooLarge", "takes {F} bytes of address space, at most {E} are accepted",
              "check the addresses of its linker script"};
    case Code::kEntryOutsideText:
      return {"EntryOutsideText", "the entry point {F} is not in an executable segment",
              "check the entry symbol (-e)"};
    default:
      return {"", "", ""};
  }
}

constexpr Text OtherTextOf(Code code) {
  switch (code) {
    case Code::kStackMissing:
      return {"StackMissing", "no PT_GNU_STACK header", "link it with -z noexecstack"};
    case Code::kStackExecutable:
      return {"StackExecutable", "asks for an executable stack (flags {f})",
              "link it with -z noexecstack"};
    case Code::kStackInaccessible:
      return {"StackInaccessible", "asks for a stack that is not readable and writable (flags {f})",
              "link it with -z noexecstack"};
    case Code::kStackDuplicate:
      return {"StackDuplicate", "two PT_GNU_STACK headers (sizes {e} and {f})", kBuildAgain};
    case Code::kInterpreterDuplicate:
      return {"InterpreterDuplicate", "two PT_INTERP headers (contents at {e} and {f})", kBuildAgain};
    case Code::kInterpreterEmpty:
      return {"InterpreterEmpty", "the name of the dynamic linker (PT_INTERP) is empty", kBuildStaticPie};
    case Code::kInterpreterUnterminated:
      return {"InterpreterUnterminated",
              "the name of the dynamic linker (PT_INTERP, {f} bytes) does not end with NUL", kBuildAgain};
    case Code::kInterpreterNotUtf8:
      return {"InterpreterNotUtf8", "the name of the dynamic linker (PT_INTERP, {f} bytes) is not UTF-8",
              kBuildAgain};
    case Code::kDynamicSize:
      return {"DynamicSize", "the dynamic section has {f} bytes, not a multiple of {e}", kBuildAgain};
    case Code::kMisaligned:
      return {"Misaligned", "address {F} is not a multiple of {e} (header field at {o})", kBuildAgain};
    case Code::kOutsideSegments:
      return {"OutsideSegments", "{e} bytes at {F} are not inside a fitting segment (header field at {o})",
              ""};
    case Code::kTooManyNotes:
      return {"TooManyNotes", "{f} notes or more, the first {e} are looked at", ""};
    case Code::kDynamicMissing:
      return {"DynamicMissing", "no dynamic section with {e} bytes at {F} in the loaded image", kBuildAgain};
    case Code::kRelocationEntrySize:
      return {"RelocationEntrySize", "relocation entries of {f} bytes, they must have {e}", kBuildAgain};
    case Code::kRelocationTableOutside:
      return {"RelocationTableOutside", "a relocation table of {e} bytes at {F} is outside the loaded image",
              kBuildAgain};
    case Code::kRelocationType:
      return {"RelocationType", "relocation type {f} at {o}: only relative relocations can be applied",
              "link it statically, without undefined symbols (-static-pie)"};
    case Code::kRelocationOutside:
      return {"RelocationOutside", "a relocation changes address {F}, which is outside the loaded image",
              kBuildAgain};
    case Code::kRelocationSize:
      return {"RelocationSize", "a relocation table of {f} bytes, not a multiple of {e}", kBuildAgain};
    default:
      return {"", "", ""};
  }
}

Text Find(Code code) {
  if (code < Code::kBadAlignment) return TextOf(code);
  if (code < Code::kStackMissing) return SegmentTextOf(code);
  return OtherTextOf(code);
}

void PutField(base::FormatSink& sink, char field, const Finding& finding) {
  switch (field) {
    case 'f':
      return base::FormatTo(sink, "{}", finding.found);
    case 'F':
      return base::FormatTo(sink, "{x}", finding.found);
    case 'e':
      return base::FormatTo(sink, "{}", finding.expected);
    case 'E':
      return base::FormatTo(sink, "{x}", finding.expected);
    case 'o':
      return base::FormatTo(sink, "{x}", finding.offset);
    case 'm':
      return sink.Put(MachineName(finding.found));
    case 'n':
      return sink.Put(MachineName(finding.expected));
    default:
      return;
  }
}

}  // namespace

std::string_view Name(Code code) { return Find(code).name; }

std::string_view Finding::Remedy() const { return Find(code).remedy; }

void Finding::Describe(base::FormatSink& sink) const {
  if (code == Code::kNone) return;
  std::string_view text = Find(code).sentence;
  while (!text.empty()) {
    const size_t open = text.find('{');
    sink.Put(text.substr(0, open));
    if (open == std::string_view::npos || text.size() < open + 3) return;
    PutField(sink, text[open + 1], *this);
    text.remove_prefix(open + 3);
  }
}

bool Diagnostics::Fail(Code code, uint64_t offset, uint64_t found, uint64_t expected) {
  if (!failed()) error_ = {.code = code, .offset = offset, .found = found, .expected = expected};
  return false;
}

void Diagnostics::Warn(Code code, uint64_t offset, uint64_t found, uint64_t expected) {
  if (warning_count_ < kWarnings) {
    warnings_[warning_count_] = {
        .code = code, .offset = offset, .found = found, .expected = expected};
  }
  ++warning_count_;
}

}  // namespace elf
