// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/binary_check.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/format.h"
#include "lib/elf/catalogue.h"
#include "lib/elf/contents.h"
#include "lib/ldsvc/package.h"
#include "tools/cml/sources.h"

namespace cml {
namespace {

using report::Code;

constexpr size_t kMaxBinaryBytes = 256u << 20;
constexpr std::string_view kVdsoName = "libzircon.so";
constexpr uint64_t kDtNull = 0;
constexpr uint64_t kDtNeeded = 1;
constexpr uint64_t kDtStringTable = 5;

// What a good file needs to run.
struct Needs {
  std::vector<std::string> libraries;
  std::string interpreter;
};

// One binary, program or library, and everything that is said about it.
class BinaryCheck {
 public:
  BinaryCheck(const Text& binary, tools::Architecture architecture, const Context& context)
      : binary_(binary), architecture_(architecture), context_(context) {}

  // Reads and checks the file; what it needs besides the vDSO, or nothing when it is not good.
  Needs Run(const std::string& host_path) const;
  void ReportMissing(const std::string& library, const std::vector<std::string>& tried) const;
  void ReportNoInterpreter(const std::string& library) const;

 private:
  Needs Check(base::Bytes file) const;
  void Fail(Code code, const std::string& message, std::vector<std::string> lines) const;
  void Explain(base::Bytes file, const elf::Finding& finding) const;
  void ExplainMachine(const elf::Finding& finding) const;
  void ExplainFixedAddress(base::Bytes file) const;
  void ExplainWriteExecute(base::Bytes file, const elf::Finding& finding) const;

