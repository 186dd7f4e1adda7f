// SPDX-License-Identifier: BSD-2-Clause
// Every ELF file at hand, read by lib/elf and by llvm-readelf: both must say the same.
//
// A plain run takes a sample; HAFNON_FULL=1 takes all files. Files of both architectures: those
// installed on this machine and those of our own build.
#include <gtest/gtest.h>
#include <stdio.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lib/elf/contents.h"

namespace elf {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

constexpr size_t kSampleSize = 120;  // Of the installed and of our own files each.
constexpr size_t kFilesPerRun = 50;

bool IsElf(const fs::path& path) {
  char magic[4] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof(magic));
  return std::memcmp(magic, "\x7f" "ELF", 4) == 0;
}

// Regular files with the ELF magic below `root`, in a fixed order.
void Collect(const fs::path& root, std::vector<std::string>& files) {
  const auto options = fs::directory_options::skip_permission_denied;
  std::error_code error;
  for (fs::recursive_directory_iterator at(root, options, error), end; at != end;
       at.increment(error)) {
    if (error) break;
    // Odd names cannot be told from the reference's own text.
    const std::string path = at->path().string();
    if (path.find_first_of("'\n ") != std::string::npos) continue;
    // What fuzzers have found and what boot tests break: damaged on purpose, so readelf is no reference.
    if (path.find("/corpus/") != std::string::npos) continue;
    if (path.find("/broken/") != std::string::npos) continue;
    std::error_code ignored;
    if (at->is_symlink(ignored) || !at->is_regular_file(ignored)) continue;
    if (IsElf(at->path())) files.push_back(path);
  }
}

void AddSample(std::vector<std::string> files, std::vector<std::string>& to) {
  std::sort(files.begin(), files.end());
  const bool all = std::getenv("HAFNON_FULL") != nullptr || files.size() <= kSampleSize;
  const size_t count = all ? files.size() : kSampleSize;
  for (size_t i = 0; i < count; ++i) to.push_back(files[i * files.size() / count]);
}

std::vector<std::string> FilesToCompare() {
  std::vector<std::string> installed, built, result;
  for (const char* root : {"/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec"}) {
    Collect(root, installed);
  }
  Collect(HAFNON_BUILD_DIR, built);
  AddSample(std::move(installed), result);
  AddSample(std::move(built), result);
  return result;
}

