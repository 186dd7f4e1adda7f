// SPDX-License-Identifier: BSD-2-Clause
// BOOTFS, the read-only file system inside a boot image, read in place.
//
//   +----------------------------------------+
//   | header 16: magic, dirsize, 0, 0        |
//   | entry: name_len, data_len, data_off,   |  ascending by name, each padded to 4
//   |        name with NUL                   |
//   +--- next multiple of 4096 --------------+
//   | data of the first file                 |  each file starts at a multiple of 4096
//   +----------------------------------------+
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/bytes.h"
#include "lib/base/format.h"

namespace bootfs {

inline constexpr uint32_t kMagic = 0xa56d'3ff9;
inline constexpr uint64_t kPageSize = 4096;
// With its NUL.
inline constexpr uint32_t kMaxNameSize = 256;

struct Header {
  uint32_t magic;
  // Bytes of all entries.
  uint32_t directory_size;
  uint32_t reserved0;
  uint32_t reserved1;
};
static_assert(sizeof(Header) == 16);

// In front of each name.
struct Entry {
  uint32_t name_size;  // With its NUL.
  uint32_t data_size;
  uint32_t data_offset;
};
static_assert(sizeof(Entry) == 12);

// What can be wrong with an image. The comments give Finding::found and Finding::expected.
enum class Code : uint8_t {
  kNone,
  kTooShort,          // bytes present; size of the header
  kBadMagic,          // magic; kMagic
  kReservedNotZero,   // the field; 0
  kDirectoryCut,      // end of the directory; bytes present
  kEntryCut,          // bytes left in the directory; bytes needed
  kBadNameSize,       // name_size; kMaxNameSize
  kNameUnterminated,  // name_size
  kNameHasNul,        // name_size; place of the NUL
  kNameAbsolute,      // first byte of the name
  kOrder,             // offset of the entry before
  kDataUnaligned,     // data_offset; kPageSize
  kDataBeyondEnd,     // end of the data's last page; size of the image
};

std::string_view Name(Code code);

// What was found wrong, and where.
struct Finding {
  Code code = Code::kNone;
  // Of the bad entry (or 0, the header), in bytes from the start of the image.
  uint64_t offset = 0;
  uint64_t found = 0;
  uint64_t expected = 0;

  // Prints one sentence without a final stop.
  void Describe(base::FormatSink& sink) const;
};

struct File {
  // A path without a leading '/'. Points into the directory.
  std::string_view name;
  // Of the contents, in bytes from the start of the image; a multiple of kPageSize.
  uint64_t offset = 0;
  uint64_t size = 0;
};

// A checked directory. A view: the bytes must stay.
class Directory {
 public:
  // Checks the whole directory. `bytes` is the start of the image, at least up to the end of the
  // directory; `image_size` is the size of all of it, in bytes.
  static std::optional<Directory> Open(base::Bytes bytes, uint64_t image_size, Finding& error);
  // The same for an image that is in memory as a whole.
  static std::optional<Directory> Open(base::Bytes image, Finding& error) {
    return Open(image, image.size(), error);
  }

  Directory() = default;

  size_t file_count() const { return file_count_; }
  // The file with exactly this name.
  std::optional<File> Find(std::string_view name) const;
  // Calls visit(const File&) for the files whose names begin with `prefix`, in ascending order.
  template <class Visit>
  void ForEach(std::string_view prefix, Visit visit) const {
    uint64_t at = 0;
    while (const auto file = Next(at)) {
      if (file->name.starts_with(prefix)) visit(*file);
    }
  }

 private:
  // The file whose entry is at `at`, which moves on; nothing at the end. Checked before by Open().
  std::optional<File> Next(uint64_t& at) const;

  base::Bytes entries_;
  size_t file_count_ = 0;
};

// The contents of `file` in an image that is in memory as a whole; nothing when they are not in it.
std::optional<base::Bytes> Contents(base::Bytes image, const File& file);

}  // namespace bootfs
