// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a directory or a named error; each file of an accepted one is inside and found.
#include <cstdint>

#include "lib/base/assert.h"
#include "lib/bootfs/bootfs.h"

namespace {

class CountingSink final : public base::FormatSink {
 public:
  void Put(std::string_view text) override { count += text.size(); }
  size_t count = 0;
};

void Open(base::Bytes bytes, uint64_t image_size) {
  bootfs::Finding error;
  const auto directory = bootfs::Directory::Open(bytes, image_size, error);
  CountingSink sink;
  error.Describe(sink);
  ASSERT(directory.has_value() == (sink.count == 0));
  if (!directory) return;
  size_t count = 0;
  directory->ForEach("", [&](const bootfs::File& file) {
    ASSERT(base::Contains(image_size, file.offset, file.size));
    const auto found = directory->Find(file.name);
    ASSERT(found && found->offset == file.offset && found->size == file.size);
    ++count;
  });
  ASSERT(count == directory->file_count());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  Open(bytes, bytes.size());
  Open(bytes, uint64_t{1} << 33);
  return 0;
}