std::string Hex(uint64_t value) {
  char text[24];
  snprintf(text, sizeof(text), "%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string Flags(bool read, bool write, bool execute) {
  return std::string(read ? "R" : "") + (write ? "W" : "") + (execute ? "E" : "");
}

std::string RangeLine(const char* kind, const Range& range) {
  return std::string(kind) + ' ' + Hex(range.file_offset) + ' ' + Hex(range.vaddr) + ' ' +
         Hex(range.file_size) + ' ' + Hex(range.memory_size) + ' ' + Hex(range.align);
}

void AddPlan(const File& file, Lines& lines) {
  for (const Segment& segment : file.plan.segments()) {
    lines.push_back(RangeLine("LOAD", segment) + ' ' +
                    Flags(segment.readable, segment.writable, segment.executable));
  }
  if (!file.plan.dynamic().empty()) lines.push_back(RangeLine("DYNAMIC", file.plan.dynamic()));
  if (!file.plan.tls().empty()) lines.push_back(RangeLine("TLS", file.plan.tls()));
  if (!file.plan.relro().empty()) lines.push_back(RangeLine("GNU_RELRO", file.plan.relro()));
  for (const Range& note : file.plan.notes()) lines.push_back(RangeLine("NOTE", note));
  if (file.plan.has_stack()) {
    lines.push_back("GNU_STACK " + Hex(file.plan.stack_size()) +
                    (file.plan.stack_executable() ? " E" : ""));
  }
  if (!file.interpreter.empty()) {
    lines.push_back(RangeLine("INTERP", file.plan.interpreter()));
    lines.push_back("interpreter " + std::string(file.interpreter));
  }
}

// One read: files of a hundred megabytes are among them.
std::string Contents(const std::string& path) {
  std::string text(fs::file_size(path), '\0');
  std::ifstream(path, std::ios::binary).read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

// What lib/elf says.
Lines OurLines(const std::string& path) {
  const std::string text = Contents(path);
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  Machine machine = Machine::kX64;
  Diagnostics diagnostics;
  auto header = ReadHeader(bytes, bytes.size(), machine, kInspectOptions, diagnostics);
  if (diagnostics.error().code == Code::kWrongMachine) {
    machine = Machine::kArm64;
    diagnostics = {};
    header = ReadHeader(bytes, bytes.size(), machine, kInspectOptions, diagnostics);
  }
  if (!header) {
    const Code code = diagnostics.error().code;
    if (code == Code::kWrongClass) return {"other class"};
    if (code == Code::kWrongByteOrder) return {"other byte order"};
    if (code == Code::kWrongMachine) return {"other machine"};
    return {"refused: " + std::string(Name(code))};
  }
  Lines lines{"machine " + std::string(MachineName(static_cast<uint64_t>(machine))),
              "type " + std::to_string(static_cast<int>(header->type)),
              "entry " + Hex(header->entry), "headers " + std::to_string(header->table_count)};
  if (header->table_count != 0) lines.push_back("offset " + std::to_string(header->table_offset));
  diagnostics = {};
  const auto file = ReadFile(bytes, machine, kInspectOptions, diagnostics);
  if (file) {
    AddPlan(*file, lines);
  } else if (diagnostics.error().code != Code::kNothingToLoad) {
    lines.push_back("refused: " + std::string(Name(diagnostics.error().code)));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// What is left of a line behind `label` and blanks; nothing if it does not start with it.
std::optional<std::string> After(const std::string& line, std::string_view label) {
  const size_t at = line.find_first_not_of(' ');
  if (at == std::string::npos || line.compare(at, label.size(), label) != 0) return std::nullopt;
  const size_t value = line.find_first_not_of(' ', at + label.size());
  return value == std::string::npos ? "" : line.substr(value);
}

std::string WithoutPrefix(const std::string& number) {
  const uint64_t value = std::strtoull(number.c_str(), nullptr, 16);
  return Hex(value);
}

// Turns the reference's text about one file into our lines.
class Reference {
 public:
  void Take(const std::string& line) {
    if (const auto v = After(line, "Class:")) class64_ = *v == "ELF64";
    if (const auto v = After(line, "Data:")) little_ = v->find("little") != std::string::npos;
    if (const auto v = After(line, "Type:")) lines_.push_back("type " + TypeNumber(*v));
    if (const auto v = After(line, "Machine:")) machine_ = *v;
    if (const auto v = After(line, "Entry point address:")) {
      lines_.push_back("entry " + WithoutPrefix(*v));
    }
    if (const auto v = After(line, "Start of program headers:")) offset_ = std::stoull(*v);
    if (const auto v = After(line, "Number of program headers:")) count_ = std::stoull(*v);
    if (const auto v = After(line, "[Requesting program interpreter:")) {
      lines_.push_back("interpreter " + v->substr(0, v->size() - 1));
    }
    if (line == "Program Headers:") in_table_ = true;
    if (line == " Section to Segment mapping:") in_table_ = false;
    if (in_table_) TakeHeader(line);
  }

  Lines Finish() const {
    if (!class64_) return {"other class"};
    if (!little_) return {"other byte order"};
    Lines lines = lines_;
    if (machine_ == "AArch64") {
      lines.push_back("machine arm64");
    } else if (machine_ == "Advanced Micro Devices X86-64") {
      lines.push_back("machine x86-64");
    } else {
      return {"other machine"};
    }
    lines.push_back("headers " + std::to_string(count_));
    if (count_ != 0) lines.push_back("offset " + std::to_string(offset_));
    // Nothing else is comparable in a file without segments or with emptied ones (debug files).
    if (!refusal_.empty()) lines.push_back("refused: " + refusal_);
    if (!has_load_ || !refusal_.empty()) {
      std::erase_if(lines, [](const std::string& l) {
        return l.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0 || l.starts_with("interpreter");
      });
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

 private:
  static std::string TypeNumber(const std::string& text) {
    if (text.starts_with("NONE")) return "0";
    if (text.starts_with("REL")) return "1";
    if (text.starts_with("EXEC")) return "2";
    if (text.starts_with("DYN")) return "3";
    return text.starts_with("CORE") ? "4" : text;
  }

  // Whether a segment starts in the last page of the one before, as in images that are never mapped.
  bool SharesAPage(const std::string& vaddr, const std::string& memsz) {
    const uint64_t start = std::strtoull(vaddr.c_str(), nullptr, 16);
    const bool shares = has_load_ && start / kPageSize < end_page_;
    end_page_ = (start + std::strtoull(memsz.c_str(), nullptr, 16) + kPageSize - 1) / kPageSize;
    return shares;
  }

  void TakeHeader(const std::string& line) {
    std::istringstream stream(line);
    std::string kind, offset, vaddr, paddr, filesz, memsz, word, flags;
    stream >> kind >> offset >> vaddr >> paddr >> filesz >> memsz;
    static const std::set<std::string> kWanted = {"LOAD",      "DYNAMIC",   "TLS",   "NOTE",
                                                  "GNU_RELRO", "GNU_STACK", "INTERP"};
    if (!kWanted.contains(kind)) return;
    std::string align;
    while (stream >> word) {
      if (!align.empty()) flags += align;
      align = word;
    }
    memsz = WithoutPrefix(memsz);
    if (refusal_.empty()) {
      const bool empty = WithoutPrefix(filesz) == "0";
      if (kind == "INTERP" && empty) refusal_ = "InterpreterEmpty";
      if (kind == "DYNAMIC" && WithoutPrefix(filesz) != memsz) refusal_ = "SizesDiffer";
      if (kind == "LOAD" && memsz != "0" && SharesAPage(vaddr, memsz)) refusal_ = "SegmentOverlap";
    }
    if (kind == "GNU_STACK") {
      lines_.push_back("GNU_STACK " + memsz +
                       (flags.find('E') != std::string::npos ? " E" : ""));
      return;
    }
    if (kind == "LOAD" && memsz == "0") return;
    if (kind == "NOTE" && (WithoutPrefix(filesz) == "0" || ++notes_ > LoadPlan::kMaxNotes)) return;
    std::string result = kind;
    for (const auto& number : {offset, vaddr, filesz, memsz, align}) {
      result += ' ' + WithoutPrefix(number);
    }
    if (kind == "LOAD") {
      has_load_ = true;
      result += ' ' + flags;
    }
    lines_.push_back(result);
  }

  bool class64_ = false;
  bool little_ = false;
  bool in_table_ = false;
  bool has_load_ = false;
  size_t notes_ = 0;
  uint64_t end_page_ = 0;
  unsigned long long offset_ = 0;
  unsigned long long count_ = 0;
  std::string machine_;
  // The rule of ours that the file breaks although it can be listed.
  std::string refusal_;
  Lines lines_;
};

// Asks the reference about some files at once.
std::map<std::string, Lines> ReferenceLines(std::span<const std::string> paths) {
  std::string command = "llvm-readelf-22 -hl --wide";
  for (const auto& path : paths) command += " '" + path + "'";
  // One file alone would come without its name.
  command += " /bin/true 2>/dev/null";
  std::map<std::string, Reference> references;
  Reference* current = nullptr;
  FILE* pipe = popen(command.c_str(), "r");
  char* line = nullptr;
  size_t room = 0;
  for (ssize_t size; (size = getline(&line, &room, pipe)) > 0;) {
    const std::string text(line, static_cast<size_t>(size) - 1);
    if (text.starts_with("File: ")) {
      current = &references[text.substr(6)];
    } else if (current) {
      current->Take(text);
    }
  }
  free(line);
  pclose(pipe);
  std::map<std::string, Lines> result;
  for (const auto& path : paths) {
    if (references.contains(path)) result[path] = references[path].Finish();
  }
  return result;
}

std::string Joined(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

TEST(ElfAgainstReadelf, EveryFileReadsTheSame) {
  const auto files = FilesToCompare();
  std::map<std::string, size_t> machines;
  size_t compared = 0;
  for (size_t first = 0; first < files.size(); first += kFilesPerRun) {
    const size_t count = std::min(kFilesPerRun, files.size() - first);
    const auto batch = std::span(files).subspan(first, count);
    for (const auto& [path, expected] : ReferenceLines(batch)) {
      const Lines ours = OurLines(path);
      EXPECT_EQ(Joined(ours), Joined(expected)) << path;
      for (const auto& line : expected) {
        if (line.starts_with("machine") || line.starts_with("other")) ++machines[line];
      }
      ++compared;
    }
  }
  printf("%zu ELF files compared", compared);
  for (const auto& [name, number] : machines) printf(", %s: %zu", name.c_str(), number);
  printf("\n");
  EXPECT_GT(compared, 0u);
  EXPECT_EQ(compared, files.size()) << "the reference could not read some files";
}

}  // namespace
}  // namespace elf
