// SPDX-License-Identifier: BSD-2-Clause
// Any bytes are a file request or none; an accepted one is written back byte for byte but for its flags,
// and its path finds nothing outside of a tree. Any bytes are an answer to each method or none, and its
// entries lie inside of it.
#include <cstdint>
#include <cstring>

#include "lib/base/assert.h"
#include "lib/io/file_list.h"
#include "lib/io/message.h"

namespace {

constexpr io::Method kMethods[] = {io::Method::kClone,   io::Method::kClose, io::Method::kGetAttributes,
                                   io::Method::kOpen,    io::Method::kReadDirents, io::Method::kRewind,
                                   io::Method::kRead,    io::Method::kReadAt, io::Method::kSeek,
                                   io::Method::kGetBackingMemory};
constexpr size_t kFormatFlag = 5;  // the two bytes of flags behind the one that says which format it is
constexpr size_t kFormatFlags = 2;

class Tree final : public io::FileList {
 public:
  void ForEach(std::string_view prefix, Visitor& visitor) const override {
    for (const std::string_view path : {"bin/a", "data-x", "data/b/c", "data/d"}) {
      if (path.starts_with(prefix) && !visitor.Visit({path, 1, 1})) return;
    }
  }
};

bool Same(base::Bytes a, base::Bytes b) {
  const size_t behind = kFormatFlag + kFormatFlags;
  return a.size() == b.size() && memcmp(a.data(), b.data(), kFormatFlag) == 0 &&
         memcmp(a.data() + behind, b.data() + behind, a.size() - behind) == 0;
}

void LookUp(std::string_view path) {
  const Tree tree;
  if (!io::IsPath(path)) return;
  ASSERT(path == "." || (path.find("..") == path.npos || path.find("/../") == path.npos));
  const auto node = io::Find(tree, io::Node{}, path);
  if (!node) return;
  ASSERT(path == "." || node->path == path);
  size_t children = 0;
  while (io::ChildAt(tree, *node, children)) ++children;
  ASSERT(children <= 4);
}

void TryRequest(base::Bytes bytes, size_t handles) {
  const auto request = io::DecodeRequest(bytes, handles);
  if (!request) return;
  std::byte buffer[io::kMaxMessageBytes];
  const auto size = io::EncodeRequest(*request, buffer);
  ASSERT(size.has_value() && Same(base::Bytes(buffer, *size), bytes));
  LookUp(request->path);
}

void TryAnswer(io::Method method, base::Bytes bytes, size_t handles) {
  const auto answer = io::DecodeAnswer(method, bytes, handles);
  if (!answer) return;
  base::Bytes rest = answer->data;
  ASSERT(rest.empty() || (rest.data() >= bytes.data() && rest.data() + rest.size() <= bytes.data() + bytes.size()));
  while (const auto entry = io::TakeDirent(rest)) ASSERT(entry->name.size() <= io::kMaxName);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  for (size_t handles = 0; handles < 2; ++handles) {
    TryRequest(bytes, handles);
    for (const io::Method method : kMethods) TryAnswer(method, bytes, handles);
  }
  return 0;
}
