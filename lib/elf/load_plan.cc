// SPDX-License-Identifier: BSD-2-Clause
#include "lib/elf/load_plan.h"

namespace elf {
namespace {

bool IsPowerOfTwo(uint64_t value) { return (value & (value - 1)) == 0; }

Range ToRange(const ProgramHeader& raw) {
  return {.file_offset = raw.offset,
          .file_size = raw.filesz,
          .vaddr = raw.vaddr,
          .memory_size = raw.memsz,
          .align = raw.align};
}

}  // namespace

// Takes one program header after the other.
class LoadPlan::Builder {
 public:
  Builder(LoadPlan& plan, uint64_t file_size, const Options& options, Diagnostics& diagnostics)
      : plan_(plan), file_size_(file_size), options_(options), diagnostics_(diagnostics) {}

  bool Add(const ProgramHeader& raw, uint64_t at);
  bool Finish(uint64_t header_count, uint64_t table_offset);

 private:
  bool Fail(Code code, size_t field, uint64_t found = 0, uint64_t expected = 0) {
    return diagnostics_.Fail(code, at_ + field, found, expected);
  }
  void Warn(Code code, size_t field, uint64_t found = 0, uint64_t expected = 0) {
    diagnostics_.Warn(code, at_ + field, found, expected);
  }

  bool CheckAlignment(const ProgramHeader& raw);
  bool CheckInFile(const ProgramHeader& raw);
  bool CheckInMemory(const ProgramHeader& raw);
  bool AddLoad(const ProgramHeader& raw);
  bool CheckPlace(const Segment& segment);
  bool AddStack(const ProgramHeader& raw);
  bool AddInterpreter(const ProgramHeader& raw);
  bool AddDynamic(const ProgramHeader& raw);
  bool AddTls(const ProgramHeader& raw);
  void AddRelro(const ProgramHeader& raw);
  void AddNote(const ProgramHeader& raw);

