// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/binary_check.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include "lib/base/bytes.h"
#include "lib/base/format.h"
#include "lib/elf/catalogue.h"
#include "lib/elf/contents.h"
#include "tools/cml/sources.h"

namespace cml {
namespace {

using report::Code;

constexpr size_t kMaxBinaryBytes = 256u << 20;
constexpr std::string_view kVdsoName = "libzircon.so";
constexpr uint64_t kDtNull = 0;
constexpr uint64_t kDtNeeded = 1;
constexpr uint64_t kDtStringTable = 5;

// One binary and everything that is said about it.
class BinaryCheck {
 public:
  BinaryCheck(const Text& binary, tools::Architecture architecture, const Context& context)
      : binary_(binary), architecture_(architecture), context_(context) {}

  void Run(base::Bytes file);

 private:
  void Fail(Code code, const std::string& message, std::vector<std::string> lines) const;
  void Explain(base::Bytes file, const elf::Finding& finding) const;
  void ExplainMachine(const elf::Finding& finding) const;
  void ExplainFixedAddress(base::Bytes file) const;
  void ExplainWriteExecute(base::Bytes file, const elf::Finding& finding) const;
  void CheckLibraries(base::Bytes file, const elf::LoadPlan& plan) const;

  const Text& binary_;
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

void BinaryCheck::Run(base::Bytes file) {
  elf::Diagnostics diagnostics;
  const auto machine = static_cast<elf::Machine>(MachineOf(architecture_));
  const auto elf = elf::ReadFile(file, machine, elf::kRunnerOptions, diagnostics);
  if (elf) {
    CheckLibraries(file, elf->plan);
  } else {
    Explain(file, diagnostics.error());
  }
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

void BinaryCheck::CheckLibraries(base::Bytes file, const elf::LoadPlan& plan) const {
  for (const std::string& name : NeededBy(file, plan)) {
    if (name == kVdsoName) continue;
    Fail(Code::kLibraryMissing, binary_.value + " needs " + name + ", which is not in the image",
         {report::FactAndHelp("only libzircon.so (the vDSO) is provided",
                              "hafnon_component links the C++ library statically by default")});
  }
}

}  // namespace

void CheckBinary(const Text& binary, const std::string& host_path, tools::Architecture architecture,
                 const Context& context) {
  const std::optional<std::string> contents = ReadFile(host_path, kMaxBinaryBytes);
  if (contents) {
    BinaryCheck(binary, architecture, context).Run(std::as_bytes(std::span(*contents)));
    return;
  }
  context.report.Add({.code = Code::kFileNotReadable,
                      .message = "cannot read " + host_path + ", the file of " + binary.value,
                      .place = context.PlaceOf(binary.span),
                      .lines = {"help: a program is a regular file of at most 256 MiB"}});
}

}  // namespace cml
