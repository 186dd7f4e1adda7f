// SPDX-License-Identifier: BSD-2-Clause
// opendir() and friends.
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <new>

#include "sdk/rt/src/descriptors.h"
#include "sdk/rt/src/remote_node.h"

struct HafnonDirectory {
  explicit HafnonDirectory(rt::RemoteNode opened) : node(std::move(opened)) {}

  rt::RemoteNode node;
  // What was received and not yet given out.
  base::Bytes rest = {};
  dirent entry;
  std::byte buffer[768];
};

extern "C" {

DIR* opendir(const char* path) {
  auto node = rt::RemoteNode::Open(path, true);
  if (!node) {
    rt::Fail(node.error());
    return nullptr;
  }
  auto* directory = new (std::nothrow) HafnonDirectory(std::move(*node));
  if (directory == nullptr) rt::FailWith(ENOMEM);
  return directory;
}

dirent* readdir(DIR* directory) {
  if (directory->rest.empty()) {
    const auto size = directory->node.ReadEntries(directory->buffer);
    if (!size) {
      rt::Fail(size.error());
      return nullptr;
    }
    directory->rest = base::Bytes(directory->buffer).first(*size);
  }
  if (directory->rest.empty()) return nullptr;
  const auto next = io::TakeDirent(directory->rest);
  if (!next) {
    directory->rest = {};
    rt::FailWith(EIO);
    return nullptr;
  }
  dirent& entry = directory->entry;
  entry.d_ino = next->id;
  entry.d_type = next->type;
  memcpy(entry.d_name, next->name.data(), next->name.size());
  entry.d_name[next->name.size()] = '\0';
  return &entry;
}

void rewinddir(DIR* directory) {
  directory->rest = {};
  (void)directory->node.Rewind();
}

int closedir(DIR* directory) {
  delete directory;
  return 0;
}

}  // extern "C"