  const Text binary_;
  tools::Architecture architecture_;
  const Context& context_;
};

std::string Hex(uint64_t number) {
  char text[24];
  snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
  return text;
}

std::string SizeText(uint64_t bytes) {
  return bytes % 1024 == 0 && bytes != 0 ? std::to_string(bytes / 1024) + " KiB"
                                         : std::to_string(bytes) + " bytes";
}

Code CodeOf(elf::Code code) { return report::Explain(elf::CatalogueName(code))->code; }

bool StartsLikeElf(base::Bytes file) {
  const auto magic = base::Read<uint32_t>(file, 0);
  return magic && *magic == 0x464c'457f;
}

std::string Sentence(const elf::Finding& finding) {
  char buffer[256];
  base::BufferSink sink(buffer);
  finding.Describe(sink);
  return std::string(sink.text());
}

// The bytes of the file that are loaded at `vaddr`, up to the end of their segment.
base::Bytes LoadedAt(base::Bytes file, const elf::LoadPlan& plan, uint64_t vaddr) {
  const elf::Segment* segment = plan.FindSegment(vaddr, 1);
  if (!segment || vaddr - segment->vaddr >= segment->file_size) return {};
  const uint64_t skip = vaddr - segment->vaddr;
  return base::Slice(file, segment->file_offset + skip, segment->file_size - skip)
      .value_or(base::Bytes());
}

std::string TextAt(base::Bytes strings, uint64_t offset) {
  if (offset >= strings.size()) return {};
  const auto rest = strings.subspan(static_cast<size_t>(offset));
  const auto end = std::ranges::find(rest, std::byte{0});
  return {reinterpret_cast<const char*>(rest.data()), static_cast<size_t>(end - rest.begin())};
}

// The libraries in DT_NEEDED.
std::vector<std::string> NeededBy(base::Bytes file, const elf::LoadPlan& plan) {
  std::vector<uint64_t> offsets;
  uint64_t strings_vaddr = 0;
  const elf::Range& dynamic = plan.dynamic();
  for (uint64_t at = 0; at < dynamic.file_size; at += sizeof(elf::DynamicEntry)) {
    const auto entry = base::Read<elf::DynamicEntry>(file, dynamic.file_offset + at);
    if (!entry || entry->tag == kDtNull) break;
    if (entry->tag == kDtNeeded) offsets.push_back(entry->value);
    if (entry->tag == kDtStringTable) strings_vaddr = entry->value;
  }
  const base::Bytes strings = LoadedAt(file, plan, strings_vaddr);
  std::vector<std::string> names;
  for (const uint64_t offset : offsets) names.push_back(TextAt(strings, offset));
  return names;
}

void BinaryCheck::Fail(Code code, const std::string& message,
                       std::vector<std::string> lines) const {
  report::Error error{.code = code, .message = message, .place = context_.PlaceOf(binary_.span)};
  error.place->show_line = false;
  error.lines = std::move(lines);
  context_.report.Add(error);
}

Needs BinaryCheck::Run(const std::string& host_path) const {
  const std::optional<std::string> contents = ReadFile(host_path, kMaxBinaryBytes);
  if (contents) return Check(std::as_bytes(std::span(*contents)));
  context_.report.Add({.code = Code::kFileNotReadable,
                       .message = "cannot read " + host_path + ", the file of " + binary_.value,
                       .place = context_.PlaceOf(binary_.span),
                       .lines = {"help: a program is a regular file of at most 256 MiB"}});
  return {};
}

Needs BinaryCheck::Check(base::Bytes file) const {
  elf::Diagnostics diagnostics;
  const auto machine = static_cast<elf::Machine>(MachineOf(architecture_));
  const auto elf = elf::ReadFile(file, machine, elf::kRunnerOptions, diagnostics);
  if (!elf) {
    Explain(file, diagnostics.error());
    return {};
  }
  Needs needs{.libraries = NeededBy(file, elf->plan), .interpreter = std::string(elf->interpreter)};
  std::erase(needs.libraries, kVdsoName);
  return needs;
}

void BinaryCheck::Explain(base::Bytes file, const elf::Finding& finding) const {
  switch (finding.code) {
    case elf::Code::kWrongMachine:
      return ExplainMachine(finding);
    case elf::Code::kTypeFixedAddress:
      return ExplainFixedAddress(file);
    case elf::Code::kWriteExecute:
      return ExplainWriteExecute(file, finding);
    default:
      break;
  }
  Code code = CodeOf(finding.code);
  if (finding.code == elf::Code::kHeaderTruncated && !StartsLikeElf(file)) code = Code::kNotElf;
  std::vector<std::string> lines;
  if (!finding.Remedy().empty()) lines.push_back("help: " + std::string(finding.Remedy()));
  Fail(code, binary_.value + ": " + Sentence(finding), std::move(lines));
}

void BinaryCheck::ExplainMachine(const elf::Finding& finding) const {
  Fail(Code::kForeignMachine,
       binary_.value + " is built for " + std::string(elf::MachineName(finding.found)) +
           ", the system is " + std::string(elf::MachineName(finding.expected)),
       {report::FactAndHelp("e_machine " + std::to_string(finding.found) + ", expected " +
                                std::to_string(finding.expected),
                            "build it for " + std::string(NameOf(architecture_)) +
                                ", or choose the system with --arch")});
}

void BinaryCheck::ExplainFixedAddress(base::Bytes file) const {
  elf::Diagnostics diagnostics;
  const auto machine = static_cast<elf::Machine>(MachineOf(architecture_));
  const auto elf = elf::ReadFile(file, machine, elf::kInspectOptions, diagnostics);
  const std::string address = elf ? " at " + Hex(elf->plan.first_page()) : "";
  Fail(Code::kNotPositionIndependent,
       binary_.value + " is not position independent (ET_EXEC" + address + ")",
       {"help: remove -no-pie / add -fPIE -pie; the SDK toolchain file does this"});
}

void BinaryCheck::ExplainWriteExecute(base::Bytes file, const elf::Finding& finding) const {
  const auto header = base::Read<elf::FileHeader>(file, 0);
  const uint64_t index = (finding.offset - header->phoff) / sizeof(elf::ProgramHeader);
  const auto program_header =
      base::Read<elf::ProgramHeader>(file, header->phoff + index * sizeof(elf::ProgramHeader));
  std::string where;
  if (program_header) {
    where =
        " (offset " + Hex(program_header->offset) + ", " + SizeText(program_header->memsz) + ")";
  }
  Fail(Code::kWritableAndExecutable,
       "segment " + std::to_string(index) + " of " + binary_.value + " is writable and executable" +
           where,
       {"help: " + std::string(finding.Remedy())});
}

void BinaryCheck::ReportMissing(const std::string& library,
                                const std::vector<std::string>& tried) const {
  std::vector<std::string> lines;
  for (const std::string& path : tried) lines.push_back("tried: " + path);
  lines.push_back("help:  build it with hafnon_library(); the C++ library is always linked statically");
  Fail(Code::kLibraryMissing, binary_.value + " needs " + library + ", which is not in the image",
       std::move(lines));
}

void BinaryCheck::ReportNoInterpreter(const std::string& library) const {
  Fail(Code::kLibraryMissing,
       binary_.value + " needs " + library + ", but names no dynamic linker to load it",
       {"help: link it with -dynamic-linker ld.so.1; LIBRARIES of hafnon_component() does this"});
}

// A program and, breadth first like its linker, what it needs.
class LibraryCollector {
 public:
  LibraryCollector(const Text& program, tools::Architecture architecture,
                   const LibraryPlaces& places, const Context& context)
      : program_(program), architecture_(architecture), places_(places), context_(context) {}