  LoadPlan& plan_;
  const uint64_t file_size_;
  const Options& options_;
  Diagnostics& diagnostics_;
  // File offset of the header being looked at.
  uint64_t at_ = 0;
  uint64_t relro_at_ = 0;
  bool has_interpreter_ = false;
};

bool LoadPlan::Builder::Add(const ProgramHeader& raw, uint64_t at) {
  at_ = at;
  if (!CheckAlignment(raw)) return false;
  if ((raw.flags & ~(kPfKnown | kPfReserved)) != 0) {
    Warn(Code::kUnknownFlags, offsetof(ProgramHeader, flags), raw.flags, kPfKnown);
  }
  switch (raw.type) {
    case kPtLoad:
      return AddLoad(raw);
    case kPtGnuStack:
      return AddStack(raw);
    case kPtInterp:
      return AddInterpreter(raw);
    case kPtDynamic:
      return AddDynamic(raw);
    case kPtTls:
      return AddTls(raw);
    case kPtGnuRelro:
      AddRelro(raw);
      return true;
    case kPtNote:
      AddNote(raw);
      return true;
    default:
      return true;
  }
}

bool LoadPlan::Builder::CheckAlignment(const ProgramHeader& raw) {
  if (!IsPowerOfTwo(raw.align)) {
    return Fail(Code::kBadAlignment, offsetof(ProgramHeader, align), raw.align);
  }
  if (raw.align > 1 && raw.offset % raw.align != raw.vaddr % raw.align) {
    return Fail(Code::kNotCongruent, offsetof(ProgramHeader, vaddr), raw.vaddr, raw.offset);
  }
  return true;
}

// A header without contents in the file may point anywhere.
bool LoadPlan::Builder::CheckInFile(const ProgramHeader& raw) {
  if (raw.filesz == 0 || base::Contains(file_size_, raw.offset, raw.filesz)) return true;
  const auto end = base::CheckedAdd(raw.offset, raw.filesz);
  return Fail(Code::kBeyondFile, offsetof(ProgramHeader, offset), end.value_or(UINT64_MAX),
              file_size_);
}

bool LoadPlan::Builder::CheckInMemory(const ProgramHeader& raw) {
  if (raw.filesz > raw.memsz) {
    return Fail(Code::kFileLargerThanMemory, offsetof(ProgramHeader, filesz), raw.filesz, raw.memsz);
  }
  const auto end = base::CheckedAdd(raw.vaddr, raw.memsz);
  if (!end || !base::CheckedAlignUp(*end, kPageSize)) {
    return Fail(Code::kSegmentOverflow, offsetof(ProgramHeader, vaddr), raw.vaddr, raw.memsz);
  }
  return true;
}

bool LoadPlan::Builder::AddLoad(const ProgramHeader& raw) {
  if (raw.align != 0 && raw.align < kPageSize) {
    return Fail(Code::kBadAlignment, offsetof(ProgramHeader, align), raw.align, kPageSize);
  }
  // Pages of the file are mapped, so this much congruence is needed whatever p_align says.
  if (raw.filesz != 0 && raw.offset % kPageSize != raw.vaddr % kPageSize) {
    return Fail(Code::kNotCongruent, offsetof(ProgramHeader, vaddr), raw.vaddr, raw.offset);
  }
  if (!CheckInMemory(raw) || !CheckInFile(raw)) return false;
  if (raw.memsz == 0) {
    Warn(Code::kSegmentEmpty, offsetof(ProgramHeader, memsz), raw.vaddr);
    return true;
  }
  Segment segment{ToRange(raw)};
  segment.readable = (raw.flags & kPfRead) != 0;
  segment.writable = (raw.flags & kPfWrite) != 0;
  segment.executable = (raw.flags & kPfExecute) != 0;
  if (segment.writable && segment.executable &&
      options_.write_execute == WriteExecute::kRefused) {
    return Fail(Code::kWriteExecute, offsetof(ProgramHeader, flags), raw.vaddr, raw.flags);
  }
  const size_t limit = options_.max_segments < kMaxSegments ? options_.max_segments : kMaxSegments;
  if (plan_.segment_count_ >= limit) {
    return Fail(Code::kTooManySegments, 0, plan_.segment_count_ + 1, limit);
  }
  if (!CheckPlace(segment)) return false;
  plan_.segments_[plan_.segment_count_++] = segment;
  return true;
}

bool LoadPlan::Builder::CheckPlace(const Segment& segment) {
  if (plan_.segment_count_ != 0) {
    const Segment& previous = plan_.segments_[plan_.segment_count_ - 1];
    if (segment.vaddr < previous.vaddr) {
      return Fail(Code::kSegmentOrder, offsetof(ProgramHeader, vaddr), segment.vaddr,
                  previous.vaddr + previous.memory_size);
    }
    if (segment.page_start() < previous.page_end()) {
      return Fail(Code::kSegmentOverlap, offsetof(ProgramHeader, vaddr), segment.page_start(),
                  previous.page_end());
    }
  }
  const uint64_t first = plan_.segment_count_ == 0 ? segment.page_start() : plan_.first_page();
  if (segment.page_end() - first > options_.max_size) {
    return Fail(Code::kTooLarge, offsetof(ProgramHeader, memsz), segment.page_end() - first,
                options_.max_size);
  }
  return true;
}

bool LoadPlan::Builder::AddStack(const ProgramHeader& raw) {
  if (options_.stack != StackRule::kIgnored) {
    if (plan_.has_stack_) {
      return Fail(Code::kStackDuplicate, 0, raw.memsz, plan_.stack_size_);
    }
    if ((raw.flags & kPfExecute) != 0) {
      return Fail(Code::kStackExecutable, offsetof(ProgramHeader, flags), raw.flags);
    }
    constexpr uint32_t kReadWrite = kPfRead | kPfWrite;
    if ((raw.flags & kReadWrite) != kReadWrite) {
      return Fail(Code::kStackInaccessible, offsetof(ProgramHeader, flags), raw.flags);
    }
  }
  plan_.has_stack_ = true;
  plan_.stack_size_ = raw.memsz;
  plan_.stack_executable_ = (raw.flags & kPfExecute) != 0;
  return true;
}

bool LoadPlan::Builder::AddInterpreter(const ProgramHeader& raw) {
  if (has_interpreter_) {
    return Fail(Code::kInterpreterDuplicate, offsetof(ProgramHeader, offset), raw.offset,
                plan_.interpreter_.file_offset);
  }
  if (raw.filesz == 0) {
    return Fail(Code::kInterpreterEmpty, offsetof(ProgramHeader, filesz), raw.filesz);
  }
  if (raw.filesz != raw.memsz) {
    return Fail(Code::kSizesDiffer, offsetof(ProgramHeader, filesz), raw.filesz, raw.memsz);
  }
  if (!CheckInFile(raw)) return false;
  has_interpreter_ = true;
  plan_.interpreter_ = ToRange(raw);
  return true;
}

bool LoadPlan::Builder::AddDynamic(const ProgramHeader& raw) {
  if (!plan_.dynamic_.empty()) {
    Warn(Code::kDuplicate, offsetof(ProgramHeader, type), raw.type);
    return true;
  }
  if (raw.filesz != raw.memsz) {
    return Fail(Code::kSizesDiffer, offsetof(ProgramHeader, filesz), raw.filesz, raw.memsz);
  }
  if (raw.filesz % sizeof(DynamicEntry) != 0) {
    return Fail(Code::kDynamicSize, offsetof(ProgramHeader, filesz), raw.filesz,
                sizeof(DynamicEntry));
  }
  if (raw.vaddr % alignof(DynamicEntry) != 0) {
    return Fail(Code::kMisaligned, offsetof(ProgramHeader, vaddr), raw.vaddr, alignof(DynamicEntry));
  }
  if (!CheckInFile(raw)) return false;
  plan_.dynamic_ = ToRange(raw);
  return true;
}

bool LoadPlan::Builder::AddTls(const ProgramHeader& raw) {
  if (!plan_.tls_.empty()) {
    Warn(Code::kDuplicate, offsetof(ProgramHeader, type), raw.type);
    return true;
  }
  if (!CheckInMemory(raw) || !CheckInFile(raw)) return false;
  plan_.tls_ = ToRange(raw);
  return true;
}

// Where it lies is looked at when all segments are known.
void LoadPlan::Builder::AddRelro(const ProgramHeader& raw) {
  if (!plan_.relro_.empty()) {
    Warn(Code::kDuplicate, offsetof(ProgramHeader, type), raw.type);
    return;
  }
  plan_.relro_ = ToRange(raw);
  relro_at_ = at_;
}

// Notes are for people and tools; a bad one does not keep the program from running.
void LoadPlan::Builder::AddNote(const ProgramHeader& raw) {
  if (raw.filesz == 0) return;
  if (!base::Contains(file_size_, raw.offset, raw.filesz)) {
    const auto end = base::CheckedAdd(raw.offset, raw.filesz);
    Warn(Code::kBeyondFile, offsetof(ProgramHeader, offset), end.value_or(UINT64_MAX), file_size_);
  } else if (plan_.note_count_ == kMaxNotes) {
    Warn(Code::kTooManyNotes, 0, kMaxNotes + 1, kMaxNotes);
  } else {
    if (raw.filesz != raw.memsz) {
      Warn(Code::kSizesDiffer, offsetof(ProgramHeader, filesz), raw.filesz, raw.memsz);
    }
    plan_.notes_[plan_.note_count_++] = ToRange(raw);
  }
}

bool LoadPlan::Builder::Finish(uint64_t header_count, uint64_t table_offset) {
  at_ = table_offset;
  if (plan_.segment_count_ == 0) return Fail(Code::kNothingToLoad, 0, header_count);
  if (options_.stack == StackRule::kRequired && !plan_.has_stack_) {
    return Fail(Code::kStackMissing, 0, header_count);
  }
  const Range& relro = plan_.relro_;
  if (!relro.empty()) {
    const Segment* segment = plan_.FindSegment(relro.vaddr, relro.memory_size);
    if (!segment || !segment->writable) {
      diagnostics_.Warn(Code::kOutsideSegments, relro_at_ + offsetof(ProgramHeader, vaddr),
                        relro.vaddr, relro.memory_size);
      plan_.relro_ = {};
    }
  }
  const Segment* text = plan_.FindSegment(plan_.entry_, 1);
  if (plan_.entry_ != 0 && (!text || !text->executable)) {
    diagnostics_.Warn(Code::kEntryOutsideText, offsetof(FileHeader, entry), plan_.entry_);
  }
  return true;
}

std::optional<LoadPlan> LoadPlan::Build(const Header& header, base::Bytes table, uint64_t file_size,
                                        const Options& options, Diagnostics& diagnostics) {
  LoadPlan plan;
  plan.type_ = header.type;
  plan.machine_ = header.machine;
  plan.entry_ = header.entry;
  Builder builder(plan, file_size, options, diagnostics);
  for (uint64_t i = 0; i < header.table_count; ++i) {
    const auto raw = base::Read<ProgramHeader>(table, i * sizeof(ProgramHeader));
    if (!raw) {
      diagnostics.Fail(Code::kHeadersTruncated, offsetof(FileHeader, phoff),
                       header.table_offset + header.table_size(), header.table_offset + table.size());
      return std::nullopt;
    }
    if (!builder.Add(*raw, header.table_offset + i * sizeof(ProgramHeader))) return std::nullopt;
  }
  if (!builder.Finish(header.table_count, header.table_offset)) return std::nullopt;
  return plan;
}

const Segment* LoadPlan::FindSegment(uint64_t vaddr, uint64_t size) const {
  for (const Segment& segment : segments()) {
    if (vaddr >= segment.vaddr &&
        base::Contains(segment.memory_size, vaddr - segment.vaddr, size)) {
      return &segment;
    }
  }
  return nullptr;
}

}  // namespace elf
