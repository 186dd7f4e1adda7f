// SPDX-License-Identifier: BSD-2-Clause
#include "lib/bootfs/bootfs.h"

#include "lib/base/align.h"

namespace bootfs {
namespace {

struct Text {
  std::string_view name;
  std::string_view sentence;  // Takes offset, found and expected, in this order.
};

Text TextOf(Code code) {
  switch (code) {
    case Code::kNone:
      return {"None", ""};
    case Code::kTooShort:
      return {"TooShort", "at {x}: {} bytes are too few for a BOOTFS header of {} bytes"};
    case Code::kBadMagic:
      return {"BadMagic", "at {x}: no BOOTFS: magic {x} instead of {x}"};
    case Code::kReservedNotZero:
      return {"ReservedNotZero", "at {x}: a reserved field of the BOOTFS header is {x} instead of {}"};
    case Code::kDirectoryCut:
      return {"DirectoryCut", "at {x}: the directory ends at byte {}, but only {} are there"};
    case Code::kEntryCut:
      return {"EntryCut", "entry at {x}: {} bytes are left in the directory, it needs {}"};
    case Code::kBadNameSize:
      return {"BadNameSize", "entry at {x}: a name of {} bytes; 2 to {} are possible"};
    case Code::kNameUnterminated:
      return {"NameUnterminated", "entry at {x}: its name of {} bytes does not end with NUL"};
    case Code::kNameHasNul:
      return {"NameHasNul", "entry at {x}: its name of {} bytes ends early, at byte {}"};
    case Code::kNameAbsolute:
      return {"NameAbsolute", "entry at {x}: its name begins with '/'"};
    case Code::kOrder:
      return {"Order", "entry at {x}: its name does not follow that of the entry at {x}"};
    case Code::kDataUnaligned:
      return {"DataUnaligned", "entry at {x}: its contents at {x} do not start at a multiple of {}"};
    case Code::kDataBeyondEnd:
      return {"DataBeyondEnd", "entry at {x}: its contents end at byte {}, the image at {}"};
  }
  return {"", ""};
}

std::string_view AsText(base::Bytes bytes) {
  // Bytes may be looked at as characters; the bound is the span's.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Goes through the entries of a directory that nobody has checked yet.
class Checker {
 public:
  Checker(base::Bytes entries, uint64_t image_size, Finding& error)
      : entries_(entries), image_size_(image_size), error_(error) {}

  // The number of files, or nothing.
  std::optional<size_t> Run() {
    size_t count = 0;
    while (at_ < entries_.size()) {
      if (!CheckEntry()) return std::nullopt;
      ++count;
    }
    return count;
  }

 private:
  bool Fail(Code code, uint64_t found, uint64_t expected = 0) {
    error_ = {.code = code, .offset = sizeof(Header) + at_, .found = found, .expected = expected};
    return false;
  }

  bool CheckEntry() {
    const uint64_t left = entries_.size() - at_;
    const auto entry = base::Read<Entry>(entries_, at_);
    if (!entry) return Fail(Code::kEntryCut, left, sizeof(Entry));
    if (entry->name_size < 2 || entry->name_size > kMaxNameSize) {
      return Fail(Code::kBadNameSize, entry->name_size, kMaxNameSize);
    }
    const uint64_t size = base::AlignUp(uint64_t{sizeof(Entry)} + entry->name_size, uint64_t{4});
    if (size > left) return Fail(Code::kEntryCut, left, size);
    if (!CheckName(AsText(entries_.subspan(at_ + sizeof(Entry), entry->name_size)))) return false;
    if (!CheckData(*entry)) return false;
    previous_at_ = at_;
    at_ += size;
    return true;
  }

  // `text` has its NUL.
  bool CheckName(std::string_view text) {
    if (text.back() != '\0') return Fail(Code::kNameUnterminated, text.size());
    const std::string_view name = text.substr(0, text.size() - 1);
    const size_t nul = name.find('\0');
    if (nul != std::string_view::npos) return Fail(Code::kNameHasNul, text.size(), nul);
    if (name[0] == '/') return Fail(Code::kNameAbsolute, '/');
    if (name <= previous_) return Fail(Code::kOrder, sizeof(Header) + previous_at_);
    previous_ = name;
    return true;
  }

  bool CheckData(const Entry& entry) {
    if (!base::IsAligned(uint64_t{entry.data_offset}, kPageSize)) {
      return Fail(Code::kDataUnaligned, entry.data_offset, kPageSize);
    }
    // Both have 32 bits: no overflow.
    const uint64_t end = entry.data_offset + base::AlignUp(uint64_t{entry.data_size}, kPageSize);
    if (end > image_size_) return Fail(Code::kDataBeyondEnd, end, image_size_);
    return true;
  }

  const base::Bytes entries_;
  const uint64_t image_size_;
  Finding& error_;
  uint64_t at_ = 0;
  uint64_t previous_at_ = 0;
  std::string_view previous_;
};

}  // namespace

std::string_view Name(Code code) { return TextOf(code).name; }

void Finding::Describe(base::FormatSink& sink) const {
  base::FormatTo(sink, TextOf(code).sentence, offset, found, expected);
}

std::optional<Directory> Directory::Open(base::Bytes bytes, uint64_t image_size, Finding& error) {
  const auto fail = [&error](Code code, uint64_t found, uint64_t expected) {
    error = {.code = code, .offset = 0, .found = found, .expected = expected};
    return std::nullopt;
  };
  const auto header = base::Read<Header>(bytes, 0);
  if (!header) return fail(Code::kTooShort, bytes.size(), sizeof(Header));
  if (header->magic != kMagic) return fail(Code::kBadMagic, header->magic, kMagic);
  if ((header->reserved0 | header->reserved1) != 0) {
    return fail(Code::kReservedNotZero, header->reserved0 | header->reserved1, 0);
  }
  const auto entries = base::Slice(bytes, sizeof(Header), header->directory_size);
  if (!entries || sizeof(Header) + uint64_t{header->directory_size} > image_size) {
    const uint64_t present = bytes.size() < image_size ? bytes.size() : image_size;
    return fail(Code::kDirectoryCut, sizeof(Header) + uint64_t{header->directory_size}, present);
  }
  const auto count = Checker(*entries, image_size, error).Run();
  if (!count) return std::nullopt;
  Directory directory;
  directory.entries_ = *entries;
  directory.file_count_ = *count;
  return directory;
}

std::optional<File> Directory::Next(uint64_t& at) const {
  // Checked again all the same: the bytes may be in memory that somebody else can write.
  const auto entry = base::Read<Entry>(entries_, at);
  if (!entry || entry->name_size == 0) return std::nullopt;
  const auto name = base::Slice(entries_, at + sizeof(Entry), entry->name_size - 1);
  if (!name) return std::nullopt;
  at += base::AlignUp(uint64_t{sizeof(Entry)} + entry->name_size, uint64_t{4});
  return File{.name = AsText(*name), .offset = entry->data_offset, .size = entry->data_size};
}

std::optional<File> Directory::Find(std::string_view name) const {
  uint64_t at = 0;
  while (const auto file = Next(at)) {
    if (file->name == name) return file;
    if (file->name > name) break;
  }
  return std::nullopt;
}

std::optional<base::Bytes> Contents(base::Bytes image, const File& file) {
  return base::Slice(image, file.offset, file.size);
}

}  // namespace bootfs