  std::vector<ImageFile> Run(const std::string& host_path) {
    const BinaryCheck check(program_, architecture_, context_);
    const Needs needs = check.Run(host_path);
    if (needs.libraries.empty()) return {};
    if (needs.interpreter.empty()) {
      check.ReportNoInterpreter(needs.libraries[0]);
      return {};
    }
    Add(check, needs.libraries);
    Add(check, {needs.interpreter});
    for (size_t i = 0; i < found_.size(); ++i) {
      const BinaryCheck library({found_[i].image_path, program_.span}, architecture_, context_);
      Add(library, library.Run(found_[i].host_path).libraries);
    }
    return std::move(found_);
  }

 private:
  void Add(const BinaryCheck& by, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const std::string below = std::string(ldsvc::kLibraryFolder) + name;
      const std::string image_path = std::string(ldsvc::PackageOf(program_.value)) + below;
      if (std::ranges::find(found_, image_path, &ImageFile::image_path) != found_.end()) continue;
      if (std::ranges::find(missing_, image_path) != missing_.end()) continue;
      std::vector<std::string> tried;
      const std::string host_path = Find(image_path, below, tried);
      if (!host_path.empty()) {
        found_.push_back({image_path, host_path});
      } else {
        missing_.push_back(image_path);
        by.ReportMissing(name, tried);
      }
    }
  }

  // The host path, or nothing and where it was looked for.
  std::string Find(const std::string& image_path, const std::string& below,
                   std::vector<std::string>& tried) const {
    const auto file = places_.files.find(image_path);
    if (file != places_.files.end()) return file->second;
    for (const std::string& folder : places_.folders) {
      for (const std::string& path : {folder + "/" + image_path, folder + "/" + below}) {
        if (!tried.empty() && tried.back() == path) continue;
        std::error_code error;
        if (std::filesystem::exists(path, error)) return path;
        tried.push_back(path);
      }
    }
    return {};
  }

  const Text& program_;
  tools::Architecture architecture_;
  const LibraryPlaces& places_;
  const Context& context_;
  std::vector<ImageFile> found_;
  std::vector<std::string> missing_;
};

}  // namespace

std::vector<ImageFile> CheckBinary(const Text& binary, const std::string& host_path,
                                   tools::Architecture architecture, const LibraryPlaces& places,
                                   const Context& context) {
  return LibraryCollector(binary, architecture, places, context).Run(host_path);
}

}  // namespace cml
